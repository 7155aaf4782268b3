"""Starting processes that cannot outlive their parent, and finding the ones that a crash left."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from local.environment import MARK
from local.paths import CHECKOUT, StackFiles

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Make this process the parent of its descendants' orphans (Linux), so that it can end them."""
    if _libc is not None:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start_child(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    directory: Path = CHECKOUT,
    *,
    leads_group: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a process that dies with this one, even if this one is killed (on Linux).

    Elsewhere it dies with a parent that ends in an orderly way, and the next start finds it.
    One that leads a group can be killed with its own children, and Ctrl-C does not reach it.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0 if leads_group else None,
            preexec_fn=_dies_with(os.getpid()),  # noqa: PLW1509
        )


def start_detached(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one and its terminal."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def kill_group(leader: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a group, with its children, unless it has ended already."""
    if leader.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)
        leader.wait()


def _dies_with(parent: int) -> Callable[[], None] | None:
    if _libc is None:
        return None
    prctl = _libc.prctl

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # It died between the fork and the line above.
            os._exit(1)

    return before_exec


def identity(pid: int) -> dict[str, float]:
    """A process id and its start time, which together name a process for good."""
    return {"pid": pid, "started": psutil.Process(pid).create_time()}


def is_alive(known: Mapping[str, float]) -> bool:
    """Does exactly this process still run? A process id may since have gone to another."""
    try:
        process = psutil.Process(int(known["pid"]))
        same = bool(abs(process.create_time() - known["started"]) < 1)
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def of_stack(files: StackFiles) -> list[psutil.Process]:
    """Every process that carries the stack's mark, functions' workers included; never this one."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if process.environ().get(MARK) == str(files.root):
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess, OSError):
            continue  # Not ours: we may read the environment of all our own.
    return found


def kill(processes: Iterable[psutil.Process], wait_seconds: float = 60) -> None:
    """Kill processes and wait until they are gone."""
    killed = list(processes)
    for process in killed:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(killed, timeout=wait_seconds)

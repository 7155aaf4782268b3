"""The other end of a request's connection: cut it off, or find the process behind it."""

import os
import signal
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

Address = tuple[str, int]

# Both are in the environment of every function's worker: the mark of the stack, which
# local/environment.py names, and what Lambda itself sets.
_MARK, _FUNCTION = "SIGHTLINE_LOCAL_STACK", "AWS_LAMBDA_FUNCTION_NAME"
_PROC = Path("/proc")


def can_find_workers() -> bool:
    """Can the process behind a connection be found here? On Linux only."""
    return sys.platform == "linux"


def hang_up(client: Address, server: Address) -> None:
    """Close the connection from `client` to `server`, which this process serves, with no answer.

    No server has a way to do so; the socket is found among this process's open files.
    """
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 -- a Path would open each of them
        try:
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(name))) as connection:
                if connection.family != socket.AF_INET:
                    continue
                ends = connection.getpeername(), connection.getsockname()
                if ends == (client, server):
                    connection.shutdown(socket.SHUT_RDWR)
                    return
        except OSError:
            continue  # Closed meanwhile, or not connected.


def worker_behind(client: Address, server: Address) -> int | None:
    """The process id of the function's worker that made this connection; None if none did.

    It has to be a function of this process's own stack, so nothing else can be killed by it.
    """
    inodes = set(_sockets(client[1], server[1]))
    if not inodes:
        return None
    links = {f"socket:[{inode}]" for inode in inodes}
    for process in _PROC.iterdir():
        if process.name.isdigit() and _is_worker(process) and _has_open(process, links):
            return int(process.name)
    return None


def kill(pid: int) -> None:
    """As `kill -9`. A process that has just ended by itself is as good."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _sockets(local_port: int, remote_port: int) -> Iterator[str]:
    """Inodes of the sockets between two ports of this machine, seen from the first."""
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except FileNotFoundError:  # A kernel without IPv6.
            continue
        for line in lines:
            fields = line.split()
            ports = tuple(int(address.rpartition(":")[2], 16) for address in fields[1:3])
            if ports == (local_port, remote_port) and fields[9] != "0":
                yield fields[9]


def _is_worker(process: Path) -> bool:
    try:
        environment = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False  # Ended, or somebody else's.
    mine = f"{_MARK}={os.environ.get(_MARK, '')}".encode()
    return mine in environment and any(
        variable.startswith(f"{_FUNCTION}=".encode()) for variable in environment
    )


def _has_open(process: Path, links: set[str]) -> bool:
    try:
        files = list((process / "fd").iterdir())
    except OSError:
        return False  # Ended, or somebody else's.
    return any(_target(file) in links for file in files)


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""  # Closed meanwhile, so not the one that waits for our answer.

"""The three ports of a local stack, all on the loopback interface."""

import socket
import time
from dataclasses import dataclass

import psutil

from local.errors import LocalError

LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"

# The first stack's console is at 8080, where one looks for it; another stack's is as far from it.
_CONSOLE, _FIRST = 8080, 4566
_LAST = 65535

# A process that was killed may hold its ports for a moment after it has gone.
GONE_SECONDS = 2.0


@dataclass(frozen=True)
class Ports:
    """`port` serves AWS's APIs over TLS, the next one is Rekognition's; the console's is apart."""

    port: int

    @property
    def recognition(self) -> int:
        """The Rekognition-compatible endpoint, over TLS."""
        return self.port + 1

    @property
    def console(self) -> int:
        """The console, for browsers, over plain HTTP."""
        wanted = self.port + _CONSOLE - _FIRST
        return wanted if wanted <= _LAST else self.port - _CONSOLE + _FIRST

    @property
    def console_origin(self) -> str:
        """The URL of the console, which is one origin with its API and its sign-in."""
        return f"http://localhost:{self.console}"

    @property
    def endpoint(self) -> str:
        """The URL for every AWS client."""
        return f"https://localhost:{self.port}"

    @property
    def recognition_endpoint(self) -> str:
        """The URL for Rekognition clients."""
        return f"https://localhost:{self.recognition}"

    def check_free(self, *, console: bool = False) -> None:
        """Refuse ports that someone else listens on, saying who and which port to take instead."""
        for port in (self.port, self.recognition, *((self.console,) if console else ())):
            if not _becomes_free(port, both=port == self.console):
                also = ", or leave out the console: --no-console" if port == self.console else ""
                raise LocalError(
                    f"Port {port} is in use by {_holder(port)}; stop it, "
                    f"or choose another port: sightline local up --port {self.port + 100}{also}"
                )


def bind_localhost(port: int) -> list[socket.socket]:
    """Return sockets bound to this port of every address of localhost.

    A browser takes either, so that whoever had the other one could pass for the console. Raises
    OSError when one is in use.
    """
    sockets = [_bound(socket.AF_INET, LOOPBACK, port)]
    try:
        if _has_ipv6():
            sockets.append(_bound(socket.AF_INET6, LOOPBACK_6, port))
    except OSError:
        sockets[0].close()
        raise
    return sockets


def _has_ipv6() -> bool:
    try:
        _bound(socket.AF_INET6, LOOPBACK_6, 0).close()
    except OSError:
        return False
    return True


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        # As servers do: a port in TIME_WAIT is free.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound


def _becomes_free(port: int, *, both: bool) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while not (free := _is_free(port, both=both)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return free


def _is_free(port: int, *, both: bool) -> bool:
    try:
        taken = bind_localhost(port) if both else [_bound(socket.AF_INET, LOOPBACK, port)]
    except OSError:
        return False
    for bound in taken:
        bound.close()
    return True


def _holder(port: int) -> str:
    """Who listens on a port: its name and process id, as far as we may see it."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:  # macOS shows other processes' connections to root only.
        return "another process"
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN
        if listens and tuple(connection.laddr)[1:2] == (port,) and connection.pid:
            try:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {process.pid})"
            except psutil.NoSuchProcess:
                continue
    return "another process"

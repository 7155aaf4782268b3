"""The two ports of a local stack, all on the loopback interface."""

import socket
import time
from dataclasses import dataclass

import psutil

from local.errors import LocalError

LOOPBACK = "127.0.0.1"

# A process that was killed may hold its ports for a moment after it has gone.
GONE_SECONDS = 2.0


@dataclass(frozen=True)
class Ports:
    """`port` serves AWS's APIs over TLS; the next one is Rekognition's."""

    port: int

    @property
    def recognition(self) -> int:
        """The Rekognition-compatible endpoint, over TLS."""
        return self.port + 1

    @property
    def endpoint(self) -> str:
        """The URL for every AWS client."""
        return f"https://localhost:{self.port}"

    @property
    def recognition_endpoint(self) -> str:
        """The URL for Rekognition clients."""
        return f"https://localhost:{self.recognition}"

    def check_free(self) -> None:
        """Refuse ports that someone else listens on, saying who and which port to take instead."""
        for port in (self.port, self.recognition):
            if not _becomes_free(port):
                raise LocalError(
                    f"Port {port} is in use by {_holder(port)}; stop it, "
                    f"or choose another port: sightline local up --port {self.port + 100}"
                )


def _becomes_free(port: int) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while not (free := _is_free(port)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return free


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
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

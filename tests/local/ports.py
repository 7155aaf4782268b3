"""Ports for a local stack that nobody uses, so that two test runs can go on side by side."""

import os
import random
import socket

_NEEDED = 3  # consecutive ports of one local stack
_CONSOLE = 8080 - 4566  # and the console's, as far above as in a stack on the stock port
_WORKERS = 8  # of pytest-xdist, which look among different ports each
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS


_given: set[int] = set()


def free_port() -> int:
    """Return the first of three free ports on the loopback interface, never the same twice."""
    for _ in range(200):
        first = random.randrange(20_000 + _WORKER * _NEEDED, 31_000, _NEEDED * _WORKERS)
        if first not in _given and all(
            _is_free(first + offset) for offset in (*range(_NEEDED), _CONSOLE)
        ):
            _given.add(first)
            return first
    raise RuntimeError("no three free ports in a row were found between 20000 and 31000")


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True

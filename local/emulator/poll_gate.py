"""Event source mappings that come back with the kept state wait for the recognition endpoint.

Otherwise the images that were under way would each fail once, because it takes longer to start.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import socket
import threading
import time

from local.emulator.internals import lambda_service, require

WAIT_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.2


def poll_once_listening(port: int) -> None:
    """Let the emulator poll its queues when something listens on this port, or after two minutes.

    Whoever waits for the endpoint says by then that it does not start.
    """
    require(lambda_service, "_ensure_poller")
    start_poller = lambda_service._ensure_poller
    wanted, opened = threading.Event(), threading.Event()

    def start_if_open() -> None:
        wanted.set()
        if opened.is_set():
            start_poller()

    def open_later() -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not _listens(port) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
        opened.set()
        if wanted.is_set():
            start_poller()

    lambda_service._ensure_poller = start_if_open
    threading.Thread(target=open_later, name="poll-gate", daemon=True).start()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

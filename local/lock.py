"""One command at a time for each local stack."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalError
from local.paths import StackFiles

WAIT_SECONDS = 5.0


@contextmanager
def only_command(files: StackFiles) -> Iterator[None]:
    """Hold the stack's lock while a command changes it."""
    with hold(files.lock, WAIT_SECONDS, f"the local stack on port {files.port}"):
        yield


@contextmanager
def hold(lock: Path, wait_seconds: float, what: str) -> Iterator[None]:
    """Hold a lock. The system frees it when the process ends, however it ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    holder = lock.read_text() or "unknown"
                    raise LocalError(
                        f"Another command is at work on {what} (process {holder}); "
                        "wait for it to end, or stop it, and try again."
                    ) from error
                time.sleep(0.1)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)

"""How long a test waits for what has to come."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 600.0
"""Far longer than anything takes: only what never comes costs so much. A machine that has other
work beside the tests, or reads all programs from its disk anew, takes twenty times as long as one
that is quiet."""


def eventually(holds: Callable[[], Any], what: str) -> Any:
    """Poll until something holds and return it; fail with what it was."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.1)
    raise AssertionError(f"after {PATIENCE_SECONDS:g} seconds it still does not hold that {what}")

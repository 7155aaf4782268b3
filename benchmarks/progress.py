"""Progress on standard error, so that standard output is the report alone."""

import sys
import time

_STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one line, with the seconds since the start."""
    sys.stderr.write(f"{time.monotonic() - _STARTED:6.1f} s  {text}\n")
    sys.stderr.flush()

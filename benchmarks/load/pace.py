"""When the console looks for a result: as web/src/upload/poller.ts has it."""

from collections.abc import Iterator

FIRST_LOOK_SECONDS = 1.0
MOST_SECONDS = 5.0
GROWTH = 1.5
AFTER_ERROR_SECONDS = 10.0

ENDED = frozenset({"done", "in_review", "rejected", "failed"})
ENDED_WELL = frozenset({"done", "in_review"})


def waits() -> Iterator[float]:
    """Yield the seconds before each look: one, then half as long again each, five at most."""
    wait = FIRST_LOOK_SECONDS
    while True:
        yield wait
        wait = min(wait * GROWTH, MOST_SECONDS)

"""How many calls each operation had and what became of them, in a file for whoever measures."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import anyio

from local.record import write_json

WRITE_EVERY_SECONDS = 0.5
# The histogram's length; older seconds are dropped, and stay in the totals.
KEEP_SECONDS = 3600


@dataclass
class _Counted:
    calls: int = 0
    throttled: int = 0
    answered: int = 0

    def add(self, *, throttled: bool, answered: bool) -> None:
        self.calls += 1
        self.throttled += throttled
        self.answered += answered


@dataclass
class _Operation(_Counted):
    first: float = 0.0
    last: float = 0.0
    per_second: dict[int, _Counted] = field(default_factory=dict)


class CallCounts:
    """Counts by operation; `answered` are those that got an answer, as AWS charges for them.

    `first` and `last` are when a call came, in seconds since the epoch; `per_second` has the same
    counts by the second in which the calls came.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._operations: dict[str, _Operation] = {}
        self._changed = False

    def add(self, operation: str, came_at: float, *, throttled: bool, answered: bool) -> None:
        """Count a call that has ended."""
        counted = self._operations.setdefault(operation, _Operation(first=came_at))
        counted.first, counted.last = min(counted.first, came_at), max(counted.last, came_at)
        second = counted.per_second.setdefault(int(came_at), _Counted())
        counted.add(throttled=throttled, answered=answered)
        second.add(throttled=throttled, answered=answered)
        while len(counted.per_second) > KEEP_SECONDS:
            del counted.per_second[min(counted.per_second)]
        self._changed = True

    def to_json(self) -> dict[str, Any]:
        """All counts, as they are in the file."""
        return {name: asdict(counted) for name, counted in sorted(self._operations.items())}

    def write(self) -> None:
        """Replace the file, if anything has changed and there is to be one."""
        if self._path and self._changed:
            write_json(self._path, self.to_json())
            self._changed = False

    async def keep_writing(self) -> None:
        """Write every half second until cancelled."""
        while True:
            await anyio.sleep(WRITE_EVERY_SECONDS)
            self.write()

"""The calls that reached the endpoint, one JSON document a line."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TextIO


@dataclass(frozen=True)
class CallMade:
    """A call: what for, of which object, when it came (seconds since the epoch), how long."""

    operation: str
    key: str
    came_at: float
    seconds: float

    @property
    def ended_at(self) -> float:
        """When it was answered."""
        return self.came_at + self.seconds


def write_call(file: TextIO, call: CallMade) -> None:
    """Note a call."""
    file.write(json.dumps(asdict(call)) + "\n")


def read_calls(lines: Iterable[str]) -> list[CallMade]:
    """Read what was noted."""
    return [CallMade(**json.loads(line)) for line in lines]

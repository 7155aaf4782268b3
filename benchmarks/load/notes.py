"""What the users note, one JSON document a line: each request, and each upload with its result.

Times are in seconds since the epoch.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, TextIO


@dataclass(frozen=True)
class Asked:
    """A request: `problem` says why it counts as failed, empty if it does not."""

    route: str
    began_at: float
    seconds: float
    status: int
    problem: str = ""


@dataclass(frozen=True)
class Uploaded:
    """A photo that was sent: the form was asked for, then the file sent, then the result seen.

    `seen_at` is None if there was none in time.
    """

    task_id: str
    began_at: float
    formed_at: float
    sent_at: float
    seen_at: float | None = None
    status: str = ""
    image_id: str | None = None


@dataclass(frozen=True)
class Ended:
    """The end: when the users began and were done, and Locust's processor time so far."""

    began_at: float
    ended_at: float
    cpu_seconds: float
    users: int


Note = Asked | Uploaded | Ended
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Asked, Uploaded, Ended)}


def write_note(file: TextIO, note: Note) -> None:
    """Write one note."""
    file.write(json.dumps([type(note).__name__, asdict(note)]) + "\n")


@dataclass(frozen=True)
class Notes:
    """All notes of a run; `ended` is None where Locust was ended before the users were done."""

    asked: list[Asked]
    uploaded: list[Uploaded]
    ended: Ended | None


def read_notes(lines: Iterable[str]) -> Notes:
    """Read what was written; a last line that was cut off raises ValueError."""
    found: dict[str, list[Any]] = {name: [] for name in _KINDS}
    for line in lines:
        name, fields = json.loads(line)
        found[name].append(_KINDS[name](**fields))
    ended = found["Ended"]
    return Notes(found["Asked"], found["Uploaded"], ended[0] if ended else None)

"""Batches in memory, as tests of their counting need them."""

from typing import Any

from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import BatchControl, Control
from lambdas.common.batches.table import BatchTable

AT = "2026-11-21T09:30:00.123+00:00"
LATER = "2026-11-21T10:30:00.123+00:00"


def batch(batch_id: str = "b1", **changes: Any) -> Batch:
    """A batch over the bucket `photos`."""
    values: dict[str, Any] = {
        "bucket": "photos",
        "prefix": "",
        "name": batch_id,
        "created_at": AT,
        "created_by": "arn:aws:iam::123456789012:user/ada",
    }
    return Batch(**{"id": batch_id, **values, **changes})


class CrashError(Exception):
    """A call that failed."""


class SentControl(BatchControl):
    """Keeps what is sent."""

    def __init__(self) -> None:
        super().__init__(None, "")
        self.sent: list[Control] = []
        self.delays: list[int] = []
        self.crashes = 0

    def send(self, control: Control, *, delay_seconds: int = 0) -> None:
        if self.crashes:
            self.crashes -= 1
            raise CrashError("send")
        self.sent.append(control)
        self.delays.append(delay_seconds)


class MemoryTable(BatchTable):
    """One batch and its counting tree; a write may be followed by a crash."""

    def __init__(self, images: int, state: State = State.RUNNING) -> None:
        super().__init__(None, "records")
        self.batch = batch(images=images, state=state)
        self.nodes: dict[tuple[int, int], set[int]] = {}
        self.writes = 0
        self.reads = 0
        self.crash_after: int | None = None
        """The write that is followed by a crash."""
        self.wanted: str | None = None
        self.sent: str | None = None

    def get(self, batch_id: str) -> Batch | None:
        self.reads += 1
        return self.batch if batch_id == self.batch.id else None

    def add_ended(self, batch_id: str, level: int, node: int, place: int) -> int:
        self.nodes.setdefault((level, node), set()).add(place)
        self._written()
        return len(self.nodes[level, node])

    def ended_of(self, batch_id: str, level: int, node: int) -> int:
        return len(self.nodes.get((level, node), ()))

    def want_report(self, batch_id: str, token: str) -> Batch | None:
        if self.wanted is not None and self.wanted == self.sent:
            return None
        self.wanted = token
        self._written()
        return self.batch

    def sent_report(self, batch_id: str, token: str) -> None:
        if self.wanted == token:
            self.sent = token
        self._written()

    def begin(self) -> None:
        """What run_batch does first with a message that asks for a report."""
        self.wanted = self.sent = None

    def _written(self) -> None:
        self.writes += 1
        if self.writes == self.crash_after:
            raise CrashError(f"after write {self.writes}")

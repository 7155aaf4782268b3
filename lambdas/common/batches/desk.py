"""What people do with batches, from wherever they ask: make, start, cancel, look at one."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import BatchControl, Control, Work
from lambdas.common.batches.progress import CACHE_SECONDS, Ended, count_ended, request_report
from lambdas.common.batches.table import BatchTable
from lambdas.common.errors import SightlineError

MAX_NAME_CHARACTERS = 50
SETTLE_SECONDS = int(CACHE_SECONDS) + 5
"""Wait before a cancelled batch is reported: what is under way by then has noticed, or ended."""


class UnknownBatchError(SightlineError):
    """There is no such batch."""


class InvalidBatchError(SightlineError):
    """A batch that cannot be made like this."""


class BatchStateError(SightlineError):
    """What was asked for does not fit what the batch is now."""


@dataclass(frozen=True)
class Started:
    """What `start` did: the batch as it is then, and the messages that were sent for it."""

    batch: Batch
    sent: tuple[Work, ...]


@dataclass(frozen=True)
class BatchDesk:
    """Does with batches what people ask for; `now` is ISO 8601 in UTC."""

    table: BatchTable
    control: BatchControl
    processed_bucket: str
    now: Callable[[], str]

    def create(  # noqa: PLR0913
        self, bucket: str, prefix: str, *, name: str | None, again: bool, approved: bool, by: str
    ) -> Batch:
        """Make a batch of what lies under a prefix of a bucket, and have it listed.

        Raises InvalidBatchError for our own copies or a name without letter or digit, and
        BatchStateError for a name that is taken.
        """
        if bucket == self.processed_bucket:
            raise InvalidBatchError(
                f"{bucket} is where Sightline writes its own copies and results; they are not "
                "analysed again"
            )
        batch_id = new_id() if name is None else safe_name(name)
        batch = Batch(
            id=batch_id,
            bucket=bucket,
            prefix=prefix,
            name=name or batch_id,
            created_at=self.now(),
            created_by=by,
            again=again,
            approved=approved,
        )
        if not self.table.create(batch):
            raise BatchStateError(f"there is a batch {batch_id} already; choose another name")
        self.control.send(Control(batch_id, Work.LIST))
        return batch

    def get(self, batch_id: str) -> Batch:
        """Return a batch; raises UnknownBatchError when there is none."""
        found = self.table.get(batch_id)
        if found is None:
            raise UnknownBatchError(f"there is no batch {batch_id}")
        return found

    def start(self, batch_id: str) -> Started:
        """Let a batch run that is listing or listed, or go on with one that stands still.

        A second message for what goes on by itself does no harm. Raises BatchStateError for a
        batch that was cancelled and has its report.
        """
        approved = self.table.approve(batch_id)
        if approved is not None:
            work = Work.FEED if approved.state is State.LISTED else Work.LIST
            return self._sent(approved, work)
        batch = self.get(batch_id)
        if batch.state is State.FAILED:
            return self._sent(self.table.list_again(batch_id) or batch, Work.LIST)
        if batch.state is State.RUNNING:
            # Not by the note that a report is wanted: the message that it tells of may be lost.
            # One that comes before all images have ended is ignored.
            feeding = (Work.FEED,) if batch.fed_pages < batch.pages else ()
            return self._sent(batch, *feeding, Work.REPORT)
        if owes_report(batch):
            return self._sent(batch, Work.REPORT)
        if batch.state is State.CANCELLED:
            raise BatchStateError(f"batch {batch_id} is cancelled and cannot be started again")
        return Started(batch, ())

    def cancel(self, batch_id: str) -> Batch:
        """Cancel a batch; raises BatchStateError when it is over already."""
        cancelled = self.table.cancel(batch_id, at=self.now())
        if cancelled is None:
            raise BatchStateError(f"batch {batch_id} is {self.get(batch_id).state} already")
        request_report(self.table, self.control, batch_id, delay_seconds=SETTLE_SECONDS)
        return cancelled

    def ended(self, batch: Batch) -> Ended:
        """Return how many images of a batch have ended; of one that is over, by its report."""
        if batch.reported_at is not None:
            return Ended(batch.ended, is_exact=True)
        if batch.started_at is None:
            return Ended(0, is_exact=True)
        return count_ended(self.table, batch)

    def _sent(self, batch: Batch, *works: Work) -> Started:
        for work in works:
            self.control.send(Control(batch.id, work))
        return Started(batch, works)


def owes_report(batch: Batch) -> bool:
    """Return whether a batch that is over has not been reported and announced as it should be."""
    if batch.state not in (State.CLOSED, State.CANCELLED):
        return False
    # A reason says that a report was begun and stands still.
    return batch.reported_at is None or batch.announced_at is None or batch.reason is not None


def new_id() -> str:
    """Return an id that says when, such as 20261121-093000-4f1c."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def safe_name(name: str) -> str:
    """Return a name as an id: a-z, 0-9 and dashes; raises InvalidBatchError if nothing is left."""
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower())[:MAX_NAME_CHARACTERS].strip("-")
    if not safe:
        raise InvalidBatchError(f"the name {name!r} has no letter a-z and no digit")
    return safe

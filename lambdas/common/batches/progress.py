"""How a batch learns that its images have ended, and its images that it was cancelled."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import BatchControl, Control, Work
from lambdas.common.batches.counting import FAN_OUT, children_of, images_below, nodes_at, root_level
from lambdas.common.batches.table import BatchTable
from lambdas.common.telemetry import logger

CACHE_SECONDS = 30.0
"""For how long a function believes what it read of a batch: a cancellation takes this long."""
REWRITE_DELAY_SECONDS = 60
"""Wait before a report is written anew, so that a redrive of many images writes it a few times
and not once for each."""
MAX_NODES_READ = 1_000
"""Nodes that showing the progress reads: about 60 read units, or half a megabyte."""
_MAX_CACHED = 100


class BatchProgress:
    """Counts the ends of a batch's images; made once per container."""

    def __init__(
        self,
        table: BatchTable,
        control: BatchControl,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._control = control
        self._now = now
        self._cached: dict[str, tuple[float, Batch | None]] = {}

    def state(self, batch_id: str) -> State | None:
        """Return the state of a batch as of at most CACHE_SECONDS ago; None for an unknown one."""
        batch = self._batch(batch_id, CACHE_SECONDS)
        return None if batch is None else batch.state

    def ended(self, member: BatchMember) -> None:
        """Count an image that is in a terminal state; to be called on every repeat of it too.

        One write, and at the last image of each hundred one more a level. All of it is safe to
        repeat: a set has a child once, and a node that is full is full. Raises ValueError when
        the batch has no such image.
        """
        # Its number of images is final: nothing is sent before the listing is complete.
        batch = self._batch(member.batch_id, float("inf"))
        if batch is None:
            logger.warning("the image's batch is not in the table", batch=member.batch_id)
            return
        if not 0 <= member.number < batch.images:
            raise ValueError(f"batch {batch.id} has no image {member.number}")
        child = member.number
        for level in range(root_level(batch.images) + 1):
            child, place = divmod(child, FAN_OUT)
            ended = self._table.add_ended(batch.id, level, child, place)
            if ended < children_of(batch.images, level, child):
                return
        request_report(self._table, self._control, batch.id)

    def _batch(self, batch_id: str, max_age: float) -> Batch | None:
        read_at, batch = self._cached.get(batch_id, (float("-inf"), None))
        if batch is None or self._now() - read_at > max_age:
            if len(self._cached) >= _MAX_CACHED:
                self._cached.clear()
            batch = self._table.get(batch_id)
            self._cached[batch_id] = self._now(), batch
        return batch


def request_report(
    table: BatchTable, control: BatchControl, batch_id: str, *, delay_seconds: int = 0
) -> None:
    """Ask for a batch's report, unless one is asked for that has not been begun."""
    token = secrets.token_hex(8)
    batch = table.want_report(batch_id, token)
    if batch is None:
        return
    delay = REWRITE_DELAY_SECONDS if batch.reported_at else delay_seconds
    control.send(Control(batch_id, Work.REPORT), delay_seconds=delay)
    table.sent_report(batch_id, token)


def is_complete(table: BatchTable, batch: Batch) -> bool:
    """Return whether every image of a listed batch has ended."""
    if batch.images == 0:
        return True
    root = root_level(batch.images)
    return table.ended_of(batch.id, root, 0) == children_of(batch.images, root, 0)


@dataclass(frozen=True)
class Ended:
    """How many images of a batch have ended: so many, or at least so many."""

    images: int
    is_exact: bool


def count_ended(table: BatchTable, batch: Batch) -> Ended:
    """Count the images of a batch that have ended, reading at most MAX_NODES_READ nodes.

    Exact for up to 100,000 images. For more, only whole hundreds of images (ten thousands for
    more than ten million) are counted, in the order of the listing.
    """
    level = 0
    while nodes_at(batch.images, level) > MAX_NODES_READ:
        level += 1
    images = sum(
        images_below(batch.images, level, node, place)
        for node, places in table.ended_at(batch.id, level)
        for place in places
    )
    return Ended(images, is_exact=level == 0 or images == batch.images)

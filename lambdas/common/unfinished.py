"""Deletions that are due: those that stopped half-way, and unwanted files, are finished here.

An image that is being deleted is hidden from everybody, so that nobody would notice what is left.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.deletion import Deletions
from lambdas.common.errors import RetryableError, SightlineError
from lambdas.common.records.queries import RecordQueries
from lambdas.common.status import Status
from lambdas.common.telemetry import logger

EVERY_MINUTES = 5
"""How often they are looked for."""
WAIT_SECONDS = 600.0
"""How long after its lease a deletion is left to whoever began it, who may ask again."""
REQUEST: Mapping[str, str] = {"sightline": "finish-deletions"}
"""What the function is called with to do so."""
_PAGE = 100
_LAST_SECONDS = 8.0
"""What is left of a function's time when no other deletion is begun: one takes about half one."""


def finish_deletions(
    queries: RecordQueries,
    deletions: Deletions,
    *,
    now: Callable[[], float],
    seconds_left: Callable[[], float],
) -> int:
    """Finish what is due, as far as the time goes; return how many were finished.

    Goes on after an error, and raises RetryableError in the end: an alarm rings, and the log says
    which images they are.
    """
    finished = failed = 0
    for record in _due(queries, now):
        if seconds_left() < _LAST_SECONDS:
            break
        image_id = str(record["image_id"])
        try:
            deletions.delete(image_id, by=str(record["deleted_by"]))
        except (BotoCoreError, ClientError, SightlineError):
            logger.exception("a deletion could not be finished", image_id=image_id)
            failed += 1
        else:
            finished += 1
    logger.info("deletions finished", finished=finished, failed=failed)
    if failed:
        raise RetryableError(f"{failed} deletions could not be finished")
    return finished


def _due(queries: RecordQueries, now: Callable[[], float]) -> Iterator[Mapping[str, Any]]:
    before = None
    while True:
        page = queries.page(limit=_PAGE, status=Status.DELETED, before=before, oldest_first=True)
        for record in page.records:
            is_left = float(record.get("lease_until", 0)) + WAIT_SECONDS < now()
            if "deletion_due" in record and (is_left or "unwanted" in record):
                yield record
        before = page.next
        if before is None:
            return

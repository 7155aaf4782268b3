"""Deletions that are due: those that stopped half-way, and unwanted files, are finished here.

An image that is being deleted is hidden from everybody, so that nobody would notice what is left.
What people have deleted comes first: of unwanted files there may be any number.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
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
FAILED_WAIT_SECONDS = 3600.0
"""The same for one that has been tried `_TRIES` times: others are not to wait behind it."""
REQUEST: Mapping[str, str] = {"sightline": "finish-deletions"}
"""What the function is called with to do so."""
_TRIES = 3
_PAGE = 1000
_AT_ONCE = 8
"""Unwanted files that are deleted at a time."""
_MOST_UNWANTED = 1000
"""That are held in memory; a call deletes fewer."""
_LAST_SECONDS = 8.0
"""What is left of a function's time when no other deletion is begun: one takes about half one."""
_LAST_LOOK_SECONDS = 13.0
"""What is left when no further ones are looked for, so that there is time to delete some."""
_ERRORS = (BotoCoreError, ClientError, SightlineError)


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

    def finish(record: Mapping[str, Any]) -> bool | None:
        """Return whether it is finished, None if there is no time for it."""
        if seconds_left() < _LAST_SECONDS:
            return None
        image_id = str(record["image_id"])
        try:
            deletions.delete(image_id, by=str(record["deleted_by"]))
        except _ERRORS:
            logger.exception("a deletion could not be finished", image_id=image_id)
            return False
        return True

    of_people: list[Mapping[str, Any]] = []
    unwanted: list[Mapping[str, Any]] = []
    is_read = True
    try:
        for record in _due(queries, now, seconds_left):
            if "unwanted" not in record:
                of_people.append(record)
            elif len(unwanted) < _MOST_UNWANTED:
                unwanted.append(record)
    except _ERRORS:
        logger.exception("not all deletions that are due could be found")
        is_read = False
    outcomes = [finish(record) for record in of_people]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes += pool.map(finish, unwanted)
    finished, failed = outcomes.count(True), outcomes.count(False)
    logger.info("deletions finished", finished=finished, failed=failed, left=outcomes.count(None))
    if failed or not is_read:
        raise RetryableError(f"{failed} deletions could not be finished; the log says why")
    return finished


def _due(
    queries: RecordQueries, now: Callable[[], float], seconds_left: Callable[[], float]
) -> Iterator[Mapping[str, Any]]:
    before = None
    while True:
        page = queries.page(limit=_PAGE, status=Status.DELETED, before=before, oldest_first=True)
        yield from (record for record in page.records if _is_due(record, now()))
        before = page.next
        if before is None or seconds_left() < _LAST_LOOK_SECONDS:
            return


def _is_due(record: Mapping[str, Any], now: float) -> bool:
    if "deletion_due" not in record:
        return False
    tries = int(record.get("deletion_tries", 0))
    if "unwanted" in record and not tries:
        return True  # there is nobody to wait for
    wait = WAIT_SECONDS if tries < _TRIES else FAILED_WAIT_SECONDS
    return float(record.get("lease_until", 0)) + wait < now

"""Deletions that are due: those that stopped half-way, and unwanted files, are finished here.

An image that is being deleted is hidden from everybody, so that nobody would notice what is left.
What people have deleted comes first, and is looked for apart: of unwanted files there may be any
number.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.deletion import Deletions
from lambdas.common.errors import RetryableError, SightlineError
from lambdas.common.records.queries import Record, RecordQueries
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
_MOST = 1000
"""That are looked for in a list, and held in memory; a call finishes fewer."""
_LAST_SECONDS = 8.0
"""What is left of a function's time when no other deletion is begun: one takes about half one."""
_LAST_LOOK_SECONDS = 13.0
"""What is left when no further ones are looked for, so that there is time to delete some."""
_ERRORS = (BotoCoreError, ClientError, SightlineError)


@dataclass(frozen=True)
class Finished:
    """What one call has done: deletions that it finished.

    `left` were due as well, and there was no time for them. Without `all_seen` there may be more,
    which it had no time to look for.
    """

    finished: int
    left: int
    all_seen: bool


@dataclass
class _Looked:
    """What was found of a list: `due`, the oldest first. It is whole if `all_seen`."""

    due: list[Record] = field(default_factory=list)
    all_seen: bool = False
    broke_off: bool = False


def finish_deletions(
    queries: RecordQueries,
    deletions: Deletions,
    *,
    now: Callable[[], float],
    seconds_left: Callable[[], float],
) -> Finished:
    """Finish what is due, as far as the time goes.

    Goes on after an error, and raises RetryableError in the end: an alarm rings, and the log says
    which images they are.
    """

    def finish(record: Record, *, unwanted: bool) -> bool | None:
        """Return whether it is finished, None if there is no time for it."""
        if seconds_left() < _LAST_SECONDS:
            return None
        image_id = str(record["image_id"])
        try:
            deletions.delete(image_id, by=str(record["deleted_by"]), unwanted=unwanted)
        except _ERRORS:
            logger.exception("a deletion could not be finished", image_id=image_id)
            return False
        return True

    of_people = _look(queries, now, seconds_left, unwanted=False)
    unwanted = _look(queries, now, seconds_left, unwanted=True)
    outcomes = [finish(record, unwanted=False) for record in of_people.due]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes += pool.map(partial(finish, unwanted=True), unwanted.due)
    failed = outcomes.count(False)
    done = Finished(
        finished=outcomes.count(True),
        left=outcomes.count(None),
        all_seen=of_people.all_seen and unwanted.all_seen,
    )
    logger.info("deletions finished", failed=failed, **vars(done))
    if failed or of_people.broke_off or unwanted.broke_off:
        raise RetryableError(f"{failed} deletions could not be finished; the log says why")
    return done


def _look(
    queries: RecordQueries,
    now: Callable[[], float],
    seconds_left: Callable[[], float],
    *,
    unwanted: bool,
) -> _Looked:
    """Look for what is due: of files that nobody wants, or of what people have deleted."""
    looked, before = _Looked(), None
    try:
        while True:
            page = queries.page(
                limit=_PAGE,
                status=Status.DELETED,
                unwanted=unwanted,
                before=before,
                oldest_first=True,
            )
            looked.due += [record for record in page.records if _is_due(record, now())]
            before = page.next
            if before is None:
                looked.all_seen = True
                return looked
            if len(looked.due) >= _MOST or seconds_left() < _LAST_LOOK_SECONDS:
                break
    except _ERRORS:
        logger.exception("not all deletions that are due could be found", unwanted=unwanted)
        looked.broke_off = True
        return looked
    logger.warning(
        "there are more deletions than one call looks at", unwanted=unwanted, due=len(looked.due)
    )
    return looked


def _is_due(record: Record, now: float) -> bool:
    if "deletion_due" not in record:
        return False
    tries = int(record.get("deletion_tries", 0))
    if "unwanted" in record and not tries:
        return True  # there is nobody to wait for
    wait = WAIT_SECONDS if tries < _TRIES else FAILED_WAIT_SECONDS
    return float(record.get("lease_until", 0)) + wait < now

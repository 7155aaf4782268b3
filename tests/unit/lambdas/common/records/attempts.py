"""What tests of attempts at an image share: one image, begun and ended."""

from typing import Any

from lambdas.common.queue.failure import Failure
from lambdas.common.records.attempts import Attempt, Attempts
from lambdas.common.records.sent_again import NOT_SENT_AGAIN, SentAgain
from lambdas.common.records.table import RecordTable
from lambdas.common.status import Status
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import FINISHED_AT, result
from tests.unit.lambdas.steps import Clock, Stepped, Steps

LEASE = 75.0
ID = result().image_id
DENIED = Failure("DetectLabels:AccessDeniedException", "no")


def attempts_by(clock: Clock, dynamodb: Any, steps: Steps | None = None) -> Attempts:
    """What begins attempts; with `steps`, its requests can be struck."""
    client = dynamodb if steps is None else Stepped("dynamodb", dynamodb, steps)
    return Attempts(client, TABLE, lease_seconds=LEASE, now=clock.now)


def begin(
    attempts: Attempts,
    owner: str = "a",
    stage: Status = Status.RECEIVED,
    run: str | None = None,
    sent_again: SentAgain = NOT_SENT_AGAIN,
) -> Attempt:
    begun = attempts.begin(result(), stage=stage, owner=owner, run=run, sent_again=sent_again)
    assert isinstance(begun, Attempt)
    return begun


def ended(
    attempts: Attempts, records: RecordTable, end: Status = Status.DONE, run: str | None = None
) -> None:
    """An image that came to its end in one attempt; one that failed is a dead letter."""
    begin(attempts, run=run)
    assert records.advance(result(end), at=FINISHED_AT)
    records.mark_announced(ID, end, at=FINISHED_AT)
    if end is Status.FAILED:
        attempts.buried(ID)

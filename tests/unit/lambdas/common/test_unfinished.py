"""Deletions that stopped half-way: what finishes them, when, and how much of them at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.deletion import LEASE_SECONDS
from lambdas.common.errors import RetryableError
from lambdas.common.records.queries import RecordQueries
from lambdas.common.unfinished import WAIT_SECONDS, finish_deletions
from tests.unit.lambdas.aws_account import account, original_file
from tests.unit.lambdas.common.test_deletion import (
    STEPS,
    TOMBSTONE,
    corrected,
    deletions,
    items,
    objects,
)
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client
from tests.unit.lambdas.desk import BOB, Desk
from tests.unit.lambdas.steps import CrashError, Steps


@pytest.fixture(autouse=True)
def fresh_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


def finish(desk: Desk, steps: Steps | None = None, *, seconds_left: float = 20.0) -> int:
    return finish_deletions(
        RecordQueries(client("dynamodb"), desk.table),
        deletions(desk, steps),
        now=desk.clock.now,
        seconds_left=lambda: seconds_left,
    )


def stopped(number: int) -> Desk:
    """An image whose deletion stopped before a request."""
    desk = corrected()
    stop(desk, number)
    return desk


def stop(desk: Desk, number: int) -> None:
    stopping = deletions(desk, Steps(strike=(number, "before"), seen=desk._seen))
    with pytest.raises(CrashError):
        stopping.delete(desk.id, by=BOB)


@pytest.mark.parametrize("number", range(1, len(STEPS)))
def test_one_that_stopped_anywhere_is_finished_in_its_time(number: int) -> None:
    desk = stopped(number)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS - 1
    assert finish(desk) == 0  # whoever began may ask again
    desk.clock.time += 2

    assert finish(desk) == 1

    (tombstone,) = items(desk)
    assert tombstone.keys() == TOMBSTONE
    assert tombstone["deleted_by"] == BOB
    assert objects(INPUT) == objects(PROCESSED) == []
    assert {message["message_id"] for message in desk.since} == {f"{desk.id}:deleted"}
    assert finish(desk) == 0


def test_an_error_is_told_and_the_others_are_finished() -> None:
    desk = stopped(2)
    first = desk.id
    desk.clock.time += 1
    desk.upload_another(original_file())
    stop(desk, 2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    # Of the first one found; it is tried again in the next run.
    failing = Steps(seen=desk._seen)

    def refuse() -> None:
        raise CrashError("s3.delete_object")

    failing.before("s3.delete_object", refuse)

    with pytest.raises(RetryableError, match="1 deletions could not be finished"):
        finish(desk, failing)

    due = [one["image_id"] for one in items(desk) if "deletion_due" in one]
    assert due == [first]
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    assert finish(desk) == 1


def test_what_does_not_fit_into_the_time_is_left_for_the_next_run() -> None:
    desk = stopped(2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1

    assert finish(desk, seconds_left=5.0) == 0
    assert finish(desk) == 1


def test_images_that_are_not_deleted_stay() -> None:
    desk = corrected()
    before: list[dict[str, Any]] = items(desk)
    desk.clock.time += 10 * WAIT_SECONDS

    assert finish(desk) == 0
    assert items(desk) == before

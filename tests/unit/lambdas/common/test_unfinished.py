"""Deletions that stopped half-way: what finishes them, when, and how much of them at once."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from lambdas.common.deletion import LEASE_SECONDS
from lambdas.common.errors import RetryableError
from lambdas.common.image import ObjectReference
from lambdas.common.records.queries import RecordQueries
from lambdas.common.unfinished import EVERY_MINUTES, WAIT_SECONDS, Finished, finish_deletions
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


def call(
    desk: Desk,
    steps: Steps | None = None,
    *,
    seconds_left: Callable[[], float] = lambda: 20.0,
) -> Finished:
    """What the rule does every few minutes."""
    return finish_deletions(
        RecordQueries(client("dynamodb"), desk.table),
        deletions(desk, steps),
        now=desk.clock.now,
        seconds_left=seconds_left,
    )


def finish(desk: Desk, steps: Steps | None = None, **time: Callable[[], float]) -> int:
    """How many a call finishes."""
    return call(desk, steps, **time).finished


def put() -> ObjectReference:
    """Send a file like the others, which is another version of the same object."""
    answer = client("s3").put_object(Bucket=INPUT, Key="car.jpg", Body=original_file())
    return ObjectReference(INPUT, "car.jpg", answer["VersionId"])


def upload_another(desk: Desk) -> None:
    """Have a further image, which is the one that the desk is then asked about."""
    desk.clock.time += 1
    desk.source = put()
    desk.start_container()
    desk.upload()


def time_for(number: int) -> Callable[[], float]:
    """A function's time that is enough for so many deletions; the lists fit into a page."""
    asked = count(1)
    return lambda: 20.0 if next(asked) <= number else 5.0


def failing_for(desk: Desk, image: str) -> Steps:
    """Requests of which the deletion of an image's copies is always refused."""

    def refuse(name: str, arguments: dict[str, Any]) -> None:
        if name == "s3.delete_objects" and image in str(arguments):
            raise CrashError(name)

    return Steps(seen=refuse)


def due(desk: Desk) -> list[str]:
    return [one["image_id"] for one in items(desk) if "deletion_due" in one]


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
    upload_another(desk)
    stop(desk, 2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    with pytest.raises(RetryableError, match="1 deletions could not be finished"):
        finish(desk, failing_for(desk, first))

    assert due(desk) == [first]
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    assert finish(desk) == 1


def test_one_that_always_fails_is_tried_every_hour_and_keeps_no_other_waiting() -> None:
    desk = stopped(2)
    first, tried = desk.id, 0
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    failing = failing_for(desk, first)
    for _ in range(2):
        with pytest.raises(RetryableError):
            finish(desk, failing)
        desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    upload_another(desk)
    stop(desk, 2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1

    # With time for one only, it is the other's.
    assert finish(desk, failing, seconds_left=time_for(1)) == 1

    assert due(desk) == [first]
    for _ in range(6 * 12):
        desk.clock.time += EVERY_MINUTES * 60
        try:
            finish(desk, failing)
        except RetryableError:
            tried += 1
    assert tried == 5
    assert due(desk) == [first]


def test_what_does_not_fit_into_the_time_is_left_for_the_next_run() -> None:
    desk = stopped(2)
    for _ in range(4):
        upload_another(desk)
        stop(desk, 2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1

    calls = [call(desk, seconds_left=time_for(2)) for _ in range(4)]

    assert [(each.finished, each.left) for each in calls] == [(2, 3), (2, 1), (1, 0), (0, 0)]
    assert all(each.all_seen for each in calls)


def test_images_that_are_not_deleted_stay() -> None:
    desk = corrected()
    before: list[dict[str, Any]] = items(desk)
    desk.clock.time += 10 * WAIT_SECONDS

    assert finish(desk) == 0
    assert items(desk) == before

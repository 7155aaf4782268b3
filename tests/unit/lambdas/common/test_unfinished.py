"""Deletions that stopped half-way: what finishes them, when, and how much of them at once."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from lambdas.common import unfinished
from lambdas.common.deletion import LEASE_SECONDS
from lambdas.common.errors import RetryableError
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.attempts import Attempt
from lambdas.common.records.queries import RecordQueries
from lambdas.common.result import Result
from lambdas.common.status import Status
from lambdas.common.unfinished import EVERY_MINUTES, WAIT_SECONDS, finish_deletions
from lambdas.common.unwanted import UnwantedFiles
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


def finish(
    desk: Desk,
    steps: Steps | None = None,
    *,
    seconds_left: Callable[[], float] = lambda: 20.0,
) -> int:
    return finish_deletions(
        RecordQueries(client("dynamodb"), desk.table),
        deletions(desk, steps),
        now=desk.clock.now,
        seconds_left=seconds_left,
    )


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
    """A function's time that is enough for so many deletions; the list fits into a page."""
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

    finished = [finish(desk, seconds_left=time_for(2)) for _ in range(4)]

    assert finished == [2, 2, 1, 0]


class TestUnwantedFiles:
    """Of which there may be any number."""

    def flood(self, desk: Desk, files: int) -> list[str]:
        """Mark records as the pipeline does it, and return their ids."""
        unwanted = UnwantedFiles(client("dynamodb"), desk.table, now=desk.clock.now)
        ids = []
        for _ in range(files):
            desk.clock.time += 0.001
            source = put()
            new = Result(image_id(source), source, Status.RECEIVED, desk.clock.iso())
            begun = desk.attempts.begin(new, stage=Status.RECEIVED, owner="it")
            assert isinstance(begun, Attempt)
            assert unwanted.leave(new.image_id, owner="it")
            ids.append(new.image_id)
        return ids

    def test_all_go_several_at_a_time(self) -> None:
        desk = corrected()
        kept = objects(INPUT)
        left = self.flood(desk, 30)

        assert finish(desk) == len(left)

        assert due(desk) == []
        assert objects(INPUT) == kept

    def test_people_do_not_wait_for_them(self) -> None:
        desk = corrected()
        flood = self.flood(desk, 20)
        upload_another(desk)
        stop(desk, 2)
        of_bob = desk.id
        desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1

        assert finish(desk, seconds_left=time_for(1)) == 1

        assert of_bob not in due(desk)
        assert len(due(desk)) == len(flood)

    def test_one_that_fails_waits_and_the_next_call_does_the_others(self) -> None:
        desk = corrected()
        first, *others = self.flood(desk, 3)
        failing = failing_for(desk, first)
        with pytest.raises(RetryableError):
            finish(desk, failing)
        assert due(desk) == [first]
        others = self.flood(desk, 2)
        desk.clock.time += EVERY_MINUTES * 60

        assert finish(desk, failing) == len(others)

        desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
        assert finish(desk) == 1

    def test_looking_for_more_leaves_time_for_some(self, monkeypatch: pytest.MonkeyPatch) -> None:
        desk = corrected()
        ids = self.flood(desk, 5)
        monkeypatch.setattr(unfinished, "_PAGE", 3)

        assert finish(desk, seconds_left=lambda: 12.0) == 3

        assert len(due(desk)) == len(ids) - 3

    def test_those_that_were_found_go_although_the_list_breaks_off(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk = corrected()
        ids = self.flood(desk, 5)
        monkeypatch.setattr(unfinished, "_PAGE", 3)
        page, pages = RecordQueries.page, count()

        def breaks_off(queries: RecordQueries, **arguments: Any) -> Any:
            if next(pages):
                raise CrashError("dynamodb.query")
            return page(queries, **arguments)

        monkeypatch.setattr(RecordQueries, "page", breaks_off)

        with pytest.raises(RetryableError):
            finish(desk)

        assert len(due(desk)) == len(ids) - 3


def test_images_that_are_not_deleted_stay() -> None:
    desk = corrected()
    before: list[dict[str, Any]] = items(desk)
    desk.clock.time += 10 * WAIT_SECONDS

    assert finish(desk) == 0
    assert items(desk) == before

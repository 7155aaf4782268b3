"""Files that nobody wants: all go in the end, and nobody waits for them, however many there are."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from lambdas.common import unfinished
from lambdas.common.deletion import LEASE_SECONDS
from lambdas.common.errors import RetryableError
from lambdas.common.image import image_id
from lambdas.common.records.attempts import Attempt
from lambdas.common.records.queries import RecordQueries
from lambdas.common.result import Result
from lambdas.common.status import Status
from lambdas.common.telemetry import logger
from lambdas.common.unfinished import EVERY_MINUTES, WAIT_SECONDS, Finished
from lambdas.common.unwanted import LEFT_SECONDS, UnwantedFiles
from tests.unit.lambdas.aws_account import account
from tests.unit.lambdas.common.test_deletion import corrected, objects
from tests.unit.lambdas.common.test_unfinished import (
    call,
    due,
    failing_for,
    finish,
    put,
    stop,
    time_for,
    upload_another,
)
from tests.unit.lambdas.conftest import INPUT, client
from tests.unit.lambdas.desk import Desk
from tests.unit.lambdas.steps import CrashError, Steps

ONE_PAGE = 12.0
"""Seconds that are left of a function's time when it looks no further."""


@pytest.fixture(autouse=True)
def fresh_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


@pytest.fixture
def pages_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a call reads at a time."""
    monkeypatch.setattr(unfinished, "_PAGE", 3)


def another_of_bob(desk: Desk) -> str:
    """A further image, whose deletion has stopped half-way and is due."""
    upload_another(desk)
    stop(desk, 2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    return desk.id


def flood(desk: Desk, files: int) -> list[str]:
    """Mark records as the pipeline does it, and return their ids."""
    unwanted = UnwantedFiles(client("dynamodb"), desk.table, now=desk.clock.now)
    ids = []
    for _ in range(files):
        desk.clock.time += 0.01
        desk.source = source = put()
        new = Result(image_id(source), source, Status.RECEIVED, desk.clock.iso())
        begun = desk.attempts.begin(new, stage=Status.RECEIVED, owner="it")
        assert isinstance(begun, Attempt)
        assert unwanted.leave(new.image_id, owner="it")
        ids.append(new.image_id)
    return ids


def test_all_go_several_at_a_time() -> None:
    desk = corrected()
    kept = objects(INPUT)
    left = flood(desk, 30)

    assert finish(desk) == len(left)

    assert due(desk) == []
    assert objects(INPUT) == kept


def test_people_do_not_wait_for_them() -> None:
    desk = corrected()
    left = flood(desk, 20)
    of_bob = another_of_bob(desk)

    assert finish(desk, seconds_left=time_for(1)) == 1

    assert of_bob not in due(desk)
    assert len(due(desk)) == len(left)


def test_one_that_fails_waits_and_the_next_call_does_the_others() -> None:
    desk = corrected()
    first, *others = flood(desk, 3)
    failing = failing_for(desk, first)
    with pytest.raises(RetryableError):
        finish(desk, failing)
    assert due(desk) == [first]
    others = flood(desk, 2)
    desk.clock.time += EVERY_MINUTES * 60

    assert finish(desk, failing) == len(others)

    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    assert finish(desk) == 1


def test_looking_for_more_leaves_time_for_some(pages_of_three: None) -> None:
    desk = corrected()
    ids = flood(desk, 5)

    assert finish(desk, seconds_left=lambda: ONE_PAGE) == 3

    assert len(due(desk)) == len(ids) - 3


def test_those_that_were_found_go_although_the_list_breaks_off(
    pages_of_three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = corrected()
    ids = flood(desk, 5)
    page, pages = RecordQueries.page, count()

    def breaks_off(queries: RecordQueries, **arguments: Any) -> Any:
        if arguments["unwanted"] and next(pages):
            raise CrashError("dynamodb.query")
        return page(queries, **arguments)

    monkeypatch.setattr(RecordQueries, "page", breaks_off)

    with pytest.raises(RetryableError):
        finish(desk)

    assert len(due(desk)) == len(ids) - 3


def test_the_others_go_although_those_of_people_cannot_be_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = corrected()
    flood(desk, 3)
    of_bob = another_of_bob(desk)
    page = RecordQueries.page

    def breaks_off(queries: RecordQueries, **arguments: Any) -> Any:
        if not arguments["unwanted"]:
            raise CrashError("dynamodb.query")
        return page(queries, **arguments)

    monkeypatch.setattr(RecordQueries, "page", breaks_off)

    with pytest.raises(RetryableError):
        finish(desk)

    assert due(desk) == [of_bob]


@pytest.mark.parametrize(("older", "newer"), [(0, 8), (4, 4), (8, 0)])
def test_people_are_found_although_there_are_more_than_a_call_looks_at(
    pages_of_three: None, older: int, newer: int
) -> None:
    desk = corrected()
    flood(desk, older)
    of_bob = another_of_bob(desk)
    flood(desk, newer)

    finish(desk, seconds_left=lambda: ONE_PAGE)

    assert of_bob not in due(desk)


def test_people_are_found_although_none_of_the_others_can_be_deleted(pages_of_three: None) -> None:
    desk = corrected()
    left = flood(desk, 8)
    of_bob = another_of_bob(desk)

    def refuse(name: str, arguments: dict[str, Any]) -> None:
        if name == "s3.delete_objects" and of_bob not in str(arguments):
            raise CrashError(name)

    for _ in range(2):
        with pytest.raises(RetryableError):
            finish(desk, Steps(seen=refuse))
        desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1
    of_bob = another_of_bob(desk)
    finish(desk, seconds_left=lambda: ONE_PAGE)

    assert of_bob not in due(desk)
    assert set(due(desk)) < set(left)


def test_one_that_somebody_deletes_is_theirs() -> None:
    desk = corrected()
    others = flood(desk, 2)
    (of_bob,) = flood(desk, 1)
    desk.clock.time += LEFT_SECONDS + 1
    stop(desk, 2)
    desk.clock.time += LEASE_SECONDS + WAIT_SECONDS + 1

    assert finish(desk, seconds_left=time_for(1)) == 1

    assert of_bob not in due(desk)
    assert set(due(desk)) == set(others)


@pytest.mark.parametrize("number", [3, 4])
def test_a_call_that_does_not_look_at_all_says_so(
    pages_of_three: None, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    desk = corrected()
    flood(desk, number)
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(logger, "warning", lambda _, **fields: said.append(fields))

    done = call(desk, seconds_left=lambda: ONE_PAGE)

    assert done == Finished(finished=3, left=0, all_seen=False)
    assert said == [{"unwanted": True, "due": 3}]
    assert call(desk, seconds_left=lambda: ONE_PAGE) == Finished(number - 3, 0, all_seen=True)
    assert len(said) == 1


def test_a_call_looks_for_no_more_than_it_may_hold(
    pages_of_three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = corrected()
    ids = flood(desk, 8)
    monkeypatch.setattr(unfinished, "_MOST", 4)

    assert call(desk) == Finished(finished=6, left=0, all_seen=False)

    assert set(due(desk)) == set(ids[6:])


def test_a_list_of_what_is_being_deleted_has_both_in_order() -> None:
    """The audit's, and that of `sightline list --status deleted`."""
    desk = corrected()
    older = flood(desk, 3)
    of_bob = another_of_bob(desk)
    newer = flood(desk, 3)
    queries = RecordQueries(client("dynamodb"), desk.table)

    def listed(**question: Any) -> list[str]:
        page = queries.page(limit=10, status=Status.DELETED, oldest_first=True, **question)
        return [record["image_id"] for record in page.records]

    assert listed() == [*older, of_bob, *newer]
    assert listed(unwanted=False) == [of_bob]
    assert listed(unwanted=True) == [*older, *newer]
    assert queries.count(Status.DELETED) == (7, False)

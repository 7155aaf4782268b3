"""Questions to the record table, answered newest first."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from lambdas.common.errors import RetryableError
from lambdas.common.image import ObjectReference
from lambdas.common.records import lists
from lambdas.common.records.queries import RecordQueries
from lambdas.common.records.table import RecordTable
from lambdas.common.result import Label, Result
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.record_lists import TODAY, Today, write
from tests.unit.lambdas.common.records.test_table import begun
from tests.unit.lambdas.conftest import TABLE


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "datetime", Today)


def put(dynamodb: Any, name: str, *, days_ago: int, status: Status, label: str) -> None:
    records = RecordTable(dynamodb, TABLE)
    received = (TODAY - timedelta(days=days_ago)).isoformat(timespec="milliseconds")
    image = Result(
        image_id=name,
        source=ObjectReference("in", f"{name}.jpg", "v1"),
        status=Status.RECEIVED,
        received_at=received,
        labels=(Label(label, 91.5),),
    )
    begun(dynamodb, image)
    records.write_terms(image)
    assert records.advance(image.changed(status=status), at=received)


@pytest.fixture
def queries(dynamodb: Any) -> RecordQueries:
    for number in range(3):
        put(dynamodb, f"done-{number}", days_ago=number, status=Status.DONE, label="Car")
    put(dynamodb, "review", days_ago=1, status=Status.IN_REVIEW, label="Car")
    put(dynamodb, "refused", days_ago=40, status=Status.REJECTED, label="Tree")
    return RecordQueries(dynamodb, TABLE)


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [record["image_id"] for record in found]


def test_without_a_filter_all_days_are_walked_newest_first(queries: RecordQueries) -> None:
    found = ids(queries.newest(limit=10))

    assert found[0] == "done-0"
    assert set(found[1:3]) == {"done-1", "review"}
    assert found[3:] == ["done-2", "refused"]


def test_the_limit_is_kept(queries: RecordQueries) -> None:
    assert len(queries.newest(limit=2)) == 2


def test_by_status(queries: RecordQueries) -> None:
    assert ids(queries.newest(limit=10, status=Status.DONE)) == ["done-0", "done-1", "done-2"]
    assert ids(queries.newest(limit=10, status=Status.FAILED)) == []


def test_by_label(queries: RecordQueries) -> None:
    assert set(ids(queries.newest(limit=10, label="Car"))) == {
        *("done-0", "done-1", "done-2", "review"),
    }
    assert ids(queries.newest(limit=10, label="Tree")) == ["refused"]


def test_by_label_and_status_together(queries: RecordQueries) -> None:
    assert ids(queries.newest(limit=1, label="Car", status=Status.IN_REVIEW)) == ["review"]


def test_records_by_id_leave_out_the_unknown(queries: RecordQueries) -> None:
    found = queries.get(["done-0", "nobody"])

    assert set(found) == {"done-0"}
    assert found["done-0"]["labels"][0]["name"] == "Car"


def test_more_than_a_batch_of_ids_is_read(dynamodb: Any) -> None:
    names = [f"image-{number}" for number in range(120)]
    for name in names:
        put(dynamodb, name, days_ago=0, status=Status.DONE, label="Car")

    assert set(RecordQueries(dynamodb, TABLE).get(names)) == set(names)


@pytest.mark.parametrize("oldest_first", [False, True])
def test_a_list_of_all_ends_with_its_last_image_however_old_that_is(
    dynamodb: Any, oldest_first: bool
) -> None:
    written = [
        write(dynamodb, str(days), TODAY - timedelta(days=days))[1] for days in (0, 399, 400, 5000)
    ]

    page = RecordQueries(dynamodb, TABLE).page(limit=20, oldest_first=oldest_first)

    assert ids(page.records) == (written[::-1] if oldest_first else written)
    assert page.next is None


class TestPeriod:
    def test_the_images_of_a_period_are_those_between_its_ends_and_at_them(
        self, dynamodb: Any
    ) -> None:
        # Given: an image every six hours of four days, and one a millisecond beyond each end
        start = datetime(2026, 2, 26, tzinfo=UTC)
        times = [start + timedelta(hours=6 * number) for number in range(16)]
        since, until = times[1], times[14]
        beyond = [since - timedelta(milliseconds=1), until + timedelta(milliseconds=1)]
        ids_at = {at: write(dynamodb, str(at), at)[1] for at in [*times, *beyond]}
        # When
        found = list(RecordQueries(dynamodb, TABLE).received_ids(since, until))
        # Then: once each
        assert sorted(found) == sorted(ids_at[at] for at in times[1:15])

    def test_a_period_of_another_zone_is_the_same_one(self, dynamodb: Any) -> None:
        at = datetime.fromisoformat("2026-02-26T23:30:00.500+00:00")
        _, found = write(dynamodb, "late", at)
        elsewhere = at.astimezone(timezone(timedelta(hours=5)))
        queries = RecordQueries(dynamodb, TABLE)
        assert list(queries.received_ids(elsewhere, elsewhere)) == [found]

    def test_all_images_of_a_busy_moment_are_found(self, dynamodb: Any) -> None:
        at = datetime(2026, 2, 26, 12, tzinfo=UTC)
        written = {write(dynamodb, str(number), at)[1] for number in range(30)}
        found = list(RecordQueries(dynamodb, TABLE).received_ids(at, at))
        assert (len(found), set(found)) == (30, written)


@pytest.mark.parametrize(("busy", "asked"), [(3, 4), (99, 7)])
def test_what_dynamodb_leaves_unread_is_read_again_within_a_bound(
    monkeypatch: pytest.MonkeyPatch, busy: int, asked: int
) -> None:
    # Given: a table that reads nothing at first
    slept: list[float] = []
    requests: list[dict[str, Any]] = []
    monkeypatch.setattr("lambdas.common.records.queries.time.sleep", slept.append)

    class Busy:
        def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
            requests.append(RequestItems)
            if len(requests) <= busy:
                return {"Responses": {}, "UnprocessedKeys": RequestItems}
            item = {"image_id": {"S": "1"}, "item": {"S": "image"}}
            return {"Responses": {TABLE: [item]}, "UnprocessedKeys": {}}

    queries = RecordQueries(Busy(), TABLE)
    # When, then
    if busy < 99:
        assert list(queries.get(["1"])) == ["1"]
    else:
        with pytest.raises(RetryableError, match="did not read 1 records, 7 times"):
            queries.get(["1"])
    assert len(requests) == asked
    assert len(slept) == asked - 1
    assert sum(slept) < 10

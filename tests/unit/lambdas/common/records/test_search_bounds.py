"""Lists between two times, in both orders; what searching and counting cost at most."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambdas.common.records import lists
from lambdas.common.records.items import to_item
from lambdas.common.records.queries import Page, Position, RecordQueries
from lambdas.common.records.table import RECORD
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.record_lists import TODAY, Today, many
from tests.unit.lambdas.common.records.searching import ADA, BOB, pages, put
from tests.unit.lambdas.common.records.test_queries import ids
from tests.unit.lambdas.conftest import TABLE


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "datetime", Today)


@pytest.fixture
def queries(dynamodb: Any) -> RecordQueries:
    return RecordQueries(dynamodb, TABLE)


@pytest.fixture
def reads(dynamodb: Any) -> Iterator[Counter[str]]:
    """How many entries of indexes, and how many records, were read."""
    counts = Counter[str]()

    def called(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        counts[model.name] += 1
        counts["records"] += len(parsed.get("Responses", {}).get(TABLE, []))

    dynamodb.meta.events.register("after-call.dynamodb", called)
    yield counts
    dynamodb.meta.events.unregister("after-call.dynamodb", called)


class TestTime:
    @pytest.mark.parametrize("oldest_first", [False, True])
    @pytest.mark.parametrize("question", [{}, {"status": Status.DONE}, {"label": "Car"}])
    def test_both_ends_are_included(
        self, queries: RecordQueries, dynamodb: Any, question: dict[str, Any], oldest_first: bool
    ) -> None:
        images = [put(dynamodb, str(hours), hours=hours) for hours in range(0, 96, 12)]
        since, until = TODAY - timedelta(hours=60), TODAY - timedelta(hours=12)
        found = pages(
            queries, limit=2, since=since, until=until, oldest_first=oldest_first, **question
        )
        expected = images[1:6]
        assert [record["image_id"] for page in found for record in page.records] == (
            expected[::-1] if oldest_first else expected
        )

    def test_a_time_has_a_zone(self, queries: RecordQueries, dynamodb: Any) -> None:
        image = put(dynamodb, "1")
        elsewhere = datetime.fromisoformat("2026-11-21T14:00:00+02:00")
        assert elsewhere == TODAY
        assert ids(queries.page(limit=1, since=elsewhere, until=elsewhere).records) == [image]

    def test_a_period_that_ends_before_it_begins_is_empty(
        self, queries: RecordQueries, dynamodb: Any
    ) -> None:
        put(dynamodb, "1")
        later = TODAY + timedelta(hours=1)
        for question in ({}, {"label": "Car"}, {"status": Status.DONE}):
            assert queries.page(limit=1, since=later, until=TODAY, **question) == Page([], None)

    @pytest.mark.parametrize("oldest_first", [False, True])
    def test_of_all_it_goes_on_over_days_without_images(
        self, queries: RecordQueries, dynamodb: Any, reads: Counter[str], oldest_first: bool
    ) -> None:
        images = [put(dynamodb, str(days), hours=24 * days) for days in (0, 1, 200, 201, 390)]
        reads.clear()
        found = ids(queries.page(limit=10, oldest_first=oldest_first).records)
        assert found == (images[::-1] if oldest_first else images)
        assert reads["Query"] < 250  # 400 days have 1,600 keys

    def test_a_period_long_ago_is_found(self, queries: RecordQueries, dynamodb: Any) -> None:
        old = put(dynamodb, "old", hours=24 * 1000)
        at = datetime(2024, 2, 25, tzinfo=UTC)
        assert ids(queries.page(limit=1, since=at, until=at + timedelta(days=5)).records) == [old]

    @pytest.mark.parametrize("size", [1, 7])
    def test_oldest_first_goes_on_while_images_are_decided_and_others_arrive(
        self, queries: RecordQueries, dynamodb: Any, size: int
    ) -> None:
        # Given
        order = many(dynamodb, 30)[::-1]
        found: list[str] = []
        before: Position | None = None
        # When
        for number in range(100):
            page = queries.page(limit=size, status=Status.DONE, oldest_first=True, before=before)
            found += ids(page.records)
            before = page.next
            if before is None:
                break
            if not number:
                new = put(dynamodb, "new", hours=-1)
        # Then
        assert found == [*order, new]


class TestCost:
    @pytest.mark.parametrize("size", [1, 10, 25, 1000])
    def test_no_page_looks_at_more_than_it_may(
        self, queries: RecordQueries, dynamodb: Any, reads: Counter[str], size: int
    ) -> None:
        # Given: the one that is looked for is the last of 40
        order = many(dynamodb, 40)
        rare = put(dynamodb, "rare", text="taxi", hours=24 * 300)
        question: dict[str, Any] = {"limit": 5, "label": "Car", "status": Status.FAILED}
        dynamodb.update_item(
            TableName=TABLE,
            Key=to_item({"image_id": rare, "item": RECORD}),
            UpdateExpression="SET #status = :failed",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=to_item({":failed": "failed"}),
        )
        assert rare not in order
        # When
        found: list[Page] = []
        before: Position | None = None
        while not found or before is not None:
            reads.clear()
            found.append(queries.page(max_read=size, before=before, **question))
            before = found[-1].next
            assert reads["records"] <= size
        # Then: pages before it are empty, and go on
        assert [ids(page.records) for page in found if page.records] == [[rare]]
        assert len(found) == (1 if size == 1000 else 41 // size + 1)

    def test_of_several_words_the_longest_list_is_not_read(
        self, queries: RecordQueries, dynamodb: Any, reads: Counter[str]
    ) -> None:
        for number in range(20):
            put(dynamodb, str(number), text="no", hours=number)
        image = put(dynamodb, "one", text="no parking")
        reads.clear()
        assert ids(queries.page(limit=5, words=["no", "parking"]).records) == [image]
        assert (reads["Query"], reads["records"]) == (1, 1)

    def test_an_owner_with_a_term_reads_one_list(
        self, queries: RecordQueries, dynamodb: Any, reads: Counter[str]
    ) -> None:
        for number in range(20):
            put(dynamodb, str(number), owner=ADA, label="Tree", hours=number)
            put(dynamodb, f"b{number}", owner=BOB, hours=number)
        image = put(dynamodb, "one", owner=ADA)
        reads.clear()
        assert ids(queries.page(limit=5, owner=ADA, label="Car").records) == [image]
        assert (reads["Query"], reads["records"]) == (1, 1)


class TestCounts:
    @pytest.mark.parametrize(
        ("cap", "expected"),
        [(100, (40, False)), (40, (40, False)), (39, (39, True)), (1, (1, True))],
    )
    def test_a_status_is_counted_up_to_a_cap(
        self, queries: RecordQueries, dynamodb: Any, cap: int, expected: tuple[int, bool]
    ) -> None:
        many(dynamodb, 40)
        assert queries.count(Status.DONE, cap) == expected
        assert queries.count(Status.FAILED, cap) == (0, False)

    def test_counting_reads_no_record(
        self, queries: RecordQueries, dynamodb: Any, reads: Counter[str]
    ) -> None:
        many(dynamodb, 10)
        reads.clear()
        queries.count(Status.DONE)
        assert set(reads) == {"Query", "records"}
        assert reads["records"] == 0

    def test_a_day_is_counted_as_far_as_it_may_be_read(
        self, queries: RecordQueries, dynamodb: Any
    ) -> None:
        for number in range(12):
            put(dynamodb, str(number), hours=number / 10)
        put(dynamodb, "yesterday", hours=24)
        assert queries.count_day(TODAY.date(), 100) == (12, True)
        assert queries.count_day(TODAY.date() - timedelta(days=1), 4) == (1, True)
        assert queries.count_day(TODAY.date() - timedelta(days=2), 4) == (0, True)
        count, complete = queries.count_day(TODAY.date(), 2)
        assert (0 < count < 12, complete) == (True, False)

    def test_a_day_of_many_megabytes_is_counted_page_by_page(self) -> None:
        # Given: an index that gives three pages of each key
        class Index:
            def query(self, **request: Any) -> dict[str, Any]:
                number = request.get("ExclusiveStartKey", {}).get("page", 0)
                more = {"LastEvaluatedKey": {"page": number + 1}} if number < 2 else {}
                return {"Count": 1000, **more}

        queries = RecordQueries(Index(), TABLE)
        # Then
        assert queries.count_day(TODAY.date(), 12) == (12_000, True)
        assert queries.count_day(TODAY.date(), 11) == (11_000, False)
        assert queries.count(Status.DONE, 2500) == (2500, True)

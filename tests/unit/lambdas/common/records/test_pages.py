"""Lists that are put together from several keys of an index: their order, and what they cost."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lambdas.common.records import lists
from lambdas.common.records.queries import Page, Position, RecordQueries
from lambdas.common.records.table import SHARDS
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.record_lists import TODAY, Today, many, write
from tests.unit.lambdas.common.records.test_queries import ids
from tests.unit.lambdas.conftest import TABLE

LISTS: dict[str, dict[str, Any]] = {
    "of a status": {"status": Status.DONE},
    "of a label": {"label": "Car"},
    "of all": {},
    "of both": {"label": "Car", "status": Status.DONE},
}

LISTED = set(Status) - {Status.DELETED}
"""The states of images that a day has."""


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "datetime", Today)


@pytest.fixture
def reads(dynamodb: Any) -> Iterator[Counter[str]]:
    """How often each operation was asked for, and how many entries of indexes came."""
    counts = Counter[str]()

    def called(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        counts[model.name] += 1
        counts["entries"] += len(parsed.get("Items", []))

    dynamodb.meta.events.register("after-call.dynamodb", called)
    yield counts
    dynamodb.meta.events.unregister("after-call.dynamodb", called)


class TestOrder:
    @pytest.mark.parametrize("question", LISTS)
    def test_keys_are_merged_newest_first_and_moments_by_id(
        self, dynamodb: Any, question: str
    ) -> None:
        order = many(dynamodb)
        queries = RecordQueries(dynamodb, TABLE)
        for limit in (1, 7, 40, 100):
            assert ids(queries.newest(limit=limit, **LISTS[question])) == order[:limit]

    @pytest.mark.parametrize("question", LISTS)
    @pytest.mark.parametrize("size", [1, 7, 40])
    def test_pages_follow_each_other_while_images_arrive(
        self, dynamodb: Any, question: str, size: int
    ) -> None:
        # Given
        order = many(dynamodb)
        queries = RecordQueries(dynamodb, TABLE)
        found: list[str] = []
        before: Position | None = None
        # When: a page at a time, and one more image arrives after the first
        for number in range(100):
            page = queries.page(limit=size, before=before, **LISTS[question])
            if not number:
                write(dynamodb, "new", TODAY + timedelta(seconds=1))
            found += ids(page.records)
            before = page.next
            if before is None:
                break
        # Then: none is missing, none comes twice
        assert found == order

    def test_images_of_a_moment_are_in_order_however_the_index_has_them(
        self, dynamodb: Any
    ) -> None:
        # Given: moto has them in order, which DynamoDB does not promise
        order = many(dynamodb)

        def turn_round(parsed: dict[str, Any], **_: Any) -> None:
            parsed["Items"].sort(key=lambda item: item["image_id"]["S"])
            parsed["Items"].sort(key=lambda item: item["received_at"]["S"], reverse=True)

        dynamodb.meta.events.register("after-call.dynamodb.Query", turn_round)
        # When
        try:
            found = [RecordQueries(dynamodb, TABLE).newest(limit=40, **q) for q in LISTS.values()]
        finally:
            dynamodb.meta.events.unregister("after-call.dynamodb.Query", turn_round)
        # Then
        assert [ids(records) for records in found] == [order] * len(LISTS)

    def test_pages_of_a_label_leave_out_no_image_of_the_status(self, dynamodb: Any) -> None:
        # Given: one of three is done
        states = (Status.IN_REVIEW, Status.DONE, Status.IN_REVIEW)
        written = [
            write(dynamodb, str(number), TODAY - timedelta(hours=number), states[number % 3])[1]
            for number in range(6)
        ]
        queries = RecordQueries(dynamodb, TABLE)
        question: dict[str, Any] = {"limit": 2, "label": "Car", "status": Status.IN_REVIEW}
        # When
        first = queries.page(**question)
        second = queries.page(before=first.next, **question)
        # Then
        assert ids(first.records) == [written[0], written[2]]
        assert ids(second.records) == [written[3], written[5]]

    def test_a_page_that_is_not_full_is_the_last(self, dynamodb: Any) -> None:
        many(dynamodb, 3)
        queries = RecordQueries(dynamodb, TABLE)
        assert queries.page(limit=4).next is None
        last = queries.page(limit=3).next
        assert last is not None
        assert queries.page(limit=3, before=last) == Page([], None)

    def test_small_pages_of_the_index_change_nothing(
        self, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = many(dynamodb)
        monkeypatch.setattr(lists, "_PAGE", 1)
        for question in LISTS.values():
            assert ids(RecordQueries(dynamodb, TABLE).newest(limit=40, **question)) == order


class TestCost:
    def test_a_list_of_a_status_costs_a_query_for_each_key(
        self, dynamodb: Any, reads: Counter[str]
    ) -> None:
        many(dynamodb)
        reads.clear()
        RecordQueries(dynamodb, TABLE).newest(limit=20, status=Status.DONE)
        assert (reads["Query"], reads["BatchGetItem"]) == (SHARDS, 1)

    def test_no_more_is_read_than_the_answer_needs(
        self, dynamodb: Any, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many(dynamodb, 120)
        monkeypatch.setattr(lists, "_PAGE", 3)
        reads.clear()
        RecordQueries(dynamodb, TABLE).newest(limit=6, status=Status.DONE)
        # a page of each key, and another where a moment or the six went on
        assert reads["entries"] <= 3 * (SHARDS + 6)

    def test_a_page_costs_the_same_however_far_back_it_is(
        self, dynamodb: Any, reads: Counter[str]
    ) -> None:
        places = [write(dynamodb, str(day), TODAY - timedelta(days=day)) for day in range(30)]
        reads.clear()
        page = RecordQueries(dynamodb, TABLE).page(limit=2, before=places[25])
        assert ids(page.records) == [places[26][1], places[27][1]]
        # its own day, the newest of each status before it, and two more days
        assert reads["Query"] == 3 * SHARDS + len(LISTED) * SHARDS

    def test_days_without_an_image_are_not_asked_for_one_by_one(
        self, dynamodb: Any, reads: Counter[str]
    ) -> None:
        # Given: images of this day and of one a year ago
        write(dynamodb, "new", TODAY)
        write(dynamodb, "old", TODAY - timedelta(days=365), Status.FAILED)
        reads.clear()
        # When
        found = RecordQueries(dynamodb, TABLE).newest(limit=20)
        # Then: four days, and twice the newest of each status
        assert len(found) == 2
        assert reads["Query"] == (4 + 2 * len(LISTED)) * SHARDS

    @pytest.mark.parametrize("oldest_first", [False, True])
    @pytest.mark.parametrize("every", [1, 2])
    def test_no_page_of_a_sparse_table_costs_many_queries_and_none_is_left_out(
        self, dynamodb: Any, reads: Counter[str], every: int, oldest_first: bool
    ) -> None:
        # Given: an image every so many days
        written = [
            write(dynamodb, str(number), TODAY - timedelta(days=number * every))[1]
            for number in range(100)
        ]
        queries = RecordQueries(dynamodb, TABLE)
        found: list[str] = []
        before: Position | None = None
        # When
        for _ in range(20):
            reads.clear()
            page = queries.page(limit=100, before=before, oldest_first=oldest_first)
            found += ids(page.records)
            before = page.next
            # Then: an image a day costs four, and the next hundred days with one 28
            assert reads["Query"] <= lists.MAX_QUERIES + SHARDS * (1 + len(LISTED)) + 2
            if before is None:
                break
            assert len(page.records) >= 40
        assert found == (written[::-1] if oldest_first else written)

    def test_days_whose_images_go_meanwhile_are_passed_over(
        self, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given: an index by status that still has images whose days are empty
        kept = [write(dynamodb, str(days), TODAY - timedelta(days=days))[1] for days in (0, 30)]
        gone = [TODAY.date() - timedelta(days=days) for days in (10, 20)]
        next_days = lists.Lists._next_days
        monkeypatch.setattr(
            lists.Lists,
            "_next_days",
            lambda found, part: [
                *(day for day in gone if part.until is None or day.isoformat() < part.until),
                *next_days(found, part),
            ],
        )
        # Then
        assert ids(RecordQueries(dynamodb, TABLE).newest(limit=20)) == kept

"""Lists that are narrowed: by owner, label, words, status and time, alone and together."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from lambdas.common.records import lists
from lambdas.common.records.items import to_item
from lambdas.common.records.queries import Page, RecordQueries
from lambdas.common.records.table import RECORD
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.record_lists import TODAY, Today
from tests.unit.lambdas.common.records.searching import ADA, BOB, pages, put
from tests.unit.lambdas.common.records.test_queries import ids
from tests.unit.lambdas.conftest import TABLE


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "datetime", Today)


@pytest.fixture
def queries(dynamodb: Any) -> RecordQueries:
    return RecordQueries(dynamodb, TABLE)


class TestWhatIsFound:
    @pytest.mark.parametrize("label", ["Car", "car", "CAR"])
    def test_a_label_in_any_case(self, queries: RecordQueries, dynamodb: Any, label: str) -> None:
        car = put(dynamodb, "1")
        put(dynamodb, "2", label="Tree")
        assert ids(queries.page(limit=10, label=label).records) == [car]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            (["taxi"], {"both", "one"}),
            (["TAXI"], {"both", "one"}),
            (["Taxi", "berlin"], {"both"}),
            (["taxi berlin"], {"both"}),  # as people type it
            (["42"], {"both"}),
            (["rome"], set()),
            (["tax"], set()),
            (["a", "taxi"], {"both", "one"}),  # a letter is no word, here as there
            (["!"], set()),
        ],
    )
    def test_all_words_of_a_text(
        self, queries: RecordQueries, dynamodb: Any, words: list[str], found: set[str]
    ) -> None:
        images = {
            "both": put(dynamodb, "1", text="TAXI 42\nBerlin, Mitte"),
            "one": put(dynamodb, "2", text="taxi to Rom"),
            "none": put(dynamodb, "3"),
        }
        assert set(ids(queries.page(limit=10, words=words).records)) == {
            images[name] for name in found
        }

    def test_an_owner_has_only_their_own(self, queries: RecordQueries, dynamodb: Any) -> None:
        own = put(dynamodb, "1", owner=ADA, text="taxi")
        put(dynamodb, "2", owner=BOB, text="taxi")
        put(dynamodb, "3", text="taxi")
        for question in ({}, {"label": "car"}, {"words": ["taxi"]}, {"status": Status.DONE}):
            assert ids(queries.page(limit=10, owner=ADA, **question).records) == [own]
        assert len(queries.page(limit=10).records) == 3

    def test_every_combination_is_what_the_records_say(
        self, queries: RecordQueries, dynamodb: Any
    ) -> None:
        # Given: images of all kinds
        kinds = list(product((ADA, BOB, None), ("Car", "Tree"), ("taxi rank", "taxi", ""), (0, 30)))
        states = (Status.DONE, Status.IN_REVIEW)
        images = {
            put(
                dynamodb,
                str(number),
                owner=owner,
                label=label,
                text=text,
                hours=hours + number / 100,
                status=states[number % 2],
            ): (owner, label, text, hours, states[number % 2])
            for number, (owner, label, text, hours) in enumerate(kinds)
        }
        yesterday = TODAY - timedelta(hours=20)
        questions = product(
            (ADA, None),
            ("car", None),
            (["taxi", "rank"], []),
            (Status.DONE, None),
            ((yesterday, None), (None, yesterday), (None, None)),
            (True, False),
        )
        # When, then
        for owner, label, words, status, (since, until), oldest_first in questions:
            expected = {
                image
                for image, (whose, name, text, hours, state) in images.items()
                if owner in (None, whose)
                and label in (None, name.casefold())
                and set(words) <= set(text.split())
                and status in (None, state)
                and (since is None or hours == 0)
                and (until is None or hours == 30)
            }
            found = pages(
                queries,
                limit=3,
                owner=owner,
                label=label,
                words=words,
                status=status,
                since=since,
                until=until,
                oldest_first=oldest_first,
            )
            records = [record for page in found for record in page.records]
            assert len(records) == len(set(ids(records)))
            assert set(ids(records)) == expected
            times = [record["received_at"] for record in records]
            assert times == sorted(times, reverse=not oldest_first)

    def test_what_no_longer_has_the_term_is_left_out(
        self, queries: RecordQueries, dynamodb: Any
    ) -> None:
        # Given: a correction whose items are not removed yet
        image = put(dynamodb, "1", text="taxi")
        dynamodb.update_item(
            TableName=TABLE,
            Key=to_item({"image_id": image, "item": RECORD}),
            UpdateExpression="REMOVE labels, #text",
            ExpressionAttributeNames={"#text": "text"},
        )
        # Then
        assert queries.page(limit=10, label="car") == Page([], None)
        assert queries.page(limit=10, words=["taxi"]) == Page([], None)

    def test_an_image_whose_label_is_written_in_two_ways_is_there_once(
        self, queries: RecordQueries, dynamodb: Any
    ) -> None:
        # Given: a correction that is half written
        image = put(dynamodb, "1")
        term = {"term": "label:car", "received_at": TODAY.isoformat(timespec="milliseconds")}
        item = {"image_id": image, "item": "label#CAR", **term}
        dynamodb.put_item(TableName=TABLE, Item=to_item(item))
        assert ids(queries.page(limit=10, label="Car").records) == [image]

    def test_what_is_being_deleted_is_in_no_list_but_its_own(
        self, queries: RecordQueries, dynamodb: Any
    ) -> None:
        image = put(dynamodb, "1", owner=ADA, text="taxi", status=Status.DELETED)
        for question in ({}, {"owner": ADA}, {"label": "car"}, {"words": ["taxi"]}):
            assert queries.page(limit=10, **question).records == []
        assert ids(queries.page(limit=10, status=Status.DELETED).records) == [image]

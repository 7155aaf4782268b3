"""The items that find an image by its labels and by the words of its text."""

import time
from typing import Any

import pytest

from lambdas.common.errors import RetryableError
from lambdas.common.image import Upload
from lambdas.common.records.table import BY_OWNER, BY_TERM, RecordTable
from lambdas.common.records.terms import terms_of
from lambdas.common.result import Label, TextDetection
from tests.unit.lambdas.common.records.test_table import found, stored
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import BOX, result

UPLOAD = Upload("0123abcd-0000-4000-8000-0123456789ab", "f" * 32, "car.jpg")


@pytest.fixture
def records(dynamodb: Any) -> RecordTable:
    return RecordTable(dynamodb, TABLE)


class Wrapped:
    """A client with one operation replaced."""

    def __init__(self, client: Any, **operations: Any) -> None:
        self._client, self._operations = client, operations

    def __getattr__(self, name: str) -> Any:
        return self._operations.get(name) or getattr(self._client, name)


class TestTermItems:
    def test_an_image_is_found_by_each_of_its_labels(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        # When: twice, as after a crash
        records.write_terms(result())
        records.write_terms(result())
        # Then
        assert found(dynamodb, BY_TERM, "term", "label:car") == ["label#Car"]
        assert found(dynamodb, BY_TERM, "term", "label:tree") == ["label#Tree"]
        assert found(dynamodb, BY_TERM, "term", "word:stop") == ["word#stop"]
        car = stored(dynamodb, result(), "label#Car")
        assert (car["label"], car["confidence"]) == ({"S": "Car"}, {"N": "97.5"})
        assert set(stored(dynamodb, result(), "word#stop")) == {
            *("image_id", "item", "term", "received_at"),
        }

    @pytest.mark.parametrize(("count", "written"), [(0, 0), (1, 1), (25, 25), (26, 26), (90, 50)])
    def test_labels_are_written_in_batches_that_dynamodb_takes(
        self, records: RecordTable, dynamodb: Any, count: int, written: int
    ) -> None:
        labels = tuple(Label(f"L{n}", float(n)) for n in range(count))
        records.write_terms(result(labels=labels, text=()))
        assert dynamodb.scan(TableName=TABLE)["Count"] == written

    @pytest.mark.parametrize("busy", [1, 2, 3])
    def test_what_dynamodb_leaves_unprocessed_is_written_again_three_times_at_most(
        self, dynamodb: Any, busy: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given: a table that takes one item of a batch, `busy` times
        calls = 0
        pauses: list[float] = []
        monkeypatch.setattr(time, "sleep", pauses.append)

        def batch_write_item(RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
            nonlocal calls
            calls += 1
            requests = RequestItems[TABLE]
            if calls > busy:
                return dict(dynamodb.batch_write_item(RequestItems=RequestItems))
            dynamodb.batch_write_item(RequestItems={TABLE: requests[:1]})
            return {"UnprocessedItems": {TABLE: requests[1:]} if requests[1:] else {}}

        records = RecordTable(Wrapped(dynamodb, batch_write_item=batch_write_item), TABLE)
        value = result(labels=tuple(Label(f"L{n}", 50.0) for n in range(30)), text=())
        # When
        if busy == 3:
            with pytest.raises(RetryableError, match="left 22 items unwritten"):
                records.write_terms(value)
            return
        records.write_terms(value)
        # Then
        assert dynamodb.scan(TableName=TABLE)["Count"] == 30
        assert len(pauses) == busy

    def test_labels_that_an_image_no_longer_has_are_removed(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        records.write_terms(result())
        records.remove_terms(result().image_id, ["label#Tree", "label#never written"])
        assert found(dynamodb, BY_TERM, "term", "label:tree") == []
        assert found(dynamodb, BY_TERM, "term", "label:car") == ["label#Car"]

    def test_the_terms_of_an_upload_are_found_among_its_owners(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        records.write_terms(result(upload=UPLOAD))
        for term, item in (("label:car", "label#Car"), ("word:stop", "word#stop")):
            assert found(dynamodb, BY_OWNER, "owner_key", f"{UPLOAD.owner}#{term}") == [item]
            assert found(dynamodb, BY_TERM, "term", term) == [item]

    def test_what_is_known_is_not_written_again(self, records: RecordTable, dynamodb: Any) -> None:
        # Given: one confidence and one word are new
        known = terms_of(result())
        labels = (Label("Car", 100.0), Label("Tree", 71.0))
        line = TextDetection(id=0, kind="LINE", text="STOP here", confidence=99.1, box=BOX)
        # When
        records.write_terms(result(labels=labels, text=(line,)), known)
        # Then
        items = dynamodb.scan(TableName=TABLE)["Items"]
        assert sorted(item["item"]["S"] for item in items) == ["label#Car", "word#here"]

    def test_nothing_is_asked_for_where_nothing_changes(self) -> None:
        records = RecordTable(Wrapped(None), TABLE)
        records.write_terms(result(), terms_of(result()))
        records.remove_terms(result().image_id, [])

    def test_the_items_of_many_labels_are_removed_in_batches(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        labels = tuple(Label(f"L{n}", 50.0) for n in range(30))
        records.write_terms(result(labels=labels, text=()))
        records.remove_terms(result().image_id, [f"label#{label.name}" for label in labels])
        assert dynamodb.scan(TableName=TABLE)["Count"] == 0

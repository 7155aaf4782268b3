"""The items that find an image by its labels."""

import time
from typing import Any

import pytest

from lambdas.common.errors import RetryableError
from lambdas.common.records.table import BY_LABEL, RecordTable
from lambdas.common.result import Label
from tests.unit.lambdas.common.records.test_table import found, stored
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import result


@pytest.fixture
def records(dynamodb: Any) -> RecordTable:
    return RecordTable(dynamodb, TABLE)


class Wrapped:
    """A client with one operation replaced."""

    def __init__(self, client: Any, **operations: Any) -> None:
        self._client, self._operations = client, operations

    def __getattr__(self, name: str) -> Any:
        return self._operations.get(name) or getattr(self._client, name)


class TestLabelItems:
    def test_an_image_is_found_by_each_of_its_labels(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        # When: twice, as after a crash
        records.write_labels(result())
        records.write_labels(result())
        # Then
        assert found(dynamodb, BY_LABEL, "label", "Car") == ["label#Car"]
        assert found(dynamodb, BY_LABEL, "label", "Tree") == ["label#Tree"]
        assert stored(dynamodb, result(), "label#Car")["confidence"] == {"N": "97.5"}

    @pytest.mark.parametrize(("count", "written"), [(0, 0), (1, 1), (25, 25), (26, 26), (90, 50)])
    def test_labels_are_written_in_batches_that_dynamodb_takes(
        self, records: RecordTable, dynamodb: Any, count: int, written: int
    ) -> None:
        labels = tuple(Label(f"L{n}", float(n)) for n in range(count))
        records.write_labels(result(labels=labels))
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
        value = result(labels=tuple(Label(f"L{n}", 50.0) for n in range(30)))
        # When
        if busy == 3:
            with pytest.raises(RetryableError, match="left 22 items unwritten"):
                records.write_labels(value)
            return
        records.write_labels(value)
        # Then
        assert dynamodb.scan(TableName=TABLE)["Count"] == 30
        assert len(pauses) == busy

    def test_labels_that_an_image_no_longer_has_are_removed(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        records.write_labels(result())
        records.remove_labels(result().image_id, ["Tree", "never written"])
        assert found(dynamodb, BY_LABEL, "label", "Tree") == []
        assert found(dynamodb, BY_LABEL, "label", "Car") == ["label#Car"]

    def test_the_items_of_many_labels_are_removed_in_batches(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        labels = tuple(Label(f"L{n}", 50.0) for n in range(30))
        records.write_labels(result(labels=labels))
        records.remove_labels(result().image_id, [label.name for label in labels])
        assert dynamodb.scan(TableName=TABLE)["Count"] == 0

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.records import BY_DAY, BY_LABEL, BY_STATUS, Progress, RecordTable
from lambdas.common.result import Label, Result
from lambdas.common.status import BEFORE, Status
from tests.unit.lambdas.common.test_message import huge
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import FINISHED_AT, RECEIVED_AT, result

AT = FINISHED_AT
ENDS = sorted(status for status in Status if status.is_terminal)


def stored(dynamodb: Any, value: Result, item: str = "image") -> dict[str, Any]:
    answer = dynamodb.get_item(
        TableName=TABLE, Key={"image_id": {"S": value.image_id}, "item": {"S": item}}
    )
    return dict(answer.get("Item", {}))


def at_status(records: RecordTable, dynamodb: Any, status: Status) -> Result:
    """A record in a state, however it got there."""
    value = result(status)
    records.start(value)
    dynamodb.update_item(
        TableName=TABLE,
        Key={"image_id": {"S": value.image_id}, "item": {"S": "image"}},
        UpdateExpression="SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": str(status)}},
    )
    return value


@pytest.fixture
def records(dynamodb: Any) -> RecordTable:
    return RecordTable(dynamodb, TABLE)


class Wrapped:
    """A client with one operation replaced."""

    def __init__(self, client: Any, **operations: Any) -> None:
        self._client, self._operations = client, operations

    def __getattr__(self, name: str) -> Any:
        return self._operations.get(name) or getattr(self._client, name)


class TestStart:
    def test_a_new_image_gets_a_record_that_the_indexes_find(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        # When
        assert records.start(result()) is None
        # Then
        item = stored(dynamodb, result())
        assert item["status"] == {"S": "received"}
        assert item["bucket"] == {"S": "input"}
        assert item["key"] == {"S": "holiday/car.jpg"}
        assert item["version"] == {"S": "v1"}
        assert (item["day"], item["received_at"]) == ({"S": "2026-11-21"}, {"S": RECEIVED_AT})
        assert "expires_at" not in item
        assert found(dynamodb, BY_STATUS, "status", "received") == ["image"]
        assert found(dynamodb, BY_DAY, "day", "2026-11-21") == ["image"]

    def test_an_unversioned_object_has_no_version(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        value = result()
        value = value.changed(source=type(value.source)("b", "k", None))
        records.start(value)
        assert "version" not in stored(dynamodb, value)

    def test_a_repeat_is_told_how_far_the_image_is_and_changes_nothing(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        for status in Status:
            # Given
            value = at_status(records, dynamodb, status)
            before = stored(dynamodb, value)
            # When
            progress = records.start(value)
            # Then
            assert progress == Progress(status, announced=False)
            assert progress == records.progress(value.image_id)
            assert stored(dynamodb, value) == before

    def test_an_error_that_is_no_repeat_is_not_taken_for_one(self, dynamodb: Any) -> None:
        missing = RecordTable(dynamodb, "no-such-table")
        with pytest.raises(ClientError, match="ResourceNotFound"):
            missing.start(result())

    def test_an_unknown_image_has_no_progress(self, records: RecordTable) -> None:
        assert records.progress("unknown") is None


class TestAdvance:
    @pytest.mark.parametrize("after", Status)
    def test_a_record_moves_exactly_where_the_states_allow(
        self, records: RecordTable, dynamodb: Any, after: Status
    ) -> None:
        for before in Status:
            # Given
            at_status(records, dynamodb, before)
            unchanged = stored(dynamodb, result())
            # When
            moved = records.advance(result(after), at=AT)
            # Then
            item = stored(dynamodb, result())
            assert moved is (before in BEFORE[after]), before
            assert item["status"]["S"] == (after if moved else before)
            assert moved or item == unchanged

    def test_an_image_without_a_record_is_not_given_one(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        assert not any(records.advance(result(end), at=AT) for end in ENDS)
        assert stored(dynamodb, result()) == {}

    def test_the_record_keeps_a_summary_that_people_search(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        # Given
        records.start(result())
        # When
        records.advance(result(Status.IN_REVIEW, review_reasons=("why",)), at=AT)
        # Then
        item = stored(dynamodb, result())
        assert item["labels"] == {
            "L": [
                {"M": {"name": {"S": "Car"}, "confidence": {"N": "97.5"}}},
                {"M": {"name": {"S": "Tree"}, "confidence": {"N": "71.0"}}},
            ]
        }
        assert item["text"] == {"L": [{"S": "STOP"}]}
        assert item["review_reasons"] == {"L": [{"S": "why"}]}
        assert item["models"] == {"M": {"labels": {"S": "3.0"}, "text": {"S": "3.1"}}}
        assert (item["width"], item["height"]) == ({"N": "1200"}, {"N": "800"})
        assert (item["format"], item["bytes"]) == ({"S": "JPEG"}, {"N": "123456"})
        assert item["in_review_at"] == item["finished_at"] == {"S": AT}
        assert found(dynamodb, BY_STATUS, "status", "in_review") == ["image"]
        assert found(dynamodb, BY_STATUS, "status", "received") == []

    def test_an_image_that_could_not_be_opened_has_no_size(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        records.start(result())
        records.advance(result(Status.REJECTED, facts=None, reason="empty"), at=AT)
        item = stored(dynamodb, result())
        assert item["reason"] == {"S": "empty"}
        assert "width" not in item

    @pytest.mark.parametrize("character", ["x", "🚗"])
    def test_the_largest_record_fits_dynamodb(
        self, records: RecordTable, dynamodb: Any, character: str
    ) -> None:
        # moto counts as DynamoDB does, and refuses an item over 400 KB
        value = huge(character)
        records.start(value)
        assert records.advance(value, at=AT)
        assert len(stored(dynamodb, value)["labels"]["L"]) == 50

    def test_an_error_that_is_no_refusal_is_raised(self, dynamodb: Any) -> None:
        with pytest.raises(ClientError, match="ResourceNotFound"):
            RecordTable(dynamodb, "no-such-table").advance(result(), at=AT)


class TestAnnounced:
    def test_an_announced_end_is_remembered(self, records: RecordTable) -> None:
        # Given
        value = result()
        records.start(value)
        records.advance(value, at=AT)
        assert records.progress(value.image_id) == Progress(Status.DONE, announced=False)
        # When
        records.mark_announced(value.image_id, Status.DONE, at=AT)
        # Then
        assert records.progress(value.image_id) == Progress(Status.DONE, announced=True)
        assert records.start(value) == Progress(Status.DONE, announced=True)

    def test_the_announcement_of_a_failure_does_not_count_for_the_end_after_a_redrive(
        self, records: RecordTable
    ) -> None:
        # Given
        records.start(result())
        records.advance(result(Status.FAILED), at=AT)
        records.mark_announced(result().image_id, Status.FAILED, at=AT)
        # When
        assert records.advance(result(), at=AT)
        # Then
        assert records.progress(result().image_id) == Progress(Status.DONE, announced=False)

    def test_a_late_mark_does_not_touch_another_state(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        at_status(records, dynamodb, Status.DONE)
        records.mark_announced(result().image_id, Status.FAILED, at=AT)
        assert "announced" not in stored(dynamodb, result())


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

    @pytest.mark.parametrize("busy", [1, 2, 99])
    def test_what_dynamodb_leaves_unprocessed_is_written_again(
        self, dynamodb: Any, busy: int
    ) -> None:
        # Given: a table that takes one item of a batch, `busy` times
        calls = 0

        def batch_write_item(RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
            nonlocal calls
            calls += 1
            requests = RequestItems[TABLE]
            if calls > busy:
                return dict(dynamodb.batch_write_item(RequestItems=RequestItems))
            dynamodb.batch_write_item(RequestItems={TABLE: requests[:1]})
            return {"UnprocessedItems": {TABLE: requests[1:]} if requests[1:] else {}}

        records = RecordTable(Wrapped(dynamodb, batch_write_item=batch_write_item), TABLE)
        # When
        records.write_labels(result(labels=tuple(Label(f"L{n}", 50.0) for n in range(30))))
        # Then
        assert dynamodb.scan(TableName=TABLE)["Count"] == 30


class TestExpiry:
    def test_records_and_their_labels_expire_together(self, dynamodb: Any) -> None:
        # Given
        records = RecordTable(dynamodb, TABLE, record_days=10)
        # When
        records.start(result())
        records.write_labels(result())
        # Then: ten days after 2026-11-21T09:30:00Z
        expected = {"N": "1796117400"}
        assert stored(dynamodb, result())["expires_at"] == expected
        assert stored(dynamodb, result(), "label#Car")["expires_at"] == expected

    def test_without_a_limit_nothing_expires(self, records: RecordTable, dynamodb: Any) -> None:
        records.write_labels(result())
        assert "expires_at" not in stored(dynamodb, result(), "label#Car")


def found(dynamodb: Any, index: str, name: str, value: str) -> list[str]:
    """The items that an index has under a value."""
    answer = dynamodb.query(
        TableName=TABLE,
        IndexName=index,
        KeyConditionExpression="#name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": {"S": value}},
    )
    return [item["item"]["S"] for item in answer["Items"]]

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.records.attempts import Attempts
from lambdas.common.records.table import (
    BY_STATUS,
    INDEX_KEYS,
    Progress,
    RecordTable,
    shard_keys,
    status_values,
)
from lambdas.common.result import Result
from lambdas.common.status import BEFORE, Status
from tests.unit.lambdas.common.test_message import huge
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import FINISHED_AT, result

AT = FINISHED_AT
ENDS = sorted(status for status in BEFORE if status.is_terminal)


def stored(dynamodb: Any, value: Result, item: str = "image") -> dict[str, Any]:
    return dict(dynamodb.get_item(TableName=TABLE, Key=key(value, item)).get("Item", {}))


def begun(dynamodb: Any, value: Result) -> Result:
    """An image that an attempt has begun for."""
    attempts = Attempts(dynamodb, TABLE, lease_seconds=75, now=lambda: 1.0)
    attempts.begin(value, stage=Status.RECEIVED, owner="a")
    return value


def at_status(dynamodb: Any, status: Status) -> Result:
    """A record in a state, however it got there."""
    value = result(status)
    dynamodb.delete_item(TableName=TABLE, Key=key(value))
    begun(dynamodb, value)
    dynamodb.update_item(
        TableName=TABLE,
        Key=key(value),
        UpdateExpression="SET #status = :status, status_shard = :status_shard",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={
            f":{name}": {"S": text} for name, text in status_values(status, value.image_id).items()
        },
    )
    return value


def key(value: Result, item: str = "image") -> dict[str, Any]:
    return {"image_id": {"S": value.image_id}, "item": {"S": item}}


@pytest.fixture
def records(dynamodb: Any) -> RecordTable:
    return RecordTable(dynamodb, TABLE)


def test_an_unknown_image_has_no_progress(records: RecordTable) -> None:
    assert records.progress("unknown") is None


class TestAdvance:
    @pytest.mark.parametrize("after", BEFORE)
    def test_a_record_moves_exactly_where_the_states_allow(
        self, records: RecordTable, dynamodb: Any, after: Status
    ) -> None:
        for before in Status:
            # Given
            at_status(dynamodb, before)
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
        begun(dynamodb, result())
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

    def test_the_record_says_what_was_paid_and_why_it_failed(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        begun(dynamodb, result())
        value = result(Status.FAILED, cause="GetObject:SlowDown", content="c0ffee", paid=("text",))
        records.advance(value, at=AT)
        item = stored(dynamodb, result())
        assert (item["cause"], item["content"]) == ({"S": "GetObject:SlowDown"}, {"S": "c0ffee"})
        assert item["paid"] == {"L": [{"S": "text"}]}

    @pytest.mark.parametrize(
        ("status", "attempts", "lease_until"),
        [(Status.LABELLED, "0", "0"), (Status.DONE, "1", "76.0"), (Status.FAILED, "1", "76.0")],
    )
    def test_an_attempt_is_over_and_a_further_stage_counts_from_nought(
        self, records: RecordTable, dynamodb: Any, status: Status, attempts: str, lease_until: str
    ) -> None:
        begun(dynamodb, result())
        records.advance(result(status), at=AT)
        item = stored(dynamodb, result())
        assert (item["attempts"], item["lease_by"]) == ({"N": attempts}, {"NULL": True})
        assert item["lease_until"] == {"N": lease_until}

    def test_the_lease_of_an_end_ends_when_it_is_announced(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        begun(dynamodb, result())
        records.advance(result(), at=AT)
        records.mark_announced(result().image_id, Status.DONE, at=AT)
        assert stored(dynamodb, result())["lease_until"] == {"N": "0"}

    def test_an_image_that_could_not_be_opened_has_no_size(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        begun(dynamodb, result())
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
        begun(dynamodb, value)
        assert records.advance(value, at=AT)
        assert len(stored(dynamodb, value)["labels"]["L"]) == 50

    def test_an_error_that_is_no_refusal_is_raised(self, dynamodb: Any) -> None:
        with pytest.raises(ClientError, match="ResourceNotFound"):
            RecordTable(dynamodb, "no-such-table").advance(result(), at=AT)


class TestAnnounced:
    def test_an_announced_end_is_remembered(self, records: RecordTable, dynamodb: Any) -> None:
        # Given
        value = result()
        begun(dynamodb, value)
        records.advance(value, at=AT)
        assert records.progress(value.image_id) == Progress(Status.DONE, announced=False)
        # When
        records.mark_announced(value.image_id, Status.DONE, at=AT)
        # Then
        assert records.progress(value.image_id) == Progress(Status.DONE, announced=True)

    def test_the_announcement_of_a_failure_does_not_count_for_the_end_after_a_redrive(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        # Given
        begun(dynamodb, result())
        records.advance(result(Status.FAILED), at=AT)
        records.mark_announced(result().image_id, Status.FAILED, at=AT)
        # When
        assert records.advance(result(), at=AT)
        # Then
        assert records.progress(result().image_id) == Progress(Status.DONE, announced=False)

    def test_a_late_mark_does_not_touch_another_state(
        self, records: RecordTable, dynamodb: Any
    ) -> None:
        at_status(dynamodb, Status.DONE)
        records.mark_announced(result().image_id, Status.FAILED, at=AT)
        assert "announced" not in stored(dynamodb, result())


class TestExpiry:
    def test_records_and_their_terms_expire_together(self, dynamodb: Any) -> None:
        # Given
        records = RecordTable(dynamodb, TABLE, record_days=10)
        attempts = Attempts(dynamodb, TABLE, lease_seconds=75, now=lambda: 1.0, record_days=10)
        # When
        attempts.begin(result(), stage=Status.RECEIVED, owner="a")
        records.write_terms(result())
        # Then: ten days after 2026-11-21T09:30:00Z
        expected = {"N": "1796117400"}
        assert stored(dynamodb, result())["expires_at"] == expected
        assert stored(dynamodb, result(), "label#Car")["expires_at"] == expected
        assert stored(dynamodb, result(), "word#stop")["expires_at"] == expected

    def test_without_a_limit_nothing_expires(self, records: RecordTable, dynamodb: Any) -> None:
        records.write_terms(result())
        assert "expires_at" not in stored(dynamodb, result(), "label#Car")


def found(dynamodb: Any, index: str, name: str, value: str) -> list[str]:
    """The items that an index has for a value of an attribute, which it may spread over keys."""
    key = INDEX_KEYS[index]
    return [
        item["item"]["S"]
        for text in ([value] if key == name else shard_keys(value))
        for item in dynamodb.query(
            TableName=TABLE,
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": key},
            ExpressionAttributeValues={":value": {"S": text}},
        )["Items"]
    ]

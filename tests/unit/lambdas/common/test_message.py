import json
from typing import Any

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.image import ObjectReference
from lambdas.common.message import (
    MAX_ATTRIBUTE_BYTES,
    MESSAGE_SCHEMA,
    TextRequest,
    announcement,
    bounded_labels,
    bounded_lines,
    message_attributes,
    schema_of,
)
from lambdas.common.result import Label, Result
from lambdas.common.status import Status
from tests.unit.lambdas.results import LINE, SOURCE, result

KIB = 1024
WHERE = ObjectReference("processed", "results/1.json")


def sns_bytes(message: dict[str, Any]) -> int:
    """What SNS counts: the body as ResultsTopic writes it, and the attributes."""
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    attributes = sum(
        len(name) + len(value["DataType"]) + len(value["StringValue"].encode())
        for name, value in message_attributes(message).items()
    )
    return len(body.encode()) + attributes


def huge(character: str) -> Result:
    """1,000 labels with long names and 1,000 long lines."""
    return result(
        source=ObjectReference("b" * 63, character * (1024 // len(character.encode())), "v" * 32),
        labels=tuple(Label(f"{i}{character * 250}", i / 10) for i in range(1000)),
        text=tuple(
            type(LINE)(id=i, kind="LINE", text=character * 2000, confidence=99, box=LINE.box)
            for i in range(1000)
        ),
    )


def test_an_announcement_has_the_fields_that_subscribers_know() -> None:
    message = announcement(result(Status.IN_REVIEW, review_reasons=("why",)), WHERE)
    assert message == {
        "schema": "sightline.image/1",
        "message_id": f"{message['image_id']}:in_review",
        "image_id": message["image_id"],
        "status": "in_review",
        "reason": None,
        "cause": None,
        "source": {"bucket": "input", "key": "holiday/car.jpg", "version": "v1"},
        "received_at": "2026-11-21T09:30:00.123+00:00",
        "finished_at": "2026-11-21T09:30:02.456+00:00",
        "labels": [{"name": "Car", "confidence": 97.5}, {"name": "Tree", "confidence": 71.0}],
        "text": ["STOP"],
        "needs_review": True,
        "review_reasons": ["why"],
        "review": None,
        "processed": {"bucket": "processed", "key": "processed/1.jpg", "version": None},
        "result": {"bucket": "processed", "key": "results/1.json", "version": None},
        "models": {"labels": "3.0", "text": "3.1"},
    }
    assert message["schema"] == MESSAGE_SCHEMA
    assert json.loads(json.dumps(message)) == message


def test_a_repeat_of_the_same_end_has_the_same_id_and_another_end_has_another() -> None:
    done = announcement(result(), WHERE)["message_id"]
    assert announcement(result(finished_at="later"), WHERE)["message_id"] == done
    assert announcement(result(Status.FAILED), WHERE)["message_id"] != done


@pytest.mark.parametrize("character", ["x", "é", "字", "🚗", '"', "\\"])
def test_the_largest_announcement_fits_sns(character: str) -> None:
    assert sns_bytes(announcement(huge(character), WHERE)) < 256 * KIB


def test_bounds_keep_the_best_labels_and_the_first_lines() -> None:
    # Given
    value = huge("x")
    # When
    labels, lines = bounded_labels(value), bounded_lines(value)
    # Then
    assert [label["confidence"] for label in labels[:2]] == [99.9, 99.8]
    assert (len(labels), len(lines), len(lines[0])) == (50, 100, 300)


def test_attributes_are_what_subscriptions_filter_on() -> None:
    assert message_attributes(announcement(result(), WHERE)) == {
        "status": {"DataType": "String", "StringValue": "done"},
        "needs_review": {"DataType": "String", "StringValue": "false"},
        "labels": {"DataType": "String.Array", "StringValue": '["Car", "Tree"]'},
    }


def test_an_image_without_labels_has_no_labels_attribute() -> None:
    # SNS refuses an attribute with an empty value.
    message = announcement(result(Status.IN_REVIEW, labels=()), WHERE)
    assert set(message_attributes(message)) == {"status", "needs_review"}
    assert message_attributes(message)["needs_review"]["StringValue"] == "true"


@pytest.mark.parametrize("character", ["x", "字"])
def test_the_labels_attribute_is_bounded_and_stays_json(character: str) -> None:
    value = message_attributes(announcement(huge(character), WHERE))["labels"]["StringValue"]
    assert len(value.encode()) <= MAX_ATTRIBUTE_BYTES
    assert json.loads(value)[0].startswith("999")


def test_a_text_request_reads_back_what_it_wrote() -> None:
    for batch in (None, BatchMember("trip", 17)):
        request = TextRequest("1", SOURCE, SOURCE, "2026-11-21T09:30:00.123+00:00", batch)
        assert TextRequest.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    ("body", "schema"),
    [("{}", None), ("[]", None), ('{"schema": 5}', None), ('{"schema": "x/1"}', "x/1")],
)
def test_a_message_names_its_schema(body: str, schema: str | None) -> None:
    assert schema_of(body) == schema


@pytest.mark.parametrize("body", ["", "{", "{}", '{"image_id": "1"}', '{"image_id":1,"image":{}}'])
def test_a_body_that_is_no_text_request_is_refused(body: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        TextRequest.from_json(body)

"""What a dead letter says of itself."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.dead_letters.letter import UNKNOWN, DeadLetter, Selection, grouped, image_ids_in
from lambdas.common.arrival import Arrival
from lambdas.common.image import ObjectReference, image_id

SOURCE = ObjectReference("in", "a b+c.jpg", "v1")
EVENT = {
    "eventTime": "2026-01-02T03:04:05.678Z",
    "s3": {"bucket": {"name": "in"}, "object": {"key": "a+b%2Bc.jpg", "versionId": "v1"}},
}


def letter(number: int = 0, *, body: str = "{}", sent: int = 0, **attributes: str) -> DeadLetter:
    message: dict[str, Any] = {
        "MessageId": f"m{number}",
        "ReceiptHandle": "h",
        "Body": body,
        "Attributes": {"SentTimestamp": str(sent * 1000)},
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }
    return DeadLetter.from_message(message, keep_body=True)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Records": [EVENT]}, (image_id(SOURCE),)),
        ({"Records": [EVENT, EVENT]}, (image_id(SOURCE),) * 2),
        (json.loads(Arrival(SOURCE, "2026-01-02T03:04:05+00:00").to_json()), (image_id(SOURCE),)),
        ({"image_id": "0" * 32, "source": SOURCE.to_document()}, ("0" * 32,)),
        ({"schema": "sightline.image/1", "image_id": "1" * 32}, ("1" * 32,)),
        ({"schema": "sightline.batch-control/1", "batch": "b1", "do": "list"}, ()),
        ({"Event": "s3:TestEvent"}, ()),
        ({"Records": "none"}, ()),
        ({"schema": "sightline.arrival/1"}, ()),
        ({"image_id": 7}, ()),
        ([], ()),
        ("text", ()),
    ],
)
def test_ids_are_read_from_bodies_of_every_queue(
    document: object, expected: tuple[str, ...]
) -> None:
    assert image_ids_in(json.dumps(document)) == expected


def test_what_is_no_json_has_no_id() -> None:
    assert image_ids_in("{") == ()


def test_attributes_come_before_the_body() -> None:
    found = letter(
        body='{"image_id": "of the body"}',
        sent=5,
        cause="Killed",
        reason="why",
        image_id="named",
        failed_at="2026-01-02T03:04:05.678+00:00",
    )

    assert (found.cause, found.reason, found.image_ids) == ("Killed", "why", ("named",))
    assert found.failed_at == datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)


@pytest.mark.parametrize("failed_at", ["", "yesterday"])
def test_without_attributes_the_body_and_the_time_of_sending_are_taken(failed_at: str) -> None:
    found = letter(body='{"image_id": "of the body"}', sent=5, failed_at=failed_at)

    assert (found.cause, found.reason, found.image_ids) == (UNKNOWN, "", ("of the body",))
    assert found.failed_at == datetime.fromtimestamp(5, UTC)


AT = "2026-01-02T03:04:05.678+00:00"
BATCH = json.dumps({"batch": {"id": "b1", "number": 0}})


@pytest.mark.parametrize(
    ("body", "attributes", "is_one"),
    [
        ("{}", {"image_id": "x", "failed_at": AT}, True),
        (BATCH, {"image_id": "x", "failed_at": AT}, False),
        ("{}", {"image_id": "y", "failed_at": AT}, False),
        ("{}", {"image_id": "x", "failed_at": AT.replace("678", "679")}, False),
        ("{}", {"image_id": "x"}, False),
        ("{}", {"failed_at": AT}, False),
    ],
)
def test_letters_of_one_failure_have_image_batch_and_time_in_common(
    body: str, attributes: dict[str, str], is_one: bool
) -> None:
    first = letter(1, sent=5, image_id="x", failed_at=AT)

    assert (letter(2, body=body, sent=6, **attributes).failure == first.failure) is is_one


@pytest.mark.parametrize("attributes", [{"image_id": "x"}, {"failed_at": AT}])
def test_letters_that_say_less_have_nothing_in_common(attributes: dict[str, str]) -> None:
    assert letter(1, sent=5, **attributes).failure != letter(2, sent=5, **attributes).failure


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"schema": "sightline.batch-control/1", "batch": "b1", "do": "list"}', "b1"),
        (BATCH, "b1"),
        ('{"batch": null}', None),
        ('{"batch": {"number": 0}}', None),
        ('{"batch": 7}', None),
        ("[]", None),
        ("{", None),
    ],
)
def test_the_batch_is_read_from_the_body(body: str, expected: str | None) -> None:
    assert letter(body=body).batch_id == expected


def test_groups_have_the_oldest_time_and_the_newest_reason() -> None:
    letters = [
        letter(1, sent=20, cause="a", reason="old"),
        letter(2, sent=10, cause="b", reason="only"),
        letter(3, sent=30, cause="a", reason="new"),
    ]

    first, second = grouped(letters)

    assert (first.cause, first.messages, first.reason) == ("a", 2, "new")
    assert first.oldest == datetime.fromtimestamp(20, UTC)
    assert second.to_document() == {
        "cause": "b",
        "messages": 1,
        "oldest": "1970-01-01T00:00:10+00:00",
        "reason": "only",
    }


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), [1, 2, 3]),
        (Selection(causes=frozenset({"a"})), [1, 2]),
        (Selection(image_ids=frozenset({"x"})), [1, 3]),
        (Selection(frozenset({"a"}), frozenset({"x", "z"})), [1]),
        (Selection(causes=frozenset({"a", UNKNOWN})), [1, 2, 3]),
    ],
)
def test_a_selection_takes_any_cause_and_any_image(
    selection: Selection, expected: list[int]
) -> None:
    letters = {
        1: letter(1, cause="a", image_id="x"),
        2: letter(2, cause="a", image_id="y"),
        3: letter(3, body='{"image_id": "x"}'),
    }

    assert [number for number, one in letters.items() if selection.matches(one)] == expected

"""The JSON Schemas hold for what the code writes, and for nothing less."""

import json
import re
from typing import Any

import jsonschema
import pytest

from lambdas.common.image import ObjectReference
from lambdas.common.message import MESSAGE_SCHEMA, announcement
from lambdas.common.result import SCHEMA, Result
from lambdas.common.review.corrections import apply
from lambdas.common.review.decisions import Decision, Kind
from lambdas.common.status import Status
from tests.docs.pages import ROOT, page
from tests.unit.lambdas.results import SOURCE, result

Document = dict[str, Any]

ENDED = [status for status in Status if status.is_terminal]
WHERE = ObjectReference("processed", "results/1.json")
BARE = Result(
    image_id=result().image_id,
    source=SOURCE,
    status=Status.REJECTED,
    received_at="2026-11-21T09:30:00.123+00:00",
    finished_at="2026-11-21T09:30:02.456+00:00",
    reason="the file is empty (0 bytes)",
)


def schema(name: str) -> Document:
    document: Document = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text())
    return document


def problems(name: str, document: Document) -> list[str]:
    """What a schema says against a document, as it is after a journey as JSON."""
    jsonschema.Draft7Validator.check_schema(schema(name))
    validator = jsonschema.Draft7Validator(schema(name))
    travelled = json.loads(json.dumps(document))
    return [error.message for error in validator.iter_errors(travelled)]


MESSAGES = [announcement(result(status, reason="why"), WHERE) for status in ENDED]
RESULTS = [
    result(status, reason="why").to_document()
    for status in ENDED
    if status is not Status.DELETED  # which leaves no result
]
DECISIONS = [
    Decision(
        number=number,
        kind=kind,
        by="arn:aws:iam::111122223333:user/ada",
        at="2026-11-21T10:00:00.000+00:00",
        comment=comment,
        labels_added=("Taxi",),
        labels_removed=("Car",),
        text=text,
    )
    for number, (kind, comment, text) in enumerate(
        [
            (Kind.APPROVE, None, None),
            (Kind.CORRECT, "a taxi", ("TAXI 42",)),
            (Kind.REJECT, "blurred", ()),
        ],
        start=1,
    )
]
DECIDED = [apply(result(Status.IN_REVIEW), decision) for decision in DECISIONS]
UNDONE = announcement(
    result(Status.IN_REVIEW), WHERE, Decision(4, Kind.UNDO, "ada", DECISIONS[0].at)
)
AGAIN = [
    announcement(one.changed(run="20261121-093000-4f1c"), WHERE)
    for one in (result(Status.DONE), DECIDED[0])
]
LABELLED = result(Status.LABELLED, finished_at=None, text=(), properties=None).to_document()


@pytest.mark.parametrize(
    "message",
    [
        *(*MESSAGES, *AGAIN, UNDONE),
        *(announcement(one, WHERE) for one in (BARE, *DECIDED)),
    ],
)
def test_a_message_is_valid(message: Document) -> None:
    assert problems("image-1", message) == []


@pytest.mark.parametrize(
    "document",
    [*RESULTS, LABELLED, BARE.to_document(), *(one.to_document() for one in DECIDED)],
)
def test_a_result_is_valid(document: Document) -> None:
    assert problems("result-1", document) == []


@pytest.mark.parametrize("field", MESSAGES[0])
def test_a_message_that_lacks_a_field_is_not_valid(field: str) -> None:
    lacking = {name: value for name, value in MESSAGES[0].items() if name != field}

    assert problems("image-1", lacking)


@pytest.mark.parametrize("field", RESULTS[0])
def test_a_result_that_lacks_a_field_is_not_valid(field: str) -> None:
    lacking = {name: value for name, value in RESULTS[0].items() if name != field}

    assert problems("result-1", lacking)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema", "sightline.image/2"),
        ("status", "received"),
        ("received_at", "yesterday"),
        ("labels", [{"name": "Car", "confidence": 101}]),
        ("source", {"bucket": "input"}),
        ("processed", "s3://processed/1.jpg"),
        ("message_id", f"{BARE.image_id}:done:review-0"),
        ("review", {**DECISIONS[0].summary, "decision": "maybe"}),
    ],
)
def test_a_wrong_value_is_not_valid(field: str, value: object) -> None:
    assert problems("image-1", {**MESSAGES[0], field: value})


@pytest.mark.parametrize(
    ("name", "version", "documents"),
    [("image-1", MESSAGE_SCHEMA, MESSAGES), ("result-1", SCHEMA, RESULTS)],
)
def test_a_schema_knows_every_field(name: str, version: str, documents: list[Document]) -> None:
    found = schema(name)

    assert found["properties"]["schema"] == {"const": version}
    assert set(found["properties"]) == set(found["required"]) == set(documents[0])


def test_fields_may_be_added_within_a_version() -> None:
    assert problems("image-1", {**MESSAGES[0], "new": 1}) == []


def test_the_message_that_is_shown_is_a_valid_one() -> None:
    shown = re.search(r"```json\n(.*?)```", page("docs/messages.md").text, re.DOTALL)
    assert shown

    assert problems("image-1", json.loads(shown[1])) == []


def test_every_field_is_described() -> None:
    described = page("docs/messages.md")
    message = {row[0] for row in described.section("The results topic").rows}
    document = message | {row[0] for row in described.section("The result document").rows}

    assert {f"`{field}`" for field in MESSAGES[0]} <= message
    assert {f"`{field}`" for field in RESULTS[0]} <= document

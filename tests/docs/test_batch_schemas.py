"""The JSON Schemas of batches hold for what the code writes, and for nothing less."""

import json
import re
from typing import Any

import pytest

from lambdas.common.arrival import ARRIVAL_SCHEMA, Arrival, BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.control import CONTROL_SCHEMA, Control, Work
from lambdas.common.batches.message import SUMMARY_SCHEMA, batch_announcement, batch_summary
from lambdas.common.image import ObjectReference
from lambdas.common.message import BATCH_SCHEMA
from lambdas.run_batch.counts import NOT_STARTED, no_counts
from lambdas.run_batch.rows import COLUMNS
from tests.docs.pages import page
from tests.docs.test_schemas import Document, problems, schema
from tests.unit.lambdas.batches import AT, LATER, batch

COUNTS = no_counts() | {"ended": 2, "statuses": {"done": 2, NOT_STARTED: 1}}
CLOSED = batch(state=State.CLOSED, images=3, started_at=AT, closed_at=LATER, reported_at=LATER)
CANCELLED = batch(state=State.CANCELLED, images=3, closed_at=LATER, reported_at=LATER)
FAILED = batch(state=State.FAILED, closed_at=LATER, reason="there is no bucket photos")
SUMMARIES = [batch_summary(found, COUNTS) for found in (CLOSED, CANCELLED)]
MESSAGES = [
    batch_announcement(CLOSED, SUMMARIES[0], "processed", "1: TAXI\n"),
    batch_announcement(CANCELLED, SUMMARIES[1], "processed", None),
    batch_announcement(FAILED, None, "processed", None),
]
CONTROLS = [
    json.loads(Control("b1", work, at).to_json())
    for work, at in ((Work.LIST, None), (Work.FEED, None), (Work.REPORT, {"round": 1}))
]
VERSIONED = ObjectReference("input", "1.jpg", "v1")
FROM_ELSEWHERE = ObjectReference("photos", "1.jpg", None, '"0123"')
ARRIVALS = [
    json.loads(Arrival(VERSIONED, AT).to_json()),
    json.loads(Arrival(FROM_ELSEWHERE, AT, BatchMember("b1", 0), again=True).to_json()),
]
DOCUMENTS = {
    "batch-1": (BATCH_SCHEMA, MESSAGES),
    "batch-summary-1": (SUMMARY_SCHEMA, SUMMARIES),
    "batch-control-1": (CONTROL_SCHEMA, CONTROLS),
    "arrival-1": (ARRIVAL_SCHEMA, ARRIVALS),
}
EACH = [(name, document) for name, (_, documents) in DOCUMENTS.items() for document in documents]


@pytest.mark.parametrize(("name", "document"), EACH)
def test_what_is_written_is_valid(name: str, document: Document) -> None:
    assert problems(name, document) == []
    assert problems(name, {**document, "new": 1}) == []


@pytest.mark.parametrize(("name", "document"), EACH)
def test_a_document_that_lacks_a_field_is_not_valid(name: str, document: Document) -> None:
    for field in set(document) - {"at"}:
        lacking = {known: value for known, value in document.items() if known != field}
        assert problems(name, lacking), field


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_schema_knows_every_field(name: str) -> None:
    version, documents = DOCUMENTS[name]
    found = schema(name)

    assert found["properties"]["schema"] == {"const": version}
    assert set(found["properties"]) == {field for document in documents for field in document}
    assert set(found["required"]) == set(found["properties"]) - {"at"}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("batch-1", "status", "running"),
        ("batch-1", "statuses", {"lost": 1}),
        ("batch-1", "report", {"text": None}),
        ("batch-summary-1", "ended", -1),
        ("batch-control-1", "do", "dance"),
        ("arrival-1", "batch", {"id": "b1", "number": -1}),
        ("arrival-1", "again", "yes"),
    ],
)
def test_a_wrong_value_is_not_valid(name: str, field: str, value: object) -> None:
    assert problems(name, {**DOCUMENTS[name][1][0], field: value})


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("A batch is over", "batch-1"),
        ("The batch summary", "batch-summary-1"),
        ("The batch control message", "batch-control-1"),
        ("The arrival", "arrival-1"),
    ],
)
def test_every_field_is_described_and_what_is_shown_is_valid(heading: str, name: str) -> None:
    section = page("docs/messages.md").section(heading)
    described = {row[0].strip("`") for row in section.rows}
    shown: list[dict[str, Any]] = [
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", section.text, re.DOTALL)
    ]

    assert set(schema(name)["properties"]) <= described
    assert shown
    assert [problems(name, document) for document in shown] == [[] for _ in shown]


def test_the_columns_of_a_report_are_described() -> None:
    section = page("docs/cli.md").section("sightline batch report")

    assert set(COLUMNS) <= section.code

"""Images that can be searched for, and lists of what is found."""

from datetime import timedelta
from typing import Any

from lambdas.common.image import ObjectReference, Upload, image_id
from lambdas.common.records.items import to_item
from lambdas.common.records.queries import Page, Position, RecordQueries
from lambdas.common.records.table import (
    RECORD,
    RecordTable,
    day_values,
    owner_values,
    status_values,
)
from lambdas.common.result import Label, Result, TextDetection
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.record_lists import TODAY
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import BOX

ADA, BOB = "0123abcd-0000-4000-8000-00000000000a", "0123abcd-0000-4000-8000-00000000000b"
TASK = "f" * 32


def put(
    dynamodb: Any,
    name: str,
    *,
    owner: str | None = None,
    label: str = "Car",
    text: str = "",
    status: Status = Status.DONE,
    hours: float = 0,
) -> str:
    """An image that arrived so many hours before TODAY, with its terms; returns its id."""
    at = (TODAY - timedelta(hours=hours)).isoformat(timespec="milliseconds")
    source = ObjectReference("in", name, "v1")
    found = image_id(source)
    upload = None if owner is None else Upload(owner, TASK, name)
    record = {
        "image_id": found,
        "item": RECORD,
        "received_at": at,
        **status_values(status, found),
        **day_values(at, found),
        **owner_values(upload),
        "labels": [{"name": label, "confidence": 90.0}],
        "text": text.splitlines(),
    }
    dynamodb.put_item(TableName=TABLE, Item=to_item(record))
    lines = tuple(
        TextDetection(number, "LINE", line, 99.0, BOX)
        for number, line in enumerate(text.splitlines())
    )
    image = Result(found, source, status, at, labels=(Label(label, 90.0),), text=lines)
    RecordTable(dynamodb, TABLE).write_terms(image.changed(upload=upload))
    return found


def pages(queries: RecordQueries, **question: Any) -> list[Page]:
    """All pages of a list."""
    found: list[Page] = []
    before: Position | None = None
    for _ in range(200):
        found.append(queries.page(before=before, **question))
        before = found[-1].next
        if before is None:
            return found
    raise AssertionError("the list never ends")

"""Records for lists: as short as the indexes take them, on a day that does not end."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.items import to_item
from lambdas.common.records.queries import Position
from lambdas.common.records.table import RECORD, day_values, status_values
from lambdas.common.records.terms import label_key
from lambdas.common.status import Status
from tests.unit.lambdas.conftest import TABLE

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Today(datetime):
    """A clock that no midnight passes."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Today":
        return cls.combine(TODAY.date(), TODAY.time(), tz)


def write(dynamodb: Any, name: str, received: datetime, status: Status = Status.DONE) -> Position:
    """A record with the label Car, and nothing else; returns its place in a list."""
    at = received.isoformat(timespec="milliseconds")
    found = image_id(ObjectReference("in", name, "v1"))
    record = {
        **status_values(status, found),
        **day_values(at, found),
        "labels": [{"name": "Car", "confidence": 97.5}],
    }
    term = {"item": "label#Car", "term": label_key("Car")}
    for item in ({"item": RECORD, **record}, term):
        values = {"image_id": found, "received_at": at, **item}
        dynamodb.put_item(TableName=TABLE, Item=to_item(values))
    return at, found


def many(dynamodb: Any, count: int = 40) -> list[str]:
    """Ids of images in the order of a list: five days, three images a moment, on every key."""
    written = [
        write(dynamodb, str(number), TODAY - timedelta(hours=4 * (number // 3)))
        for number in range(count)
    ]
    return [found for _, found in sorted(written, reverse=True)]

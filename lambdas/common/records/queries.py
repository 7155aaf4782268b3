"""Questions to the record table, each answered newest first and page by page.

Where an index spreads a value over several keys, all of them are read side by side and merged by
time, as far as the answer goes: never more than a page of each is held.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from itertools import count, groupby, islice
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from lambdas.common.errors import RetryableError
from lambdas.common.records.table import BY_DAY, BY_LABEL, BY_STATUS, INDEX_KEYS, RECORD, shard_keys
from lambdas.common.status import Status

_BATCH = 100  # items that one BatchGetItem reads
_TRIES = 6  # after the first: about five seconds in all
_PAGE = 100  # entries of a key that are read at a time
MAX_DAYS_BACK = 400
"""How far back a list by time looks for images, days."""

_deserialise = TypeDeserializer().deserialize

Record = dict[str, Any]
Position = tuple[str, str]
"""When an image arrived, as its index has it, and its id: a place in a list, which is ordered by
both, the greatest first."""


@dataclass(frozen=True)
class Page:
    """Some records of a list, newest first; `next` is `before` of the page that follows.

    None when there is none. A page that follows may be empty.
    """

    records: list[Record]
    next: Position | None


class RecordQueries:
    """Reads records by id, status, label and time."""

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table = table_name

    def get(self, image_ids: Sequence[str]) -> dict[str, Record]:
        """Return the records of these images by id; unknown ids are left out."""
        found: dict[str, Record] = {}
        for start in range(0, len(image_ids), _BATCH):
            keys = [
                {"image_id": {"S": image_id}, "item": {"S": RECORD}}
                for image_id in image_ids[start : start + _BATCH]
            ]
            for tries in count():
                if tries:
                    time.sleep(random.uniform(0.5, 1) * min(0.1 * 2**tries, 2))  # noqa: S311
                answer = self._dynamodb.batch_get_item(
                    RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
                )
                for item in answer["Responses"].get(self._table, []):
                    record = {name: _deserialise(value) for name, value in item.items()}
                    found[record["image_id"]] = record
                keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
                if not keys:
                    break
                if tries == _TRIES:
                    raise RetryableError(
                        f"DynamoDB did not read {len(keys)} records, {_TRIES + 1} times"
                    )
        return found

    def newest(
        self, *, limit: int, status: Status | None = None, label: str | None = None
    ) -> list[Record]:
        """Return the newest records, of one status or with one label if asked for."""
        return self.page(limit=limit, status=status, label=label).records

    def page(
        self,
        *,
        limit: int,
        status: Status | None = None,
        label: str | None = None,
        before: Position | None = None,
    ) -> Page:
        """Return the same from a place in the list on, and where it goes on."""
        if label is not None:
            places = self._places(BY_LABEL, label, before)
        elif status is not None:
            places = self._merged(BY_STATUS, str(status), before)
        else:
            places = self._of_all_days(before)
        records: list[Record] = []
        # A label's list is narrowed by status here: few ask for both, and no index is paid for.
        while len(records) < limit and (some := list(islice(places, limit))):
            known = self.get([image_id for _, image_id in some])
            for place in some:
                record = known.get(place[1])
                if record is not None and status in (None, record["status"]):
                    records.append(record)
                    if len(records) == limit:
                        return Page(records, place)
        return Page(records, None)

    def received_ids(self, since: datetime, until: datetime) -> Iterator[str]:
        """Yield the ids of the images that arrived in a period, both ends included.

        In no order: its days and their keys are read one after the other. Times are compared to the
        millisecond, as records have them.
        """
        first, last = since.astimezone(UTC), until.astimezone(UTC)
        period = {
            ":since": {"S": first.isoformat(timespec="milliseconds")},
            ":until": {"S": last.isoformat(timespec="milliseconds")},
        }
        for number in range((last.date() - first.date()).days + 1):
            for key in shard_keys((first.date() + timedelta(days=number)).isoformat()):
                items = self._query(
                    BY_DAY, key, " AND received_at BETWEEN :since AND :until", period
                )
                for item in items:
                    yield item["image_id"]["S"]

    def _of_all_days(self, before: Position | None) -> Iterator[Position]:
        today = datetime.now(UTC).date()
        oldest = today - timedelta(days=MAX_DAYS_BACK - 1)
        day: date | None = today if before is None else date.fromisoformat(before[0][:10])
        while day is not None and day >= oldest:
            places = self._merged(BY_DAY, day.isoformat(), before)
            first = next(places, None)
            if first is None:
                # Hundreds of days without an image are not asked for one by one.
                day = self._last_day_before(day)
            else:
                yield first
                yield from places
                day -= timedelta(days=1)

    def _last_day_before(self, day: date) -> date | None:
        """Return the last day before another on which an image arrived.

        An image that changes its status at this moment may be overlooked, which matters only if it
        is the one image of its day.
        """
        start = (day.isoformat(), "")
        newest = [next(self._merged(BY_STATUS, str(status), start), None) for status in Status]
        return max((date.fromisoformat(found[0][:10]) for found in newest if found), default=None)

    def _merged(self, index: str, value: str, before: Position | None) -> Iterator[Position]:
        """Yield the places of a status or a day, whatever keys they are spread over."""
        return merge(*(self._places(index, key, before) for key in shard_keys(value)), reverse=True)

    def _places(self, index: str, key: str, before: Position | None) -> Iterator[Position]:
        bound = {} if before is None else {":before": {"S": before[0]}}
        condition = "" if before is None else " AND received_at <= :before"
        found = (
            (item["received_at"]["S"], item["image_id"]["S"])
            for item in self._query(index, key, condition, bound, page_size=_PAGE)
        )
        # An index does not say in which order it has images of one moment.
        for _, of_a_moment in groupby(found, key=lambda place: place[0]):
            for place in sorted(of_a_moment, reverse=True):
                if before is None or place < before:
                    yield place

    def _query(
        self,
        index: str,
        key: str,
        condition: str,
        values: dict[str, Any],
        page_size: int | None = None,
    ) -> Iterator[Any]:
        """Yield the entries of a key, newest first; without `page_size` a megabyte at a time."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression=f"#key = :key{condition}",
            ExpressionAttributeNames={"#key": INDEX_KEYS[index]},
            ExpressionAttributeValues={":key": {"S": key}, **values},
            ScanIndexForward=False,
            PaginationConfig={"PageSize": page_size},
        )
        for page in pages:
            yield from page["Items"]

"""Questions to the record table, each answered newest first and page by page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from lambdas.common.records import BY_DAY, BY_LABEL, BY_STATUS, RECORD
from lambdas.common.status import Status

_BATCH = 100  # items that one BatchGetItem reads
MAX_DAYS_BACK = 400
"""How far back a list by time looks for images, days."""

_deserialise = TypeDeserializer().deserialize

Record = dict[str, Any]


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
            while keys:
                answer = self._dynamodb.batch_get_item(
                    RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
                )
                for item in answer["Responses"].get(self._table, []):
                    record = {name: _deserialise(value) for name, value in item.items()}
                    found[record["image_id"]] = record
                keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        return found

    def newest(
        self, *, limit: int, status: Status | None = None, label: str | None = None
    ) -> list[Record]:
        """Return the newest records, of one status or with one label if asked for."""
        if label is not None:
            ids = self._ids(BY_LABEL, "label", label)
        elif status is not None:
            ids = self._ids(BY_STATUS, "status", str(status))
        else:
            ids = self._ids_by_day()
        records: list[Record] = []
        # A label's list is narrowed by status here: few ask for both, and no index is paid for.
        while len(records) < limit and (page := list(islice(ids, limit))):
            known = self.get(page)
            records += [
                known[image_id]
                for image_id in page
                if image_id in known and status in (None, known[image_id]["status"])
            ]
        return records[:limit]

    def _ids_by_day(self) -> Iterator[str]:
        for day in _days_back(datetime.now(UTC).date()):
            yield from self._ids(BY_DAY, "day", day.isoformat())

    def _ids(self, index: str, key: str, value: str) -> Iterator[str]:
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": key},
            ExpressionAttributeValues={":value": {"S": value}},
            ScanIndexForward=False,
        )
        for page in pages:
            for item in page["Items"]:
                yield item["image_id"]["S"]


def _days_back(today: date) -> Iterable[date]:
    return (today - timedelta(days=number) for number in range(MAX_DAYS_BACK))

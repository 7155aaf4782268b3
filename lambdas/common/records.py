"""The record table: one item per image, and one small item per label to find images by label.

Keys: `image_id` and `item`, which is `image` for the record and `label#NAME` for a label. Three
indexes answer the questions that people ask: by status, by day, by label; each newest first.
Every write is conditional on the state it changes, so a repeated event changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from lambdas.common.message import bounded_labels, bounded_lines
from lambdas.common.result import Result
from lambdas.common.status import BEFORE, Status

BY_STATUS, BY_DAY, BY_LABEL = "by_status", "by_day", "by_label"
RECORD = "image"
_BATCH = 25  # items that one BatchWriteItem takes

_serialise = TypeSerializer().serialize
_deserialise = TypeDeserializer().deserialize

Item = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far an image is: its status, and whether its end has been announced."""

    status: Status
    announced: bool


class RecordTable:
    """The record of each image; writes are conditional, reads are bounded."""

    def __init__(self, dynamodb: Any, table_name: str, *, record_days: int = 0) -> None:
        self._dynamodb = dynamodb
        self._table = table_name
        self._record_days = record_days

    def start(self, result: Result) -> Progress | None:
        """Create the record of a new image; return None, or the progress of one that exists."""
        item: Item = {
            "image_id": result.image_id,
            "item": RECORD,
            "status": str(Status.RECEIVED),
            "bucket": result.source.bucket,
            "key": result.source.key,
            "version": result.source.version,
            "received_at": result.received_at,
            "day": result.received_at[:10],
            **self._expiry(result.received_at),
        }
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=_to_item(item),
                ConditionExpression="attribute_not_exists(image_id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not _is_conditional(error):
                raise
            # The failed condition returns the item, which saves a read.
            return _progress(_from_item(error.response["Item"]))  # type: ignore[typeddict-item]
        return None

    def progress(self, image_id: str) -> Progress | None:
        """Return how far an image is; None for an unknown one."""
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key=_to_item({"image_id": image_id, "item": RECORD}),
            ConsistentRead=True,
        )
        return _progress(_from_item(answer["Item"])) if "Item" in answer else None

    def advance(self, result: Result, *, at: str) -> bool:
        """Move the record to the result's status and keep its summary.

        Returns False, and changes nothing, when the record is in a state that this status may not
        follow: somebody else was here first.
        """
        values: Item = {
            "status": str(result.status),
            "labels": bounded_labels(result),
            "text": bounded_lines(result),
            "reason": result.reason,
            "review_reasons": list(result.review_reasons),
            "models": dict(result.models),
            f"{result.status}_at": at,
            "finished_at": result.finished_at,
            "processed_key": None if result.processed is None else result.processed.key,
        }
        if result.facts is not None:
            values |= {
                "format": result.facts.format,
                "width": result.facts.width,
                "height": result.facts.height,
                "bytes": result.facts.bytes,
            }
        return self._update(result.image_id, values, before=BEFORE[result.status])

    def write_labels(self, result: Result) -> None:
        """Write the items that find an image by its labels; writing them again changes nothing."""
        requests = [
            {
                "PutRequest": {
                    "Item": _to_item(
                        {
                            "image_id": result.image_id,
                            "item": f"label#{label['name']}",
                            "label": label["name"],
                            "confidence": label["confidence"],
                            "received_at": result.received_at,
                            **self._expiry(result.received_at),
                        }
                    )
                }
            }
            # One item a name: a detector may give a label twice, and a batch must not.
            for label in {label["name"]: label for label in bounded_labels(result)[::-1]}.values()
        ]
        for start in range(0, len(requests), _BATCH):
            pending = {self._table: requests[start : start + _BATCH]}
            for _ in range(3):
                answer = self._dynamodb.batch_write_item(RequestItems=pending)
                pending = answer.get("UnprocessedItems") or {}
                if not pending:
                    break
            else:
                # Put them one by one: the SDK then waits between attempts as DynamoDB asks.
                for request in pending[self._table]:
                    self._dynamodb.put_item(
                        TableName=self._table, Item=request["PutRequest"]["Item"]
                    )

    def mark_announced(self, image_id: str, status: Status, *, at: str) -> None:
        """Remember that the end of an image went out on the results topic."""
        self._update(image_id, {"announced_at": at, "announced": str(status)}, before={status})

    def _update(
        self, image_id: str, values: Mapping[str, object], *, before: Iterable[Status]
    ) -> bool:
        names = {f"#{number}": name for number, name in enumerate(values)}
        bound = {
            f":{number}": _serialise(_plain(value)) for number, value in enumerate(values.values())
        }
        states = {f":before{n}": {"S": str(status)} for n, status in enumerate(sorted(before))}
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_to_item({"image_id": image_id, "item": RECORD}),
                UpdateExpression="SET " + ", ".join(f"#{n} = :{n}" for n in range(len(values))),
                ConditionExpression=f"#status IN ({', '.join(states)})",
                ExpressionAttributeNames={**names, "#status": "status"},
                ExpressionAttributeValues={**bound, **states},
            )
        except ClientError as error:
            if not _is_conditional(error):
                raise
            return False
        return True

    def _expiry(self, received_at: str) -> Item:
        if not self._record_days:
            return {}
        expires = datetime.fromisoformat(received_at) + timedelta(days=self._record_days)
        return {"expires_at": int(expires.timestamp())}


def _progress(item: Item) -> Progress:
    return Progress(
        status=Status(item["status"]), announced=item.get("announced") == item["status"]
    )


def _is_conditional(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def _to_item(values: Mapping[str, object]) -> Item:
    return {name: _serialise(_plain(value)) for name, value in values.items() if value is not None}


def _from_item(item: Item) -> Item:
    return {name: _deserialise(value) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Return a value as DynamoDB's serialiser takes it: floats become decimals."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value

"""DynamoDB's items as Python values, and what its conditions answer."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

Item = dict[str, Any]

_serialise = TypeSerializer().serialize
_deserialise = TypeDeserializer().deserialize


def to_item(values: Mapping[str, object]) -> Item:
    """Return values as DynamoDB takes them; those that are None are left out."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Item) -> Item:
    """Return what DynamoDB gave as plain values; numbers are Decimals."""
    return {name: _deserialise(value) for name, value in item.items()}


def to_attribute(value: object) -> Any:
    """Return one value as DynamoDB takes it."""
    return _serialise(_plain(value))


def refused_item(error: ClientError) -> Item | None:
    """Return the item that made a condition fail, empty if there is none.

    None when the error is no failed condition. The request must ask for it with
    `ReturnValuesOnConditionCheckFailure`, which saves a read.
    """
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        return None
    item: Any = error.response.get("Item")
    return from_item(item or {})


def refused_update(dynamodb: Any, **request: Any) -> Item | None:
    """Update an item on a condition; return the item that made it fail, empty if there is none.

    None when the item is updated. `request` is that of UpdateItem. An update whose answer was lost
    is made again by the SDK, and may then be refused by what it wrote itself.
    """
    try:
        dynamodb.update_item(ReturnValuesOnConditionCheckFailure="ALL_OLD", **request)
    except ClientError as error:
        refused = refused_item(error)
        if refused is None:
            raise
        return refused
    return None


def _plain(value: Any) -> Any:
    """Return a value as DynamoDB's serialiser takes it: floats become decimals."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value

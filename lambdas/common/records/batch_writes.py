"""Many items written or deleted, 25 a request, with what DynamoDB did not get to tried again."""

import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

from lambdas.common.errors import RetryableError
from lambdas.common.records.items import Item

_TRIES = 3
_BATCH = 25  # items that one BatchWriteItem takes


def delete_all(dynamodb: Any, table: str, keys: Iterable[Item]) -> None:
    """Delete the items with these keys, which are as DynamoDB has them."""
    write_all(dynamodb, table, [{"DeleteRequest": {"Key": key}} for key in keys])


def write_all(dynamodb: Any, table: str, requests: Sequence[Item]) -> None:
    """Make these requests of BatchWriteItem; raises RetryableError for what is left at the end."""
    for start in range(0, len(requests), _BATCH):
        pending: dict[str, Any] = {table: requests[start : start + _BATCH]}
        for tries in range(_TRIES):
            if tries:
                time.sleep(random.uniform(0.1, 0.4) * 2**tries)  # noqa: S311
            answer = dynamodb.batch_write_item(RequestItems=pending)
            pending = answer.get("UnprocessedItems") or {}
            if not pending:
                break
        else:
            raise RetryableError(
                f"DynamoDB left {len(pending[table])} items unwritten, three times"
            )

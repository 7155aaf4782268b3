"""Files that came by the form of an upload and are not wanted: they are left to be deleted.

A form has been used before, or its upload was deleted. The pipeline, which opens files of
strangers, may delete nothing: it marks the record, and `finish_deletions` does what the mark says.
They have keys of their own in `by_status`: however many there are, nobody who looks for what people
have deleted has to read them.
"""

from collections.abc import Callable
from typing import Any

from lambdas.common.clock import iso
from lambdas.common.deletion import deletion_marks
from lambdas.common.errors import RetryableError
from lambdas.common.records.items import refused_update, to_item
from lambdas.common.records.table import RECORD
from lambdas.common.status import Status

LEFT_SECONDS = 900.0
"""How long it is nobody's fault that such a file is still there: three runs of what deletes it."""
BY = "the pipeline"
"""Who deleted it, as its record says."""


class UnwantedFiles:
    """Leaves files to be deleted; `now` is in seconds since the epoch."""

    def __init__(self, dynamodb: Any, table: str, *, now: Callable[[], float]) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._now = now

    def leave(self, image_id: str, *, owner: str) -> bool:
        """Mark a record whose lease is `owner`'s; it is in no list from then on.

        Returns False for an image that has ended before: what was analysed once stays.
        """
        now = self._now()
        values = {
            **deletion_marks(image_id, now + LEFT_SECONDS, unwanted=True),
            "unwanted": True,
            "deleted_at": iso(now),
            "deleted_by": BY,
        }
        sets = ", ".join(f"#{number} = :{number}" for number in range(len(values)))
        refused = refused_update(
            self._dynamodb,
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": RECORD}),
            UpdateExpression=f"SET {sets} REMOVE day_shard, owner_key",
            ConditionExpression="lease_by = :owner AND attribute_not_exists(finished_at)",
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(values)},
            ExpressionAttributeValues=to_item(
                {**{f":{n}": value for n, value in enumerate(values.values())}, ":owner": owner}
            ),
        )
        if refused is None or refused.get("status") == Status.DELETED:
            return True  # also by this very write, whose answer was lost, or by a person
        if "finished_at" in refused:
            return False
        raise RetryableError(
            f"another delivery of image {image_id} is at work; this one comes back"
        )

"""How many uploads a user may ask for in a day.

An item `uploads#SUB` of the record table for each user and day (UTC). It counts what was asked for,
before anything is made: what fails afterwards stays counted, and so does what the SDK sent twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from lambdas.api.errors import UsedUpError
from lambdas.common.records.items import refused_update, to_item

KEPT = timedelta(days=2)
"""How long the count of a day is kept from its end."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """Counts uploads; `limit` for each user and day, 0 for none; `now` in seconds since 1970."""

    dynamodb: Any
    table: str
    limit: int
    now: float

    def take(self, user: str) -> None:
        """Count one more upload of a user, by `sub`; raises UsedUpError when there are no more."""
        if not self.limit:
            return
        today = datetime.fromtimestamp(self.now, UTC).date()
        end = datetime.combine(today, time.min, UTC) + timedelta(days=1)
        refused = refused_update(
            self.dynamodb,
            TableName=self.table,
            Key=to_item({"image_id": f"uploads#{user}", "item": today.isoformat()}),
            UpdateExpression="SET expires_at = :expires ADD uploads :one",
            ConditionExpression="attribute_not_exists(uploads) OR uploads < :limit",
            ExpressionAttributeValues=to_item(
                {":expires": int((end + KEPT).timestamp()), ":one": 1, ":limit": self.limit}
            ),
        )
        if refused is not None:
            raise UsedUpError(
                f"you have asked for {self.limit:,} uploads today, which is the limit of a day; "
                "ask again after 00:00 UTC",
                seconds=end.timestamp() - self.now,
            )

"""What tells a message that was sent anew from a repeat of one that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.common.arrival import BatchMember
from lambdas.common.dynamodb_items import Item


@dataclass(frozen=True)
class SentAgain:
    """Why a message may have an image that failed tried again: only what was sent anew does.

    `failed_at` is what its dead letter says, `batch` the batch that it is sent for.
    """

    failed_at: str | None = None
    batch: str | None = None

    def is_since(self, record: Item) -> bool:
        """Return whether the message was sent after the image of a failed record had failed."""
        if self.batch is not None and self.batch != record.get("retried_for"):
            return True
        return self.failed_at is not None and self.failed_at >= str(record["failed_at"])


NOT_SENT_AGAIN = SentAgain()


def sent_again(message: Mapping[str, Any], batch: BatchMember | None) -> SentAgain:
    """Return what an SQS message, in the shape of Lambda's event, says of that."""
    attribute = message.get("messageAttributes", {}).get("failed_at", {})
    return SentAgain(attribute.get("stringValue"), None if batch is None else batch.batch_id)

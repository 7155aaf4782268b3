"""What tells a message that was sent anew from a repeat of one that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.common.records.items import Item


@dataclass(frozen=True)
class SentAgain:
    """When a message was sent anew; only what was sent since has a failed image tried again.

    `failed_at` is what its dead letter says, `fed_at` when a batch sent it; ISO 8601 in UTC, with
    milliseconds. A repeat of a message says the same as the message.
    """

    failed_at: str | None = None
    fed_at: str | None = None

    def is_since(self, record: Item) -> bool:
        """Return whether the message was sent after the image of a failed record had failed."""
        sent = max(self.failed_at or "", self.fed_at or "")
        return sent >= str(record["failed_at"])


NOT_SENT_AGAIN = SentAgain()


def sent_again(message: Mapping[str, Any], fed_at: str | None = None) -> SentAgain:
    """Return what an SQS message, in the shape of Lambda's event, says of that."""
    attribute = message.get("messageAttributes", {}).get("failed_at", {})
    return SentAgain(attribute.get("stringValue"), fed_at)

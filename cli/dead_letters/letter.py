"""Dead letters: what a message says of why it is one, and which of them are chosen."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lambdas.common.arrival import ARRIVAL_SCHEMA
from lambdas.common.image import image_id
from lambdas.common.result import JsonObject
from lambdas.inspect_image.arrivals import parse_arrivals

UNKNOWN = "unknown"
"""Cause of a dead letter that SQS moved itself: it has none of our attributes."""

ATTRIBUTES = ("cause", "reason", "image_id", "failed_at")
"""The message attributes that are read."""


@dataclass(frozen=True)
class DeadLetter:
    """One message of a dead-letter queue.

    `failed_at` is when it came there, and `is_dated` that it says so itself; otherwise it is when
    it was first sent. `batch_id` is the batch that it is about. `body` is empty where nobody needs
    it.
    """

    message_id: str
    receipt_handle: str = field(repr=False)
    cause: str
    reason: str
    image_ids: tuple[str, ...]
    batch_id: str | None
    failed_at: datetime
    is_dated: bool
    body: str = field(repr=False)

    @property
    def failure(self) -> tuple[object, ...]:
        """What the letters of one message and one failure have in common, within a queue.

        A function that is killed before it can delete the message sends its letter once more, with
        the same time. One that names no image, or no time, has nothing in common with another.
        """
        if not self.is_dated or not self.image_ids:
            return (self.message_id,)
        return self.image_ids, self.batch_id, self.failed_at

    @classmethod
    def from_message(cls, message: JsonObject, *, keep_body: bool) -> "DeadLetter":
        """Read a message as SQS's ReceiveMessage gives it."""
        attributes = {
            name: value.get("StringValue", "")
            for name, value in message.get("MessageAttributes", {}).items()
        }
        named = attributes.get("image_id")
        failed_at = _time(attributes.get("failed_at"))
        sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
        return cls(
            message_id=message["MessageId"],
            receipt_handle=message["ReceiptHandle"],
            cause=attributes.get("cause") or UNKNOWN,
            reason=attributes.get("reason", ""),
            image_ids=(named,) if named else image_ids_in(message["Body"]),
            batch_id=batch_id_in(message["Body"]),
            failed_at=failed_at or sent,
            is_dated=failed_at is not None,
            body=message["Body"] if keep_body else "",
        )


def image_ids_in(body: str) -> tuple[str, ...]:
    """Return the ids of the images that a message of any of the queues is about.

    There is none in a message about a whole batch, and none in one that cannot be read.
    """
    try:
        document: Any = json.loads(body)
        if not isinstance(document, dict):
            return ()
        if "Records" in document or document.get("schema") == ARRIVAL_SCHEMA:
            return tuple(image_id(arrival.source) for arrival in parse_arrivals(body))
    except (AttributeError, KeyError, TypeError, ValueError):
        return ()
    named = document.get("image_id")
    return (named,) if isinstance(named, str) else ()


def batch_id_in(body: str) -> str | None:
    """Return the id of the batch that a message is about, or whose image it is about."""
    try:
        document: Any = json.loads(body)
    except ValueError:
        return None
    named = document.get("batch") if isinstance(document, dict) else None
    if isinstance(named, dict):
        named = named.get("id")
    return named if isinstance(named, str) else None


@dataclass(frozen=True)
class Selection:
    """Which dead letters are meant: of any of the causes and of any of the images.

    An empty set means all.
    """

    causes: frozenset[str] = frozenset()
    image_ids: frozenset[str] = frozenset()

    @property
    def is_all(self) -> bool:
        """True when nothing is left out."""
        return not self.causes and not self.image_ids

    def matches(self, letter: DeadLetter) -> bool:
        """Return whether a dead letter is meant."""
        return (not self.causes or letter.cause in self.causes) and (
            not self.image_ids or not self.image_ids.isdisjoint(letter.image_ids)
        )


@dataclass(frozen=True)
class Group:
    """The dead letters of one cause: how many, since when, and the reason of the newest."""

    cause: str
    messages: int
    oldest: datetime
    reason: str

    def to_document(self) -> JsonObject:
        """Return the group as `--json` prints it."""
        return {**vars(self), "oldest": self.oldest.isoformat(timespec="seconds")}


def grouped(letters: Iterable[DeadLetter]) -> list[Group]:
    """Return dead letters by cause, the most frequent first."""
    by_cause: dict[str, list[DeadLetter]] = defaultdict(list)
    for letter in letters:
        by_cause[letter.cause].append(letter)
    groups = [
        Group(
            cause=cause,
            messages=len(found),
            oldest=min(letter.failed_at for letter in found),
            reason=max(found, key=lambda letter: letter.failed_at).reason,
        )
        for cause, found in by_cause.items()
    ]
    return sorted(groups, key=lambda group: (-group.messages, group.cause))


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

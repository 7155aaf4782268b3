"""What becomes of a queue message that cannot be done now, or not at all."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.clock import utc_now
from lambdas.common.queue.failure import Failure
from lambdas.common.telemetry import logger

MAX_REASON_CHARACTERS = 500
UNREADABLE = "UnreadableMessage"
"""Cause of a message that is none of ours: no retry can help it."""
KILLED = "Killed"
"""Cause of an image whose attempts left no trace but their number."""

_LONGEST_PAUSE_SECONDS = 3600.0
_GROWTH = 4
_JITTER = 0.8, 1.2
_MAX_VISIBILITY_SECONDS = 43_200  # SQS's own limit

Message = Mapping[str, Any]
"""A message as Lambda's SQS event has it."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often an item is tried, and how long it waits in between.

    The pause after the first attempt is `first_pause_seconds`, each further one four times as
    long, an hour at most; all vary by a fifth, so that what failed together comes back spread.
    """

    max_attempts: int
    first_pause_seconds: float

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after the attempt of this number, from 1."""
        return self._pause(attempt) * random.uniform(*_JITTER)  # noqa: S311

    @property
    def shortest_seconds(self) -> float:
        """The shortest that all pauses take together."""
        return self._seconds * _JITTER[0]

    @property
    def longest_seconds(self) -> float:
        """The longest that all pauses take together."""
        return self._seconds * _JITTER[1]

    @property
    def _seconds(self) -> float:
        return sum(self._pause(attempt) for attempt in range(1, self.max_attempts))

    def _pause(self, attempt: int) -> float:
        growth = float(_GROWTH ** (attempt - 1))
        return min(self.first_pause_seconds * growth, _LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class Queues:
    """The queues that a function works off, by ARN: their URL and that of the dead letters."""

    urls: Mapping[str, tuple[str, str]]

    @classmethod
    def parse(cls, text: str) -> "Queues":
        """Read the JSON that the stack wrote: a list of `[ARN, URL, dead-letter queue's URL]`."""
        return cls({arn: (url, dead_letters) for arn, url, dead_letters in json.loads(text)})


class QueueMessages:
    """Puts messages off, splits them, and sends those that nothing can help to the DLQ."""

    def __init__(
        self, sqs: Any, queues: Queues, *, stage: str, now: Callable[[], str] = utc_now
    ) -> None:
        self._now = now
        self._sqs = sqs
        self._queues = queues
        self._stage = stage

    def put_off(self, message: Message, seconds: float) -> None:
        """Have a message come back after about so many seconds, if it is not deleted."""
        try:
            self._sqs.change_message_visibility(
                QueueUrl=self._urls(message)[0],
                ReceiptHandle=message["receiptHandle"],
                VisibilityTimeout=min(max(round(seconds), 0), _MAX_VISIBILITY_SECONDS),
            )
        except (BotoCoreError, ClientError) as error:
            # It then comes back at the end of its visibility timeout: later, and not lost.
            logger.warning("the message could not be put off", error=str(error)[:200])

    def split(self, message: Message, bodies: list[str]) -> None:
        """Send the parts of a message as messages of their own; the whole can then be deleted."""
        for body in bodies:
            self._sqs.send_message(QueueUrl=self._urls(message)[0], MessageBody=body)

    def bury(
        self,
        message: Message,
        failure: Failure,
        *,
        attempts: int,
        image_id: str | None = None,
        failed_at: str | None = None,
    ) -> None:
        """Send a message to the dead-letter queue with its cause; it can then be deleted.

        `failed_at` is the moment that the image's record has: one that is killed before it has
        deleted the message sends a second letter, and by this the two are seen to be one.
        """
        attributes = {
            "cause": failure.cause,
            "reason": failure.reason,
            "stage": self._stage,
            "attempts": str(attempts),
            # Not before the record failed: by this a redriven message is told from a repeat.
            "failed_at": failed_at or self._now(),
            **({} if image_id is None else {"image_id": image_id}),
        }
        self._sqs.send_message(
            QueueUrl=self._urls(message)[1],
            MessageBody=message["body"],
            MessageAttributes={
                name: {"DataType": "String", "StringValue": _allowed(value)}
                for name, value in attributes.items()
            },
        )
        logger.error(
            "message sent to the dead-letter queue",
            message_id=message["messageId"],
            cause=failure.cause,
            reason=failure.reason,
        )

    def _urls(self, message: Message) -> tuple[str, str]:
        return self._queues.urls[message["eventSourceARN"]]


def receives(message: Message) -> int:
    """Return how often SQS has handed a message out."""
    return int(message["attributes"]["ApproximateReceiveCount"])


def age_seconds(message: Message) -> float:
    """Return how long ago a message was sent."""
    return time.time() - int(message["attributes"]["SentTimestamp"]) / 1000


def failure_of(error: Exception) -> Failure:
    """Return an error as a cause to group by, and as one bounded line."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON_CHARACTERS]
    if isinstance(error, ClientError):
        return Failure(f"{error.operation_name}:{error.response['Error']['Code']}", reason)
    return Failure(type(error).__name__, reason)


def _allowed(text: str) -> str:
    """Return text as a message attribute takes it: not empty, without control characters."""
    return "".join(character if character.isprintable() else "?" for character in text) or "?"

"""A batch of queue messages: each is handled on its own, and only what failed comes back.

SQS's count of receives is only a backstop. Attempts are counted per image, or per batch, so that
waiting for a turn is none, and what has used up its attempts is sent to the dead-letter queue with
its cause.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from lambdas.common.errors import NotYetError
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import (
    KILLED,
    UNREADABLE,
    Message,
    QueueMessages,
    RetryPolicy,
    age_seconds,
    failure_of,
    receives,
)
from lambdas.common.records.attempts import Attempt
from lambdas.common.telemetry import logger

Item = TypeVar("Item")

_DAY = 86_400
UNCOUNTED_SECONDS = _DAY
"""Age at which a message becomes a dead letter whose attempts cannot even be begun, such as while
the record table is down: the dead-letter queue keeps it for 14 days more."""
RENEWED_AFTER_SECONDS = 12 * _DAY
RENEWED_AFTER_RECEIVES = 900
"""Age, and receives, at which a message that only waits for its turn is sent anew: SQS deletes it
at 14 days, and takes it for a dead letter at 1,000 receives."""


class Stage(Protocol[Item]):
    """What a worker does with one item; every method may be repeated."""

    def parse(self, body: str) -> Sequence[Item]:
        """Return the items of a message's body; any error says that it is no message of ours."""

    def write(self, item: Item) -> str:
        """Return a message body that has only this item."""

    def begin(self, item: Item, message: Message) -> Attempt | None:
        """Begin an attempt; None when nothing is left to do. Raises NotYetError to wait."""

    def work(self, item: Item, attempt: Attempt) -> None:
        """Do the work."""

    def put_off(self, item: Item, attempt: Attempt) -> None:
        """End an attempt that does not count."""

    def failed(self, item: Item, attempt: Attempt, failure: Failure) -> None:
        """End an attempt that failed and that another may follow."""

    def image_id(self, item: Item) -> str | None:
        """Return the id of the item's image, if it is about one."""

    def give_up(self, item: Item, failure: Failure) -> str | None:
        """Record that an item failed for good.

        Returns when (for an image the same each time). None when it has not failed: it has ended
        well meanwhile, was deleted, or was taken back to be analysed anew.
        """

    def buried(self, item: Item) -> None:
        """Note that the item's message is in the dead-letter queue."""


class QueueWorker(Generic[Item]):
    """Works off the messages of an SQS event.

    `item_seconds` is how long one item takes at most: a batch that has less time left puts its
    other messages back untouched.
    """

    def __init__(
        self,
        *,
        stage: Stage[Item],
        messages: QueueMessages,
        policy: RetryPolicy,
        item_seconds: float,
    ) -> None:
        self._stage = stage
        self._messages = messages
        self._policy = policy
        self._item_seconds = item_seconds

    def run(
        self, event: dict[str, Any], seconds_left: Callable[[], float]
    ) -> dict[str, list[dict[str, str]]]:
        """Handle every message; return those that come back as Lambda's partial batch response."""
        back = []
        for number, message in enumerate(event["Records"]):
            # What the last item appended to the log must not stand beside this one.
            logger.remove_keys(["image_id"])
            started = time.monotonic()
            if number and seconds_left() < self._item_seconds:
                pause: float | None = 0
            else:
                pause = self._run_message(message)
            if pause is not None:
                self._messages.put_off(message, pause)
                back.append({"itemIdentifier": message["messageId"]})
            logger.info(
                "message handled",
                message_id=message["messageId"],
                seconds=round(time.monotonic() - started, 3),
                comes_back_in=None if pause is None else round(pause, 1),
            )
        return {"batchItemFailures": back}

    def _run_message(self, message: Message) -> float | None:
        """Handle a message; return after how many seconds it is to come back, None for never."""
        try:
            return self._handled(message)
        except NotYetError as error:
            logger.info("message put off", reason=str(error), seconds=round(error.seconds, 1))
            return None if self._renewed(message) else error.seconds
        except Exception as error:  # noqa: BLE001
            # The boundary of one message: whatever went wrong in it must not cost the others of
            # the batch their success. Attempts that could not even be counted come here, so SQS's
            # own count says how long to wait, and the message's age when to give up.
            logger.exception("message failed", message_id=message["messageId"])
            return self._uncounted(message, error)

    def _renewed(self, message: Message) -> bool:
        """Send a message anew that has only waited, before SQS deletes it or takes it for dead."""
        is_old = age_seconds(message) >= RENEWED_AFTER_SECONDS
        if not is_old and receives(message) < RENEWED_AFTER_RECEIVES:
            return False
        try:
            self._messages.split(message, [message["body"]])
        except Exception:  # noqa: BLE001
            # As above; it comes back, and there are two days, or a hundred receives, left.
            logger.exception("message could not be sent anew", message_id=message["messageId"])
            return False
        return True

    def _uncounted(self, message: Message, error: Exception) -> float | None:
        # One that is old because it waited behind others has its attempts first.
        was_tried = receives(message) >= self._policy.max_attempts
        if was_tried and age_seconds(message) > UNCOUNTED_SECONDS:
            try:
                self._messages.bury(message, failure_of(error), attempts=receives(message))
            except Exception:  # noqa: BLE001
                # As above; it comes back and is tried again.
                logger.exception("message could not be sent to the dead-letter queue")
            else:
                return None
        return self._policy.pause(min(receives(message), self._policy.max_attempts))

    def _handled(self, message: Message) -> float | None:
        try:
            items = self._stage.parse(message["body"])
        except Exception as error:  # noqa: BLE001
            # Whatever the body is, it will be the same next time.
            reason = failure_of(error).reason
            self._messages.bury(message, Failure(UNREADABLE, reason), attempts=1)
            return None
        if len(items) > 1:
            self._messages.split(message, [self._stage.write(item) for item in items])
            return None
        return self._run_item(items[0], message) if items else None

    def _run_item(self, item: Item, message: Message) -> float | None:
        attempt = self._stage.begin(item, message)
        if attempt is None:
            return None
        if attempt.number > self._policy.max_attempts:
            killed = Failure(
                KILLED,
                f"the function was stopped in each of {self._policy.max_attempts} attempts, "
                "by its timeout or for want of memory; its log says which",
            )
            failure = attempt.failure or killed
            # Before giving up: if that fails, the next receive must know why.
            self._stage.failed(item, attempt, failure)
            self._give_up(item, message, failure)
            return None
        try:
            self._stage.work(item, attempt)
        except NotYetError:
            self._stage.put_off(item, attempt)
            raise
        except Exception as error:  # noqa: BLE001
            failure = failure_of(error)
            logger.exception("attempt failed", attempt=attempt.number, cause=failure.cause)
            # Also before giving up, for the same reason.
            self._stage.failed(item, attempt, failure)
            if attempt.number < self._policy.max_attempts:
                return self._policy.pause(attempt.number)
            self._give_up(item, message, failure)
        return None

    def _give_up(self, item: Item, message: Message, failure: Failure) -> None:
        failed_at = self._stage.give_up(item, failure)
        if failed_at is None:
            return
        self._messages.bury(
            message,
            failure,
            attempts=self._policy.max_attempts,
            image_id=self._stage.image_id(item),
            failed_at=failed_at,
        )
        self._stage.buried(item)

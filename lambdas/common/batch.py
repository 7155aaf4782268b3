"""A batch of queue messages: each is handled on its own, and only the failed ones come back."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from lambdas.common.errors import RetryableError
from lambdas.common.telemetry import logger

MAX_REASON_CHARACTERS = 500

Item = TypeVar("Item")


class BatchWorker(Generic[Item]):
    """Handles the messages of an SQS event one by one.

    `parse` gives the items of a message's body (an S3 event may hold several), `handle` does the
    work of one, and `give_up` is told of an item whose message has been received `max_receives`
    times: SQS moves that message to the dead-letter queue next.
    """

    def __init__(
        self,
        *,
        parse: Callable[[str], Iterable[Item]],
        handle: Callable[[Item], None],
        give_up: Callable[[Item, str], None],
        max_receives: int,
    ) -> None:
        self._parse = parse
        self._handle = handle
        self._give_up = give_up
        self._max_receives = max_receives

    def run(self, event: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Handle every message; return those that failed as Lambda's partial batch response."""
        failed = []
        for message in event["Records"]:
            started = time.monotonic()
            try:
                self._run_message(message)
            except Exception:  # noqa: BLE001
                # The boundary of one message: whatever went wrong in it must not cost the others
                # of the batch their success. SQS brings this one back, or moves it to the DLQ.
                logger.exception("message failed", message_id=message["messageId"])
                failed.append({"itemIdentifier": message["messageId"]})
            logger.info(
                "message handled",
                message_id=message["messageId"],
                seconds=round(time.monotonic() - started, 3),
            )
        return {"batchItemFailures": failed}

    def _run_message(self, message: dict[str, Any]) -> None:
        is_last = int(message["attributes"]["ApproximateReceiveCount"]) >= self._max_receives
        errors: list[Exception] = []
        for item in self._parse(message["body"]):
            # What the last item appended to the log must not stand beside this one.
            logger.remove_keys(["image_id"])
            try:
                self._handle(item)
            except Exception as error:  # noqa: BLE001
                # Collected, not swallowed: the items behind this one get their turn first.
                errors.append(error)
                if is_last:
                    errors += self._given_up(item, error)
        if errors:
            raise RetryableError(
                "items of the message failed: " + "; ".join(reason_of(error) for error in errors)
            ) from errors[0]

    def _given_up(self, item: Item, error: Exception) -> list[Exception]:
        try:
            self._give_up(item, reason_of(error))
        except Exception as second:  # noqa: BLE001
            # As above: it must not cost the items behind this one their last turn.
            return [second]
        return []


def reason_of(error: Exception) -> str:
    """Return an error as one bounded line for a record or a log."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON_CHARACTERS]

"""Which announcements go into which email."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambdas.common.message import BATCH_SCHEMA, read_announcement, schema_of
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import (
    UNREADABLE,
    Message,
    QueueMessages,
    RetryPolicy,
    age_seconds,
    failure_of,
    receives,
)
from lambdas.common.result import JsonObject
from lambdas.common.status import Status
from lambdas.common.telemetry import logger
from lambdas.send_digest.compose import Email, compose, compose_review
from lambdas.send_digest.compose_batch import compose_batch, read_batch_message

__all__ = ["DigestSender", "Email"]


@dataclass(frozen=True, kw_only=True)
class DigestSender:
    """Publishes one email for a window of images, one of those that need review, and one for
    each batch that has closed."""

    publish: Callable[[str, Email], None]
    messages: QueueMessages
    policy: RetryPolicy
    email_topic_arn: str
    review_topic_arn: str
    stage: str

    def run(self, event: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Send the emails of an SQS event; return the messages that come back.

        Messages whose email could not be published come back; those that are no announcements, or
        have come back too often, are sent to the dead-letter queue.
        """
        images: dict[str, JsonObject] = {}
        batches: dict[str, JsonObject] = {}
        senders: dict[str, list[Message]] = {}
        for message in event["Records"]:
            try:
                body = message["body"]
                if schema_of(body) == BATCH_SCHEMA:
                    announcement = read_batch_message(body)
                    batches[announcement["message_id"]] = announcement
                else:
                    announcement = read_announcement(body)
                    if announcement.get("review") or announcement["status"] == Status.DELETED:
                        continue  # a person did this, who needs no email of it
                    # A repeat of the same end has the same id: it stands in the email once.
                    images[announcement["message_id"]] = announcement
                senders.setdefault(announcement["message_id"], []).append(message)
            except Exception as error:  # noqa: BLE001
                # Whatever the body is, it will be the same next time, and the others wait.
                failure = Failure(UNREADABLE, failure_of(error).reason)
                self.messages.bury(message, failure, attempts=1)
        unsent = self._send(list(images.values()), list(batches.values()))
        back = [
            message["messageId"]
            for message_id, failure in unsent.items()
            for message in senders[message_id]
            if self._comes_back(message, failure)
        ]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in back]}

    def _send(self, images: list[JsonObject], batches: list[JsonObject]) -> dict[str, Failure]:
        """Publish the emails; return the announcements that are in none, and why."""
        to_review = [image for image in images if image["needs_review"]]
        unsent: dict[str, Failure] = {}
        if images:
            self._publish(self.email_topic_arn, compose, images, unsent)
        if to_review:
            self._publish(self.review_topic_arn, compose_review, to_review, unsent)
        for batch in batches:
            self._publish(self.email_topic_arn, _compose_one, [batch], unsent)
        logger.info(
            "digest sent", images=len(images), to_review=len(to_review), batches=len(batches)
        )
        return unsent

    def _publish(
        self,
        topic_arn: str,
        write: Callable[[list[JsonObject], str], Email],
        subjects: list[JsonObject],
        unsent: dict[str, Failure],
    ) -> None:
        try:
            self.publish(topic_arn, write(subjects, self.stage))
        except Exception as error:  # noqa: BLE001
            # The boundary of one email: the others of this window are still to be sent.
            logger.exception("email could not be published", topic=topic_arn)
            unsent |= {subject["message_id"]: failure_of(error) for subject in subjects}

    def _comes_back(self, message: Message, failure: Failure) -> bool:
        pause = self.policy.pause(min(receives(message), self.policy.max_attempts))
        # A receive that Lambda had no room for is no attempt, but SQS counts it: what has had all
        # its attempts has had the pauses between them, too.
        was_tried = receives(message) >= self.policy.max_attempts
        if was_tried and age_seconds(message) >= self.policy.shortest_seconds:
            try:
                self.messages.bury(message, failure, attempts=receives(message))
            except Exception:  # noqa: BLE001
                # The others of this window have been sent, and must not be sent again for it.
                logger.exception("message could not be sent to the dead-letter queue")
            else:
                return False
        self.messages.put_off(message, pause)
        return True


def _compose_one(batches: list[JsonObject], stage: str) -> Email:
    (batch,) = batches
    return compose_batch(batch, stage)

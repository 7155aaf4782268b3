"""Which announcements go into which email."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambdas.common.message import read_announcement
from lambdas.common.result import JsonObject
from lambdas.common.telemetry import logger
from lambdas.send_digest.compose import Email, compose, compose_review

__all__ = ["DigestSender", "Email"]


@dataclass(frozen=True, kw_only=True)
class DigestSender:
    """Publishes one email for a window of announcements, and one of those that need review."""

    publish: Callable[[str, Email], None]
    email_topic_arn: str
    review_topic_arn: str
    stage: str

    def run(self, event: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
        """Send the emails of an SQS event; return the messages that are no announcements.

        If publishing fails the whole window comes back and is sent again later.
        """
        failed = []
        images: dict[str, JsonObject] = {}
        for message in event["Records"]:
            try:
                announcement = read_announcement(message["body"])
                # A repeat of the same end has the same id: it stands in the email once.
                images[announcement["message_id"]] = announcement
            except ValueError:
                logger.exception("message is no announcement", message_id=message["messageId"])
                failed.append({"itemIdentifier": message["messageId"]})
        if images:
            self._send(list(images.values()))
        return {"batchItemFailures": failed}

    def _send(self, images: list[JsonObject]) -> None:
        to_review = [image for image in images if image["needs_review"]]
        self.publish(self.email_topic_arn, compose(images, self.stage))
        if to_review:
            self.publish(self.review_topic_arn, compose_review(to_review, self.stage))
        logger.info("digest sent", images=len(images), to_review=len(to_review))

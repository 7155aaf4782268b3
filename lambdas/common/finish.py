"""The end of an image: result, record, announcement, in an order that survives a crash anywhere."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from lambdas.common.errors import RetryableError
from lambdas.common.message import announcement, message_attributes
from lambdas.common.objects import ObjectStore
from lambdas.common.queue.failure import Failure
from lambdas.common.records.table import Progress, RecordTable
from lambdas.common.records.terms import terms_of
from lambdas.common.result import JsonObject, Result
from lambdas.common.review.corrections import apply, as_detected
from lambdas.common.review.decisions import Decision
from lambdas.common.rules import ReviewRule
from lambdas.common.status import ENDED, Status
from lambdas.common.telemetry import logger


class Announcer(Protocol):
    """Where announcements go: the results topic, or a list in a test."""

    def __call__(self, message: JsonObject) -> None:
        """Publish one message."""


class ResultsTopic:
    """Publishes announcements to the results topic."""

    def __init__(self, sns: Any, topic_arn: str) -> None:
        self._sns = sns
        self._topic_arn = topic_arn

    def __call__(self, message: JsonObject) -> None:
        """Publish one message with the attributes that subscriptions filter on."""
        self._sns.publish(
            TopicArn=self._topic_arn,
            Message=json.dumps(message, ensure_ascii=False, separators=(",", ":")),
            MessageAttributes=message_attributes(message),
        )


class Finisher:
    """Brings images to their terminal states."""

    def __init__(
        self,
        *,
        objects: ObjectStore,
        records: RecordTable,
        announce: Announcer,
        review: ReviewRule,
        now: Callable[[], str],
    ) -> None:
        self._objects = objects
        self._records = records
        self._announce = announce
        self._review = review
        self._now = now

    def complete(
        self, result: Result, decision: Decision | None = None, *, copies_at: str | None = None
    ) -> None:
        """End an image that was analysed: `done`, or `in_review` where the rule wants a person.

        Where a person has decided on it before, as that decision has it. `copies_at` is for the
        record: see `RecordTable.advance`.
        """
        found = as_detected(result)
        reasons = self._review.reasons(
            found.labels, text_expected=found.text_expected, text_found=bool(found.lines)
        )
        ended = apply(found.changed(review_reasons=reasons), decision)
        # Found by them before, if the decision had not been carried out yet.
        self._remove_terms(found, ended)
        self._end(ended, copies_at)

    def reject(self, result: Result, reason: str) -> None:
        """End an image that cannot be analysed, with a reason that a person understands."""
        self._end(as_detected(result).changed(status=Status.REJECTED, reason=reason, cause=None))

    def carry_out(self, ended: Result) -> None:
        """Bring an image to the end that its result has already."""
        self._end(ended)

    def fail(self, result: Result, failure: Failure) -> str | None:
        """Record that the pipeline gave up on an image; its message goes to the DLQ.

        Returns when it failed, as its record says. None when it has not failed: it has ended well
        meanwhile, was deleted, or was taken back to be analysed anew.
        """
        found = as_detected(result)
        # A decision does not stand on what has failed.
        self._remove_terms(result, found)
        self._end(found.changed(status=Status.FAILED, reason=failure.reason, cause=failure.cause))
        # Another delivery may have given up meanwhile: one failure has one moment.
        progress = self._records.progress(result.image_id)
        return None if progress is None else progress.failed_at

    def repeat(self, image_id: str, progress: Progress) -> None:
        """Handle the repeat of an image that has ended: announce it if a crash prevented that."""
        if progress.announced:
            logger.info("image has ended already; nothing to do", status=progress.status)
            return
        result = self._objects.read_result(image_id)
        if result is None or result.status is not progress.status:
            logger.error(
                "the result does not say what the record says; the end is not announced",
                record=progress.status,
                result=None if result is None else result.status,
            )
            return
        self._publish(result)

    def _end(self, result: Result, copies_at: str | None = None) -> None:
        # The result is written before the record says that it is there, and the record ends
        # before the announcement invites readers to it. A crash in between is repeated by the
        # queue: each step is the same the second time.
        result = self._written(result.changed(finished_at=self._now()))
        self._records.write_terms(result)
        at = result.finished_at or ""
        if not self._records.advance(result, at=at, copies_at=copies_at):
            # By another delivery, or by this very write: when its answer is lost, the SDK makes
            # it again, and the second attempt is refused. Then the announcement is still due.
            logger.warning("image has ended already", status=result.status)
            progress = self._records.progress(result.image_id)
            if progress is not None:
                self.repeat(result.image_id, progress)
            return
        self._publish(result)

    def _remove_terms(self, before: Result, after: Result) -> None:
        """Have an image no longer found by what it does not end with.

        Before it ends: should another delivery have ended it, all terms of that end are written.
        """
        self._records.remove_terms(before.image_id, terms_of(before).keys() - terms_of(after))

    def _written(self, result: Result) -> Result:
        """Write a result, and return the one that stands: another delivery's, if it ended first."""
        if self._objects.write_result(result):
            return result
        stored = self._objects.read_result(result.image_id)
        if stored is not None and stored.status in ENDED:
            # Also this very one, when the answer to its write was lost and the SDK repeated it.
            return stored.changed(etag=None)
        if stored is not None and stored.status is Status.FAILED and result.status in ENDED:
            # Given up by one delivery, analysed by the other: the better end stands.
            if self._objects.write_result(result.changed(etag=stored.etag)):
                return result
        elif stored is not None and stored.status is result.status is Status.FAILED:
            return stored
        raise RetryableError(
            f"another delivery of image {result.image_id} is at work; this one comes back"
        )

    def _publish(self, result: Result) -> None:
        reference = self._objects.result_reference(result.image_id)
        self._announce(announcement(result, reference))
        self._records.mark_announced(result.image_id, result.status, at=self._now())
        logger.info("image ended", status=result.status, reason=result.reason)

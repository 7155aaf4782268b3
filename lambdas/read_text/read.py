"""What happens to one image in the second stage."""

from dataclasses import dataclass
from uuid import uuid4

from lambdas.common.batches.progress import BatchProgress
from lambdas.common.errors import RejectedImageError, RetryableError
from lambdas.common.finish import Finisher
from lambdas.common.message import TextRequest
from lambdas.common.objects import ObjectStore
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import Message
from lambdas.common.recognition.recognition import TEXT, Recognition, Subject, payer
from lambdas.common.records.attempts import Attempt, Attempts
from lambdas.common.records.sent_again import sent_again
from lambdas.common.records.table import RecordTable
from lambdas.common.result import Result
from lambdas.common.review.corrections import as_detected
from lambdas.common.status import ENDED, Status
from lambdas.common.telemetry import logger


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the text of labelled images and ends them; safe to repeat at any point."""

    objects: ObjectStore
    records: RecordTable
    attempts: Attempts
    recognition: Recognition
    finisher: Finisher
    batches: BatchProgress
    min_confidence: float

    def parse(self, body: str) -> list[TextRequest]:
        """Return the request that a message is."""
        return [TextRequest.from_json(body)]

    def write(self, item: TextRequest) -> str:
        """Return the message of a request."""
        return item.to_json()

    def begin(self, item: TextRequest, message: Message) -> Attempt | None:
        """Begin an attempt, unless the image has ended."""
        logger.append_keys(image_id=item.image_id)
        begun = self.attempts.begin(
            _new(item),
            stage=Status.LABELLED,
            owner=uuid4().hex,
            sent_again=sent_again(message),
        )
        if isinstance(begun, Attempt):
            return begun
        self.finisher.repeat(item.image_id, begun)
        self._ended(item)
        return None

    def work(self, item: TextRequest, attempt: Attempt) -> None:
        """Bring one labelled image to its terminal state."""
        labelled = as_detected(self._labelled(item))
        if TEXT in labelled.models:  # a retry: the text has been paid for and is kept
            self._complete(labelled, item, attempt)
            return
        try:
            text = self.recognition.detect_text(
                Subject(item.image, payer(labelled), labelled.content),
                min_confidence=self.min_confidence,
            )
        except RejectedImageError as error:
            self.finisher.reject(labelled, str(error))
            self._ended(item)
            return
        self._complete(
            labelled.changed(
                text=text.detections,
                models={**labelled.models, TEXT: text.model},
                paid=(*labelled.paid, TEXT) if text.paid else labelled.paid,
            ),
            item,
            attempt,
        )

    def put_off(self, item: TextRequest, attempt: Attempt) -> None:
        """End an attempt that does not count."""
        self.attempts.put_off(item.image_id, attempt)

    def failed(self, item: TextRequest, attempt: Attempt, failure: Failure) -> None:
        """End an attempt that failed."""
        self.attempts.failed(item.image_id, attempt, failure)

    def image_id(self, item: TextRequest) -> str:
        """Return the id of the image."""
        return item.image_id

    def give_up(self, item: TextRequest, failure: Failure) -> str | None:
        """Record that an image failed for good; return when, None when it has not: see `Stage`."""
        progress = self.records.progress(item.image_id)
        if progress is not None and progress.status.is_terminal:
            # Given up before, it may be, and the announcement failed.
            self.finisher.repeat(item.image_id, progress)
            self._ended(item)
            return progress.failed_at
        result = self.objects.read_result(item.image_id) or _new(item)
        if result.status in ENDED:
            # It had ended, but for the record: that is not given up.
            self.finisher.carry_out(result)
            self._ended(item)
            return None
        failed_at = self.finisher.fail(result, failure)
        self._ended(item)
        return failed_at

    def buried(self, item: TextRequest) -> None:
        """Note that the message is in the dead-letter queue."""
        self.attempts.buried(item.image_id)

    def _complete(self, result: Result, item: TextRequest, attempt: Attempt) -> None:
        self.finisher.complete(result, attempt.review)
        self._ended(item)

    def _ended(self, item: TextRequest) -> None:
        if item.batch is not None:
            self.batches.ended(item.batch)

    def _labelled(self, item: TextRequest) -> Result:
        result = self.objects.read_result(item.image_id)
        if result is None:
            raise RetryableError(
                f"the labels of image {item.image_id} are not in the processed bucket; "
                "upload the image again"
            )
        return result


def _new(item: TextRequest) -> Result:
    return Result(
        image_id=item.image_id,
        source=item.source,
        status=Status.RECEIVED,
        received_at=item.received_at,
    )

"""What happens to one image in the second stage."""

from dataclasses import dataclass

from lambdas.common.errors import RejectedImageError, RetryableError
from lambdas.common.finish import Finisher
from lambdas.common.message import TextRequest
from lambdas.common.objects import ObjectStore
from lambdas.common.recognition import Recognition
from lambdas.common.records import RecordTable
from lambdas.common.result import Result
from lambdas.common.status import Status
from lambdas.common.telemetry import logger


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the text of labelled images and ends them; safe to repeat at any point."""

    objects: ObjectStore
    records: RecordTable
    recognition: Recognition
    finisher: Finisher
    min_confidence: float

    def read(self, request: TextRequest) -> None:
        """Bring one labelled image to its terminal state."""
        logger.append_keys(image_id=request.image_id)
        progress = self.records.progress(request.image_id)
        if progress is not None and progress.status.is_terminal:
            if progress.status is not Status.FAILED:
                self.finisher.repeat(request.image_id, progress)
                return
            logger.info("image failed before and is tried again")
        labelled = self._labelled(request)
        if "text" in labelled.models:  # a retry: the text has been paid for and is kept
            self.finisher.complete(labelled)
            return
        try:
            text = self.recognition.detect_text(request.image, min_confidence=self.min_confidence)
        except RejectedImageError as error:
            self.finisher.reject(labelled, str(error))
            return
        self.finisher.complete(
            labelled.changed(text=text.detections, models={**labelled.models, "text": text.model})
        )

    def give_up(self, request: TextRequest, reason: str) -> None:
        """Record that an image failed for good, unless it has ended meanwhile."""
        progress = self.records.progress(request.image_id)
        if progress is None or not progress.status.is_terminal:
            result = self.objects.read_result(request.image_id) or Result(
                image_id=request.image_id,
                source=request.source,
                status=Status.FAILED,
                received_at=request.received_at,
            )
            self.finisher.fail(result, reason)

    def _labelled(self, request: TextRequest) -> Result:
        result = self.objects.read_result(request.image_id)
        if result is None:
            raise RetryableError(
                f"the labels of image {request.image_id} are not in the processed bucket; "
                "upload the image again"
            )
        return result

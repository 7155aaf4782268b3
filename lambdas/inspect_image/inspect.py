"""What happens to one image in the first stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambdas.common.errors import RejectedImageError
from lambdas.common.finish import Finisher
from lambdas.common.image import ObjectReference, image_id, processed_key, rekognition_key
from lambdas.common.message import TextRequest
from lambdas.common.objects import ObjectStore
from lambdas.common.recognition import Recognition
from lambdas.common.records import RecordTable
from lambdas.common.result import Result
from lambdas.common.rules import TextRule
from lambdas.common.status import Status
from lambdas.common.telemetry import logger
from lambdas.imaging.image_file import CheckedImage, decode, open_image
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat, encode
from lambdas.imaging.recipe import Recipe
from lambdas.imaging.rekognition_image import convert, converted_size, is_accepted
from lambdas.inspect_image.s3_events import Arrival


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """Inspects images: preprocessed copy, labels, and on to the text stage if the rule says so.

    Safe to repeat at any point: the record decides what is still to be done, and labels that
    have been paid for are read back from the result instead of being detected again.
    """

    objects: ObjectStore
    records: RecordTable
    recognition: Recognition
    finisher: Finisher
    request_text: Callable[[TextRequest], None]
    text_rule: TextRule
    recipe: Recipe
    processed_format: ProcessedFormat
    limits: Limits
    max_bytes: int
    features: Sequence[str]
    max_labels: int
    min_confidence: float
    now: Callable[[], str]

    def inspect(self, arrival: Arrival) -> None:
        """Bring one image to a terminal state, or to `labelled` with a request to read it."""
        result = _new(arrival)
        logger.append_keys(image_id=result.image_id)
        progress = self.records.start(result)
        if progress is not None and progress.status.is_terminal:
            if progress.status is not Status.FAILED:
                self.finisher.repeat(result.image_id, progress)
                return
            logger.info("image failed before and is tried again")
        # Only a repeat can have a result already; a first delivery is spared the request.
        known = self.objects.read_result(result.image_id) if progress else None
        if known is not None and known.models:
            self._hand_on(known)
            return
        try:
            labelled = self._label(result.changed(etag=known.etag if known else None))
        except RejectedImageError as error:
            self.finisher.reject(result, str(error))
            return
        if self.text_rule.matches(labelled.labels):
            # Before anything else can fail: a retry finds the labels here and does not pay again.
            # Where another delivery was faster its result stands, which is at least as far.
            self.objects.write_result(labelled)
        self._hand_on(labelled)

    def give_up(self, arrival: Arrival, reason: str) -> None:
        """Record that an image failed for good, unless it has ended meanwhile."""
        result = _new(arrival)
        # Also makes the record, if no receive has come so far.
        progress = self.records.start(result)
        if progress is None or not progress.status.is_terminal:
            # Labels that were paid for stay in the result, for the redrive.
            self.finisher.fail(self.objects.read_result(result.image_id) or result, reason)

    def _label(self, result: Result) -> Result:
        data = self.objects.read(result.source, max_bytes=self.max_bytes)
        file = open_image(data, self.limits)
        processed, image = self._copies(result, file)
        found = self.recognition.detect_labels(
            image,
            features=self.features,
            max_labels=self.max_labels,
            min_confidence=self.min_confidence,
        )
        return result.changed(
            status=Status.LABELLED,
            facts=file.facts,
            labels=found.labels,
            properties=found.properties,
            models={"labels": found.model},
            processed=processed,
            rekognition_image=image,
            text_expected=self.text_rule.expects_text and self.text_rule.matches(found.labels),
        )

    def _copies(
        self, result: Result, file: CheckedImage
    ) -> tuple[ObjectReference, ObjectReference]:
        """Write the preprocessed copy, and one for Rekognition if it needs one; return both."""
        accepted = is_accepted(file)
        upright_size = file.facts.width, file.facts.height
        needed = self.recipe.needed_size(upright_size)
        size = upright_size
        if not accepted:
            size = converted_size(file)
            needed = max(needed[0], size[0]), max(needed[1], size[1])
        pixels = decode(file, greyscale=accepted and self.recipe.starts_grey, min_size=needed)
        suffix, content_type, body = encode(self.recipe.apply(pixels), self.processed_format)
        processed = self.objects.write_processed(
            processed_key(result.image_id, suffix), body, content_type
        )
        if accepted:
            return processed, result.source
        image = self.objects.write_processed(
            rekognition_key(result.image_id), convert(pixels, size), "image/jpeg"
        )
        return processed, image

    def _hand_on(self, labelled: Result) -> None:
        if not self.text_rule.matches(labelled.labels):
            self.finisher.complete(labelled)
            return
        image = labelled.rekognition_image
        if image is None:
            raise ValueError(f"result of {labelled.image_id} is labelled but names no image")
        self.records.advance(
            labelled.changed(status=Status.LABELLED, reason=None, finished_at=None), at=self.now()
        )
        # Also on a repeat: the request may be what was lost. Reading twice is prevented there.
        self.request_text(
            TextRequest(labelled.image_id, image, labelled.source, labelled.received_at)
        )
        logger.info("image labelled and sent to be read", labels=len(labelled.labels))


def _new(arrival: Arrival) -> Result:
    return Result(
        image_id=image_id(arrival.source),
        source=arrival.source,
        status=Status.RECEIVED,
        received_at=arrival.arrived_at,
    )

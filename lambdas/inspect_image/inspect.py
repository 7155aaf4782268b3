"""What happens to one image in the first stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from lambdas.common.arrival import Arrival
from lambdas.common.batches.batch import State
from lambdas.common.batches.progress import BatchProgress
from lambdas.common.errors import RejectedImageError, RetryableError
from lambdas.common.finish import Finisher
from lambdas.common.image import image_id, upload_in
from lambdas.common.message import TextRequest
from lambdas.common.objects import ObjectStore
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import Message
from lambdas.common.recognition.recognition import LABELS, Recognition, Subject, payer
from lambdas.common.records.attempts import Attempt, Attempts
from lambdas.common.records.sent_again import sent_again
from lambdas.common.records.table import RecordTable
from lambdas.common.records.terms import terms_of
from lambdas.common.result import Result
from lambdas.common.review.corrections import as_detected
from lambdas.common.rules import TextRule
from lambdas.common.status import ENDED, Status
from lambdas.common.tasks import Tasks
from lambdas.common.telemetry import logger
from lambdas.common.unwanted import UnwantedFiles
from lambdas.imaging.copies import make_copies
from lambdas.imaging.image_file import CheckedImage, open_image
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from lambdas.inspect_image.arrivals import parse_arrivals
from lambdas.inspect_image.written_copies import WrittenCopies, write_copies


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """Inspects images: preprocessed copy, labels, and on to the text stage if the rule says so.

    Safe to repeat at any point: the record decides what is still to be done, and labels that
    have been paid for are read back instead of being detected again.
    """

    objects: ObjectStore
    records: RecordTable
    attempts: Attempts
    recognition: Recognition
    finisher: Finisher
    batches: BatchProgress
    tasks: Tasks
    unwanted: UnwantedFiles
    request_text: Callable[[TextRequest], None]
    input_bucket: str
    text_rule: TextRule
    recipe: Recipe
    processed_format: ProcessedFormat
    thumbnail_pixels: int
    limits: Limits
    max_bytes: int
    features: Sequence[str]
    max_labels: int
    min_confidence: float
    reuse_answers: bool
    now: Callable[[], str]

    def parse(self, body: str) -> list[Arrival]:
        """Return the objects that a message announces."""
        return parse_arrivals(body)

    def write(self, item: Arrival) -> str:
        """Return a message of its own for one of them."""
        return item.to_json()

    def begin(self, item: Arrival, message: Message) -> Attempt | None:
        """Begin an attempt, unless the image has ended or its batch is over."""
        result = self._new(item)
        logger.append_keys(image_id=result.image_id)
        state = None if item.batch is None else self.batches.state(item.batch.batch_id)
        is_over = state in (State.CLOSED, State.CANCELLED)
        if is_over and self._is_left_alone(item, result.image_id, state):
            return None
        # A batch that is over sends nothing: only a redrive has a failed image tried again then.
        fed_at = None if item.batch is None or is_over else item.arrived_at
        begun = self.attempts.begin(
            result,
            stage=Status.RECEIVED,
            owner=uuid4().hex,
            run=_run(item),
            sent_again=sent_again(message, fed_at),
        )
        if isinstance(begun, Attempt):
            return begun
        self.finisher.repeat(result.image_id, begun)
        self._ended(item)
        return None

    def work(self, item: Arrival, attempt: Attempt) -> None:
        """Bring one image to a terminal state, or to `labelled` with a request to read it."""
        result = self._new(item).changed(received_at=attempt.received_at)
        # Only a repeat can have a result already; a first delivery is spared the request.
        known = None if attempt.is_first else self.objects.read_result(result.image_id)
        if known is not None and known.models and _is_of_this_run(known, item, attempt):
            # Where the record does not say it, this result was written and the record was not: by
            # the attempt before, or hours at most before the image was given up.
            copies_at = attempt.copies_at or known.finished_at or self.now()
            self._hand_on(as_detected(known), item, attempt, copies_at)
            return
        try:
            if self._is_unwanted(result, attempt):
                self._ended(item)
                return
            etag = known.etag if known else None
            labelled = self._label(result.changed(etag=etag, run=_run(item)))
        except RejectedImageError as error:
            # An earlier analysis that has ended stands; what was only begun is replaced.
            if known is not None and known.status not in ENDED:
                result = result.changed(etag=known.etag)
                self._remove_terms(known, result)
            self.finisher.reject(result, str(error))
            self._ended(item)
            return
        if known is not None:
            self._remove_terms(known, labelled)
        # Before anything else can fail: the second stage, and a retry, find the labels here.
        if self.text_rule.matches(labelled.labels) and not self.objects.write_result(labelled):
            raise RetryableError(
                "the result was written meanwhile, by another delivery or by a request whose "
                "answer was lost; the next attempt goes on from it"
            )
        self._hand_on(labelled, item, attempt, self.now())

    def put_off(self, item: Arrival, attempt: Attempt) -> None:
        """End an attempt that does not count."""
        self.attempts.put_off(image_id(item.source), attempt)

    def failed(self, item: Arrival, attempt: Attempt, failure: Failure) -> None:
        """End an attempt that failed."""
        self.attempts.failed(image_id(item.source), attempt, failure)

    def image_id(self, item: Arrival) -> str:
        """Return the id of the image."""
        return image_id(item.source)

    def give_up(self, item: Arrival, failure: Failure) -> str | None:
        """Record that an image failed for good; return when, None when it has not: see `Stage`."""
        result = self._new(item)
        progress = self.records.progress(result.image_id)
        if progress is not None and progress.status.is_terminal:
            # Given up before, it may be, and the announcement failed.
            self.finisher.repeat(result.image_id, progress)
            self._ended(item)
            return progress.failed_at
        known = self.objects.read_result(result.image_id)
        if known is not None and known.status in ENDED and known.run == _run(item):
            # It had ended, but for the record: that is not given up.
            self.finisher.carry_out(known)
            self._ended(item)
            return None
        # Labels that were paid for stay in the result, for the redrive.
        failed_at = self.finisher.fail(known or result, failure)
        self._ended(item)
        return failed_at

    def buried(self, item: Arrival) -> None:
        """Note that the message is in the dead-letter queue."""
        self.attempts.buried(image_id(item.source))

    def _is_unwanted(self, result: Result, attempt: Attempt) -> bool:
        """Return whether a file is to go: its upload's form has been used, or was deleted."""
        if result.upload is None:
            return False
        expires_at = self.attempts.expiry(result.received_at)
        refusal = self.tasks.take(
            result.upload, result.image_id, arrived_at=result.received_at, expires_at=expires_at
        )
        if refusal is None:
            return False
        is_left = refusal.by_form and self.unwanted.leave(result.image_id, owner=attempt.owner)
        if not is_left:
            raise RejectedImageError(refusal.reason)
        logger.info("the file is left to be deleted", reason=refusal.reason)
        return True

    def _label(self, result: Result) -> Result:
        data = self.objects.read(result.source, max_bytes=self.max_bytes)
        file = open_image(data, self.limits)
        written = self._write_copies(result, file)
        found = self.recognition.detect_labels(
            Subject(written.image, payer(result), written.content),
            features=self.features,
            max_labels=self.max_labels,
            min_confidence=self.min_confidence,
        )
        return result.changed(
            status=Status.LABELLED,
            facts=file.facts,
            labels=found.labels,
            properties=found.properties,
            models={LABELS: found.model},
            content=written.content,
            paid=(LABELS,) if found.paid else (),
            processed=written.processed,
            rekognition_image=written.image,
            thumbnail=written.thumbnail,
            text_expected=self.text_rule.expects_text and self.text_rule.matches(found.labels),
        )

    def _write_copies(self, result: Result, file: CheckedImage) -> WrittenCopies:
        """Write what is made of an image, and a copy for Rekognition if it needs one."""
        copies = make_copies(
            file,
            self.recipe,
            self.processed_format,
            digest=self.reuse_answers,
            max_pixels=self.limits.max_pixels,
            thumbnail_pixels=self.thumbnail_pixels,
        )
        # Rekognition reads with this function's permissions and in this region only, and an object
        # without versions could change before it does.
        is_ours = result.source.bucket == self.input_bucket
        return write_copies(self.objects, file, copies, result, is_readable=is_ours)

    def _hand_on(self, labelled: Result, item: Arrival, attempt: Attempt, copies_at: str) -> None:
        if not self.text_rule.matches(labelled.labels):
            self.finisher.complete(labelled, attempt.review, copies_at=copies_at)
            self._ended(item)
            return
        image = labelled.rekognition_image
        if image is None:
            raise ValueError(f"result of {labelled.image_id} is labelled but names no image")
        is_new = self.records.advance(
            labelled.changed(status=Status.LABELLED, reason=None, cause=None, finished_at=None),
            at=self.now(),
            copies_at=copies_at,
        )
        # Also on a repeat: the request may be what was lost. Reading twice is prevented there.
        self.request_text(
            TextRequest(labelled.image_id, image, labelled.source, labelled.received_at, item.batch)
        )
        if not is_new:
            # It was labelled before, and what this took is not to be counted against the reading.
            self.attempts.handed_on(labelled.image_id, attempt)
        logger.info("image labelled and sent to be read", labels=len(labelled.labels))

    def _is_left_alone(self, item: Arrival, image_id: str, state: State | None) -> bool:
        """Return whether nothing is left to be done for an image whose batch is over.

        What the batch has begun is brought to its end, and what failed in it may be redriven. But
        nothing begins: a late repeat must not have an image analysed anew once more.
        """
        progress = self.records.progress(image_id)
        run = _run(item)
        if progress is None:
            # Never begun; or, where all images had ended, a record that is there no longer.
            is_left = state is State.CANCELLED
        elif progress.status is Status.FAILED:
            is_left = run not in (None, progress.run)
        elif progress.status.is_terminal:
            is_left = True
            self.finisher.repeat(image_id, progress)
            if run in (None, progress.run):
                self._ended(item)
        else:
            is_left = run is not None and progress.run not in (None, run)
        if is_left:
            logger.info("the image's batch is over; nothing begins", run=run)
        return is_left

    def _remove_terms(self, before: Result, after: Result) -> None:
        """Have an image no longer found by what an earlier analysis found, and this one did not."""
        self.records.remove_terms(before.image_id, terms_of(before).keys() - terms_of(after))

    def _new(self, item: Arrival) -> Result:
        source = item.source
        return Result(
            image_id=image_id(source),
            source=source,
            status=Status.RECEIVED,
            received_at=item.arrived_at,
            # In other buckets anybody may give an object such a key.
            upload=upload_in(source.key) if source.bucket == self.input_bucket else None,
        )

    def _ended(self, item: Arrival) -> None:
        if item.batch is not None:
            self.batches.ended(item.batch)


def _run(item: Arrival) -> str | None:
    """Return the batch that an image is to be analysed anew for; None for its first analysis."""
    return item.batch.batch_id if item.again and item.batch is not None else None


def _is_of_this_run(known: Result, item: Arrival, attempt: Attempt) -> bool:
    """Return whether a result is what this analysis has come to, and not an earlier one's."""
    return not attempt.anew or known.run == _run(item)

"""Amazon Rekognition: labels and text of an image in S3, as this project's values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.common.errors import NotYetError, RejectedImageError, RetryableError
from lambdas.common.image import ObjectReference
from lambdas.common.objects import DELETED
from lambdas.common.recognition.answers import Answer, Answers, PaidCall
from lambdas.common.recognition.calls import RekognitionCalls
from lambdas.common.result import Box, Instance, JsonObject, Label, Result, TextDetection
from lambdas.common.telemetry import logger

MAX_BYTES = 15 * 1024 * 1024
"""Largest image that Rekognition reads from S3, bytes (its Guidelines and quotas)."""
MIN_SIDE, MAX_SIDE = 80, 10_000
"""Sides of an image that Rekognition labels, pixels (its Guidelines and quotas)."""

LABELS, TEXT = "labels", "text"
"""The paid calls, as records and answers name them."""

_WAITS = (0.25, 0.5, 1.0, 2.0)
"""Seconds between looks while another container analyses the same picture: that takes about one."""
_BUSY_SECONDS = 5.0
"""How long the message then waits at most: a call that takes longer has failed."""

# These say that the image is wrong, so the same call can only fail again. A missing object
# (InvalidS3ObjectException) is not among them: it may as well be a permission of ours, so S3 is
# asked whether the object is there.
_PERMANENT = frozenset(
    {
        "ImageTooLargeException",
        "InvalidImageFormatException",
        "InvalidParameterException",
    }
)


@dataclass(frozen=True)
class Labels:
    """What DetectLabels found; `properties` only when they were asked for.

    `paid` is False when the answer was kept from an earlier call.
    """

    labels: tuple[Label, ...]
    properties: JsonObject | None
    model: str
    paid: bool = True


@dataclass(frozen=True)
class Text:
    """What DetectText found: lines, and the words within them; `paid` as for labels."""

    detections: tuple[TextDetection, ...]
    model: str
    paid: bool = True


@dataclass(frozen=True)
class Subject:
    """What is to be recognised: an image in S3, who pays for it, and the digest of its pixels.

    What was paid for the same content before is not paid again; without `content` all is.
    """

    image: ObjectReference
    payer: str
    content: str | None


def payer(result: Result) -> str:
    """Return who pays for an image's calls: its first analysis, or the run that analyses it again.

    So that what a run paid for is told from what it found paid.
    """
    return result.image_id if result.run is None else f"{result.image_id}#{result.run}"


class Recognition:
    """The two calls that cost money, on images that lie in S3.

    `exists` tells whether an object is (still) there, `sleep` is `time`'s.
    """

    def __init__(
        self,
        calls: RekognitionCalls,
        answers: Answers,
        exists: Callable[[ObjectReference], bool],
        sleep: Callable[[float], None],
    ) -> None:
        self._calls = calls
        self._answers = answers
        self._exists = exists
        self._sleep = sleep

    def detect_labels(
        self,
        subject: Subject,
        *,
        features: Sequence[str],
        max_labels: int,
        min_confidence: float,
    ) -> Labels:
        """Return an image's labels of at least `min_confidence` (0 to 100), best first.

        Raises RejectedImageError when Rekognition says that the image is at fault.
        """
        parameters = {
            "Features": list(features),
            "MaxLabels": max_labels,
            "MinConfidence": min_confidence,
        }
        answer = self._find(_LABELS_API, subject, parameters)
        return replace(_labels(answer.document), paid=answer.payer == subject.payer)

    def detect_text(self, subject: Subject, *, min_confidence: float) -> Text:
        """Return an image's lines and words of at least `min_confidence` (0 to 100).

        Raises RejectedImageError when Rekognition says that the image is at fault.
        """
        parameters = {"Filters": {"WordFilter": {"MinConfidence": min_confidence}}}
        answer = self._find(_TEXT_API, subject, parameters)
        return replace(_text(answer.document), paid=answer.payer == subject.payer)

    def _find(self, api: "_Api", subject: Subject, parameters: JsonObject) -> Answer:
        """Return an API's answer, kept or paid for now."""
        image = subject.image
        call = PaidCall(api.name, subject.content or "", parameters, subject.payer)
        if subject.content is None:
            return self._call(api, image, call)
        kept = self._find_or_claim(call)
        if kept is not None:
            logger.info("answer reused: this picture has been paid for", call=call.name)
            return kept
        try:
            answer = self._call(api, image, call)
        except Exception:
            self._release(call)
            raise
        try:
            self._answers.keep(call, answer)
        except (BotoCoreError, ClientError):
            # It has been paid for, so it is used, and this image's result keeps it.
            logger.exception("the answer could not be kept for other images", call=call.name)
            self._release(call)
        return answer

    def _release(self, call: PaidCall) -> None:
        try:
            self._answers.release(call)
        except (BotoCoreError, ClientError):
            # The lease of the claim ends by itself; what happened to the call counts for more.
            logger.exception("the claim could not be released", call=call.name)

    def _find_or_claim(self, call: PaidCall) -> Answer | None:
        for wait in _WAITS:
            try:
                return self._answers.find_or_claim(call)
            except NotYetError:
                self._sleep(wait)
        try:
            return self._answers.find_or_claim(call)
        except NotYetError as error:
            raise NotYetError(str(error), seconds=min(error.seconds, _BUSY_SECONDS)) from error

    def _call(self, api: "_Api", image: ObjectReference, call: PaidCall) -> Answer:
        try:
            document = self._calls(
                api.operation, Image={"S3Object": _s3_object(image)}, **call.parameters
            )
            return Answer(document, api.read(document).model, call.payer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RetryableError(
                f"Rekognition answered something that is no answer ({error!r})"
            ) from error
        except ClientError as error:
            details = error.response["Error"]
            if details["Code"] in _PERMANENT:
                why = details.get("Message") or details["Code"]
                raise RejectedImageError(f"Rekognition cannot take this image: {why}") from error
            if details["Code"] == "InvalidS3ObjectException" and not self._exists(image):
                raise RejectedImageError(DELETED) from error
            raise


def _labels(answer: JsonObject) -> Labels:
    return Labels(
        labels=tuple(_label(label) for label in answer["Labels"]),
        properties=answer.get("ImageProperties"),
        model=answer["LabelModelVersion"],
    )


def _text(answer: JsonObject) -> Text:
    return Text(
        detections=tuple(_detection(detection) for detection in answer["TextDetections"]),
        model=answer["TextModelVersion"],
    )


@dataclass(frozen=True)
class _Api:
    """A paid call: its name in records, its operation, and how its answer is read."""

    name: str
    operation: str
    read: Callable[[JsonObject], Labels | Text]


_LABELS_API = _Api(LABELS, "detect_labels", _labels)
_TEXT_API = _Api(TEXT, "detect_text", _text)


def _s3_object(image: ObjectReference) -> dict[str, str]:
    reference = {"Bucket": image.bucket, "Name": image.key}
    if image.version:
        reference["Version"] = image.version
    return reference


def _label(answer: JsonObject) -> Label:
    return Label(
        name=answer["Name"],
        confidence=answer["Confidence"],
        instances=tuple(
            Instance(confidence=found["Confidence"], box=_box(found["BoundingBox"]))
            for found in answer.get("Instances", [])
        ),
        parents=tuple(parent["Name"] for parent in answer.get("Parents", [])),
    )


def _detection(answer: JsonObject) -> TextDetection:
    return TextDetection(
        id=answer["Id"],
        kind=answer["Type"],
        text=answer["DetectedText"],
        confidence=answer["Confidence"],
        box=_box(answer["Geometry"]["BoundingBox"]),
        parent=answer.get("ParentId"),
    )


def _box(answer: JsonObject) -> Box:
    return Box(
        left=answer["Left"], top=answer["Top"], width=answer["Width"], height=answer["Height"]
    )

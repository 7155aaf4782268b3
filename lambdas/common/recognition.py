"""Amazon Rekognition: labels and text of an image in S3, as this project's values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.errors import RejectedImageError
from lambdas.common.image import ObjectReference
from lambdas.common.objects import DELETED
from lambdas.common.result import Box, Instance, JsonObject, Label, TextDetection

MAX_BYTES = 15 * 1024 * 1024
"""Largest image that Rekognition reads from S3, bytes (its Guidelines and quotas)."""
MIN_SIDE, MAX_SIDE = 80, 10_000
"""Sides of an image that Rekognition labels, pixels (its Guidelines and quotas)."""

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
    """What DetectLabels found; `properties` only when they were asked for."""

    labels: tuple[Label, ...]
    properties: JsonObject | None
    model: str


@dataclass(frozen=True)
class Text:
    """What DetectText found: lines, and the words within them."""

    detections: tuple[TextDetection, ...]
    model: str


class Recognition:
    """The two calls that cost money, on images that lie in S3.

    `exists` tells whether an object is (still) there.
    """

    def __init__(self, rekognition: Any, exists: Callable[[ObjectReference], bool]) -> None:
        self._rekognition = rekognition
        self._exists = exists

    def detect_labels(
        self,
        image: ObjectReference,
        *,
        features: Sequence[str],
        max_labels: int,
        min_confidence: float,
    ) -> Labels:
        """Return an image's labels of at least `min_confidence` (0 to 100), best first.

        Raises RejectedImageError when Rekognition says that the image is at fault.
        """
        answer = self._call(
            "detect_labels",
            image,
            Features=list(features),
            MaxLabels=max_labels,
            MinConfidence=min_confidence,
        )
        return Labels(
            labels=tuple(_label(label) for label in answer.get("Labels", [])),
            properties=answer.get("ImageProperties"),
            model=answer.get("LabelModelVersion", ""),
        )

    def detect_text(self, image: ObjectReference, *, min_confidence: float) -> Text:
        """Return an image's lines and words of at least `min_confidence` (0 to 100).

        Raises RejectedImageError when Rekognition says that the image is at fault.
        """
        answer = self._call(
            "detect_text",
            image,
            Filters={"WordFilter": {"MinConfidence": min_confidence}},
        )
        return Text(
            detections=tuple(_detection(detection) for detection in answer["TextDetections"]),
            model=answer.get("TextModelVersion", ""),
        )

    def _call(self, operation: str, image: ObjectReference, **arguments: Any) -> JsonObject:
        call = getattr(self._rekognition, operation)
        try:
            answer: JsonObject = call(Image={"S3Object": _s3_object(image)}, **arguments)
        except ClientError as error:
            details = error.response["Error"]
            if details["Code"] in _PERMANENT:
                why = details.get("Message") or details["Code"]
                raise RejectedImageError(f"Rekognition cannot take this image: {why}") from error
            if details["Code"] == "InvalidS3ObjectException" and not self._exists(image):
                raise RejectedImageError(DELETED) from error
            raise
        return answer


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

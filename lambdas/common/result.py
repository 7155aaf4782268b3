"""The result of one image: the value that the pipeline fills, and its JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lambdas.common.image import ObjectReference, Upload
from lambdas.common.review.decisions import Decision, decision_in
from lambdas.common.status import Status

SCHEMA = "sightline.result/1"
"""Name and version of the result document; a change that a reader could trip on raises it."""

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Box:
    """A bounding box in fractions (0 to 1) of the width and height of the upright image."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Instance:
    """One place where a label was seen; confidence from 0 to 100."""

    confidence: float
    box: Box


@dataclass(frozen=True)
class Label:
    """What an image shows; confidence from 0 to 100."""

    name: str
    confidence: float
    instances: tuple[Instance, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextDetection:
    """A line or a word of text; a word's `parent` is the `id` of its line."""

    id: int
    kind: str
    text: str
    confidence: float
    box: Box
    parent: int | None = None


@dataclass(frozen=True)
class ImageFacts:
    """What the file is: format as Pillow names it, upright width and height in pixels, bytes."""

    format: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True)
class Detected:
    """What the machine found, where a person's correction stands in its place."""

    labels: tuple[Label, ...]
    text: tuple[TextDetection, ...]


@dataclass(frozen=True)
class Result:
    """Everything known of one image; times are ISO 8601 in UTC."""

    image_id: str
    source: ObjectReference
    status: Status
    received_at: str
    finished_at: str | None = None
    reason: str | None = None
    cause: str | None = None
    """Why it failed, as one short word to group by; only of a failed image."""
    content: str | None = None
    """Digest of the decoded, upright pixels; None where answers are not reused."""
    run: str | None = None
    """The batch that had the image analysed again; None for its first analysis."""
    paid: tuple[str, ...] = ()
    """The calls that were paid for this image; those of `models` not among them were reused."""
    facts: ImageFacts | None = None
    labels: tuple[Label, ...] = ()
    text: tuple[TextDetection, ...] = ()
    text_expected: bool = False
    properties: JsonObject | None = None
    review_reasons: tuple[str, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)
    processed: ObjectReference | None = None
    rekognition_image: ObjectReference | None = None
    thumbnail: ObjectReference | None = None
    upload: Upload | None = None
    """Whose it is, if it came through the API."""
    review: Decision | None = None
    """The person's decision that gave the image this end."""
    detected: Detected | None = None
    """None where `labels` and `text` are what the machine found."""
    etag: str | None = field(default=None, compare=False)
    """Of the stored document that this was made from; None if there was none."""

    @property
    def lines(self) -> list[str]:
        """The lines of text, in reading order as detected."""
        return [detection.text for detection in self.text if detection.kind == "LINE"]

    def changed(self, **changes: Any) -> "Result":
        """Return a copy with these fields changed."""
        return replace(self, **changes)

    def to_document(self) -> JsonObject:
        """Return the JSON document of the result; docs/messages.md describes it."""
        return {
            "schema": SCHEMA,
            "image_id": self.image_id,
            "source": self.source.to_document(),
            "status": str(self.status),
            "reason": self.reason,
            "cause": self.cause,
            "content": self.content,
            "run": self.run,
            "paid": list(self.paid),
            "received_at": self.received_at,
            "finished_at": self.finished_at,
            "image": None if self.facts is None else vars(self.facts),
            "labels": [_label_document(label) for label in self.labels],
            "text": [_text_document(detection) for detection in self.text],
            "text_expected": self.text_expected,
            "properties": self.properties,
            "review_reasons": list(self.review_reasons),
            "models": dict(self.models),
            "processed": None if self.processed is None else self.processed.to_document(),
            "rekognition_image": (
                None if self.rekognition_image is None else self.rekognition_image.to_document()
            ),
            "thumbnail": None if self.thumbnail is None else self.thumbnail.to_document(),
            "upload": None if self.upload is None else vars(self.upload),
            "review": None if self.review is None else self.review.to_document(),
            "detected": None if self.detected is None else _detected_document(self.detected),
        }

    @classmethod
    def from_document(cls, document: JsonObject) -> "Result":
        """Read what `to_document` wrote.

        Raises ValueError for a document of another schema.
        """
        if document.get("schema") != SCHEMA:
            raise ValueError(f"expected a {SCHEMA} document, got {document.get('schema')!r}")
        image = document["image"]
        return cls(
            image_id=document["image_id"],
            source=ObjectReference.from_document(document["source"]),
            status=Status(document["status"]),
            reason=document["reason"],
            # Documents that were written before these fields were added lack them.
            cause=document.get("cause"),
            content=document.get("content"),
            run=document.get("run"),
            paid=tuple(document.get("paid", ())),
            received_at=document["received_at"],
            finished_at=document["finished_at"],
            facts=None if image is None else ImageFacts(**image),
            labels=tuple(_label(label) for label in document["labels"]),
            text=tuple(_text(detection) for detection in document["text"]),
            text_expected=document["text_expected"],
            properties=document["properties"],
            review_reasons=tuple(document["review_reasons"]),
            models=document["models"],
            processed=_reference(document["processed"]),
            rekognition_image=_reference(document["rekognition_image"]),
            thumbnail=_reference(document.get("thumbnail")),
            upload=_upload(document.get("upload")),
            review=decision_in(document.get("review")),
            detected=_detected(document.get("detected")),
        )


def _label_document(label: Label) -> JsonObject:
    return {
        "name": label.name,
        "confidence": label.confidence,
        "instances": [
            {"confidence": instance.confidence, "box": vars(instance.box)}
            for instance in label.instances
        ],
        "parents": list(label.parents),
    }


def _label(document: JsonObject) -> Label:
    return Label(
        name=document["name"],
        confidence=document["confidence"],
        instances=tuple(
            Instance(confidence=instance["confidence"], box=Box(**instance["box"]))
            for instance in document["instances"]
        ),
        parents=tuple(document["parents"]),
    )


def _text_document(detection: TextDetection) -> JsonObject:
    return {**vars(detection), "box": vars(detection.box)}


def _text(document: JsonObject) -> TextDetection:
    return TextDetection(**{**document, "box": Box(**document["box"])})


def _detected_document(detected: Detected) -> JsonObject:
    return {
        "labels": [_label_document(label) for label in detected.labels],
        "text": [_text_document(detection) for detection in detected.text],
    }


def _detected(document: JsonObject | None) -> Detected | None:
    if document is None:
        return None
    return Detected(
        labels=tuple(_label(label) for label in document["labels"]),
        text=tuple(_text(detection) for detection in document["text"]),
    )


def _upload(document: JsonObject | None) -> Upload | None:
    return None if document is None else Upload(**document)


def _reference(document: JsonObject | None) -> ObjectReference | None:
    return None if document is None else ObjectReference.from_document(document)

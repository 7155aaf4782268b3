"""Messages between the parts: the text queue's request and the results topic's announcement."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.common.arrival import BatchMember
from lambdas.common.image import ObjectReference
from lambdas.common.result import JsonObject, Result
from lambdas.common.review.decisions import Decision
from lambdas.common.status import Status

MESSAGE_SCHEMA = "sightline.image/1"
"""Name and version of the announcement; a change that a reader could trip on raises it."""

BATCH_SCHEMA = "sightline.batch/1"
"""The same of the message that announces the end of a batch."""

MAX_LABELS = 50
MAX_LINES = 100
MAX_LINE_CHARACTERS = 300
"""Bounds of an announcement and a record: together far below SNS's 256 KB and DynamoDB's 400 KB."""

MAX_ATTRIBUTE_BYTES = 4_000
"""Bound of the `labels` attribute, so that the attributes stay a small part of a message."""


@dataclass(frozen=True)
class TextRequest:
    """Asks `read_text` to read an image that has been labelled."""

    image_id: str
    image: ObjectReference
    source: ObjectReference
    received_at: str
    batch: BatchMember | None = None

    def to_json(self) -> str:
        """Return the body of the queue message."""
        return json.dumps(
            {
                "image_id": self.image_id,
                "image": self.image.to_document(),
                "source": self.source.to_document(),
                "received_at": self.received_at,
                "batch": None if self.batch is None else self.batch.to_document(),
            }
        )

    @classmethod
    def from_json(cls, body: str) -> "TextRequest":
        """Read a queue message; a body of another shape raises KeyError or ValueError."""
        document = json.loads(body)
        datetime.fromisoformat(document["received_at"])
        if not isinstance(document["image_id"], str):
            raise ValueError("image_id should be a text")
        return cls(
            image_id=document["image_id"],
            image=ObjectReference.from_document(document["image"]),
            source=ObjectReference.from_document(document["source"]),
            received_at=document["received_at"],
            batch=BatchMember.from_document(document.get("batch")),
        )


def bounded_labels(result: Result) -> list[JsonObject]:
    """Return the best labels by name and confidence, at most MAX_LABELS, best first."""
    best = sorted(result.labels, key=lambda label: -label.confidence)[:MAX_LABELS]
    return [{"name": label.name, "confidence": round(label.confidence, 2)} for label in best]


def bounded_lines(result: Result) -> list[str]:
    """Return the lines of text, at most MAX_LINES of MAX_LINE_CHARACTERS each."""
    return [line[:MAX_LINE_CHARACTERS] for line in result.lines[:MAX_LINES]]


def announcement(
    result: Result, result_object: ObjectReference, taken_back: Decision | None = None
) -> JsonObject:
    """Return the results topic's message for an image that has ended.

    `taken_back` is the undo that led to this end, if one did: no result has it.
    """
    decision = taken_back or result.review
    again = "" if result.run is None else f":again-{result.run}"
    decided = "" if decision is None else f":review-{decision.number}"
    return {
        "schema": MESSAGE_SCHEMA,
        # The same for every repeat of this end, so that a subscriber can drop what it has seen.
        "message_id": f"{result.image_id}:{result.status}{again}{decided}",
        "image_id": result.image_id,
        "status": str(result.status),
        "reason": result.reason,
        "cause": result.cause,
        "source": result.source.to_document(),
        "received_at": result.received_at,
        "finished_at": result.finished_at,
        "labels": bounded_labels(result),
        "text": bounded_lines(result),
        "needs_review": result.status is Status.IN_REVIEW,
        "review_reasons": list(result.review_reasons),
        "processed": None if result.processed is None else result.processed.to_document(),
        "result": result_object.to_document(),
        "models": dict(result.models),
        "review": None if decision is None else decision.summary,
    }


_FIELDS: dict[str, Any] = {
    **dict.fromkeys(("message_id", "image_id", "status", "received_at"), str),
    **dict.fromkeys(("reason", "finished_at"), str | None),
    **dict.fromkeys(("labels", "text", "review_reasons"), list),
    **dict.fromkeys(("source", "result", "models"), dict),
    "processed": dict | None,
    "needs_review": bool,
}
_LABEL: dict[str, Any] = {"name": str, "confidence": int | float}
_REFERENCE: dict[str, Any] = {"bucket": str, "key": str}


def read_announcement(body: str) -> JsonObject:
    """Read what `announcement` wrote; a body of another shape raises ValueError."""
    document = json.loads(body)
    if not isinstance(document, dict) or document.get("schema") != MESSAGE_SCHEMA:
        raise ValueError(f"expected a {MESSAGE_SCHEMA} message")
    _check(document, _FIELDS, "the announcement")
    for label in document["labels"]:
        _check(label, _LABEL, "a label")
    for name in ("source", "result", "processed"):
        if document[name] is not None:
            _check(document[name], _REFERENCE, name)
    if not all(isinstance(line, str) for line in (*document["text"], *document["review_reasons"])):
        raise ValueError("text and review_reasons should be lists of texts")
    if not Status(document["status"]).is_terminal:
        raise ValueError(f"{document['status']} is no end of an image")
    return document


def _check(document: object, fields: dict[str, Any], what: str) -> None:
    """Raise ValueError unless a document has fields of these types."""
    if not isinstance(document, dict):
        raise ValueError(f"{what} should be an object")
    missing = sorted(fields.keys() - document.keys())
    if missing:
        raise ValueError(f"{what} lacks {', '.join(missing)}")
    wrong = sorted(name for name, kind in fields.items() if not isinstance(document[name], kind))
    if wrong:
        raise ValueError(f"of {what}, {', '.join(wrong)} should be of another type")


def schema_of(body: str) -> str | None:
    """Return the name and version that a message has; None for one that is none of ours.

    A body that is no JSON raises ValueError.
    """
    document = json.loads(body)
    schema = document.get("schema") if isinstance(document, dict) else None
    return schema if isinstance(schema, str) else None


def message_attributes(message: JsonObject) -> dict[str, Any]:
    """Return the SNS message attributes that a subscription can filter on.

    `status` (String), `needs_review` (String, true or false) and `labels` (String.Array of the
    best labels' names, cut to MAX_ATTRIBUTE_BYTES); an image without labels has no `labels`.
    `decision` (String) is there when a person decided.
    """
    attributes: dict[str, Any] = {
        "status": {"DataType": "String", "StringValue": message["status"]},
        "needs_review": {
            "DataType": "String",
            "StringValue": "true" if message["needs_review"] else "false",
        },
    }
    names = [label["name"] for label in message["labels"]]
    while names and len(json.dumps(names).encode()) > MAX_ATTRIBUTE_BYTES:
        names.pop()
    if names:
        attributes["labels"] = {"DataType": "String.Array", "StringValue": json.dumps(names)}
    if review := message["review"]:
        attributes["decision"] = {"DataType": "String", "StringValue": review["decision"]}
    return attributes

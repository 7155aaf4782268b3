"""An object that is to be analysed, and the queue message that says so."""

import json
from dataclasses import dataclass
from datetime import datetime

from lambdas.common.image import ObjectReference
from lambdas.common.result import JsonObject

ARRIVAL_SCHEMA = "sightline.arrival/1"
"""Name and version of our own message in the images queues; S3 writes its events beside it."""


@dataclass(frozen=True)
class BatchMember:
    """An image's place in a batch: `number` counts from 0 in the order of the listing."""

    batch_id: str
    number: int

    def to_document(self) -> JsonObject:
        """Return the place as it stands in messages."""
        return {"id": self.batch_id, "number": self.number}

    @classmethod
    def from_document(cls, document: JsonObject | None) -> "BatchMember | None":
        """Read what `to_document` wrote, or nothing."""
        return None if document is None else cls(str(document["id"]), int(document["number"]))


@dataclass(frozen=True)
class Arrival:
    """An object to analyse; the time is when it arrived, ISO 8601 in UTC.

    `again` asks for an image that has ended to be analysed anew.
    """

    source: ObjectReference
    arrived_at: str
    batch: BatchMember | None = None
    again: bool = False

    def to_json(self) -> str:
        """Return the body of a queue message."""
        return json.dumps(
            {
                "schema": ARRIVAL_SCHEMA,
                "source": self.source.to_document(),
                "arrived_at": self.arrived_at,
                "batch": None if self.batch is None else self.batch.to_document(),
                "again": self.again,
            }
        )

    @classmethod
    def from_document(cls, document: JsonObject) -> "Arrival":
        """Read what `to_json` wrote; another shape raises KeyError, TypeError or ValueError."""
        if not isinstance(document.get("again"), bool):
            raise ValueError("again should be true or false")
        datetime.fromisoformat(document["arrived_at"])
        return cls(
            source=ObjectReference.from_document(document["source"]),
            arrived_at=document["arrived_at"],
            batch=BatchMember.from_document(document["batch"]),
            again=document["again"],
        )

"""Messages of the batches queue: what `run_batch` is to do next for a batch."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lambdas.common.result import JsonObject

CONTROL_SCHEMA = "sightline.batch-control/1"
"""Name and version of the message."""


class Work(StrEnum):
    """The three things that are done for a batch."""

    LIST = "list"
    FEED = "feed"
    REPORT = "report"


@dataclass(frozen=True)
class Control:
    """Asks `run_batch` to begin or continue a work; `at` is how far a report is."""

    batch_id: str
    do: Work
    at: JsonObject | None = None

    def to_json(self) -> str:
        """Return the body of the queue message."""
        document = {"schema": CONTROL_SCHEMA, "batch": self.batch_id, "do": str(self.do)}
        return json.dumps(document if self.at is None else {**document, "at": self.at})

    @classmethod
    def from_json(cls, body: str) -> "Control":
        """Read what `to_json` wrote; another shape raises KeyError or ValueError."""
        document = json.loads(body)
        if not isinstance(document, dict) or document.get("schema") != CONTROL_SCHEMA:
            raise ValueError(f"expected a {CONTROL_SCHEMA} message")
        return cls(str(document["batch"]), Work(document["do"]), document.get("at"))


class BatchControl:
    """Sends to the batches queue."""

    def __init__(self, sqs: Any, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, control: Control, *, delay_seconds: int = 0) -> None:
        """Send a message that arrives after a delay of at most 900 seconds."""
        self._sqs.send_message(
            QueueUrl=self._queue_url, MessageBody=control.to_json(), DelaySeconds=delay_seconds
        )

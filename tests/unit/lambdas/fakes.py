"""Small fakes of the services that moto would be slow or silent about, in virtual time."""

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lambdas.common.queue.messages import Queues
from lambdas.common.result import JsonObject
from tests.unit.lambdas.steps import Clock

VISIBILITY_SECONDS = 360
BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
CAR = {
    "Name": "Car",
    "Confidence": 97.5,
    "Instances": [{"Confidence": 96.25, "BoundingBox": BOX}],
    "Parents": [{"Name": "Vehicle"}],
}
TREE = {"Name": "Tree", "Confidence": 71.0, "Instances": [], "Parents": []}


@dataclass
class QueueMessage:
    """A message of a queue."""

    id: str
    queue: str
    body: str
    visible_at: float
    attributes: dict[str, str]
    sent_at: float
    clock: Clock
    receives: int = 0

    def record(self) -> dict[str, Any]:
        """The message as Lambda's event has it."""
        # As old by the clock of the machine, which says how old it is, as it is in virtual time.
        sent = time.time() - (self.clock.time - self.sent_at)
        return {
            "messageId": self.id,
            "receiptHandle": self.id,
            "eventSourceARN": arn(self.queue),
            "body": self.body,
            "messageAttributes": {
                name: {"dataType": "String", "stringValue": value}
                for name, value in self.attributes.items()
            },
            "attributes": {
                "ApproximateReceiveCount": str(self.receives),
                "SentTimestamp": str(int(sent * 1000)),
            },
        }


def url(queue: str) -> str:
    return f"https://sqs/{queue}"


def arn(queue: str) -> str:
    return f"arn:aws:sqs:us-east-1:1:{queue}"


def queues(*names: str) -> Queues:
    """What a function knows of its queues."""
    return Queues.parse(
        json.dumps([[arn(name), url(name), url(f"{name}-dead-letters")] for name in names])
    )


class FakeSqs:
    """Queues as lists; a message is out of sight until its time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self.messages: list[QueueMessage] = []

    def send_message(
        self,
        QueueUrl: str,  # noqa: N803
        MessageBody: str,  # noqa: N803
        MessageAttributes: dict[str, dict[str, str]] | None = None,  # noqa: N803
        DelaySeconds: int = 0,  # noqa: N803
    ) -> None:
        attributes = MessageAttributes or {}
        assert all(value["DataType"] == "String" for value in attributes.values())
        self.messages.append(
            QueueMessage(
                id=f"m{next(self._numbers)}",
                queue=QueueUrl.rpartition("/")[2],
                body=MessageBody,
                visible_at=self._clock.time + DelaySeconds,
                attributes={name: value["StringValue"] for name, value in attributes.items()},
                sent_at=self._clock.time,
                clock=self._clock,
            )
        )

    def change_message_visibility(
        self,
        QueueUrl: str,  # noqa: N803
        ReceiptHandle: str,  # noqa: N803
        VisibilityTimeout: int,  # noqa: N803
    ) -> None:
        assert 0 <= VisibilityTimeout <= 43_200
        (message,) = [
            one for one in self.of(QueueUrl.rpartition("/")[2]) if one.id == ReceiptHandle
        ]
        message.visible_at = self._clock.time + VisibilityTimeout

    def of(self, queue: str) -> list[QueueMessage]:
        """The messages of a queue, seen and unseen."""
        return [message for message in self.messages if message.queue == queue]

    def next(self, names: Iterable[str]) -> QueueMessage | None:
        """The message of these queues that comes first."""
        waiting = [message for name in names for message in self.of(name)]
        return min(waiting, key=lambda message: message.visible_at, default=None)


class FakeSns:
    """A topic that keeps what is published."""

    def __init__(self) -> None:
        self.published: list[JsonObject] = []

    def publish(
        self,
        TopicArn: str,  # noqa: N803
        Message: str,  # noqa: N803
        MessageAttributes: JsonObject | None = None,  # noqa: N803
    ) -> None:
        self.published.append(json.loads(Message))


@dataclass
class FakeRekognition:
    """Sees what it is told to, and counts what it would cost."""

    clock: Clock
    labels: list[JsonObject] = field(default_factory=lambda: [CAR, TREE])
    lines: list[str] = field(default_factory=lambda: ["STOP"])
    label_model: str = "3.0"
    seconds: float = 0.5
    """How long an answer takes."""
    script: list[Exception | None] = field(default_factory=list)
    """What the next calls fail with, each; None for one that succeeds."""
    always: dict[str, Exception] = field(default_factory=dict)
    """What every call of an operation fails with."""
    paid: Counter[str] = field(default_factory=Counter)
    calls: list[JsonObject] = field(default_factory=list)

    def detect_labels(self, **arguments: Any) -> JsonObject:
        self._called("detect_labels", arguments)
        return {
            "Labels": self.labels,
            "LabelModelVersion": self.label_model,
            "ResponseMetadata": {"HTTPStatusCode": 200},
        }

    def detect_text(self, **arguments: Any) -> JsonObject:
        self._called("detect_text", arguments)
        found = [
            {
                "Id": number,
                "Type": kind,
                "DetectedText": text,
                "Confidence": 99.1,
                "Geometry": {"BoundingBox": BOX},
                **({} if kind == "LINE" else {"ParentId": number - 1}),
            }
            for line, text in enumerate(self.lines)
            for number, kind in ((2 * line, "LINE"), (2 * line + 1, "WORD"))
        ]
        return {"TextDetections": found, "TextModelVersion": "3.1"}

    def _called(self, operation: str, arguments: JsonObject) -> None:
        self.calls.append(arguments)
        self.clock.time += self.seconds
        error = self.always.get(operation) or (self.script.pop(0) if self.script else None)
        if error is not None:
            raise error
        self.paid[operation] += 1

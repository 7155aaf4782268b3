"""Messages of the batches queue as SQS and Lambda hand them over, and its dead letters."""

import time
from collections.abc import Mapping
from typing import Any

from lambdas.common.batches.control import Control
from tests.unit.lambdas.run_batch.world import BatchWorld
from tests.unit.lambdas.steps import KilledError

ARN = "arn"


class ControlMessage:
    """A message that may be received any number of times."""

    def __init__(
        self, world: BatchWorld, body: Control | str, attributes: Mapping[str, str] | None = None
    ) -> None:
        self._world = world
        self._url = world.urls["control"]
        self.body = body.to_json() if isinstance(body, Control) else body
        self._attributes = attributes or {}
        self.id = world.sqs.send_message(QueueUrl=self._url, MessageBody=self.body)["MessageId"]
        self._handle = self._received()
        self.receives = 0

    def _received(self) -> str:
        found = self._world.sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        handles = {one["MessageId"]: one["ReceiptHandle"] for one in found["Messages"]}
        own: str = handles.pop(self.id)
        for other in handles.values():
            self._world.sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=other, VisibilityTimeout=0
            )
        return own

    @property
    def record(self) -> dict[str, Any]:
        """The message as Lambda's event has it."""
        return {
            "messageId": self.id,
            "receiptHandle": self._handle,
            "eventSourceARN": ARN,
            "body": self.body,
            "messageAttributes": {
                name: {"dataType": "String", "stringValue": value}
                for name, value in self._attributes.items()
            },
            "attributes": {
                "ApproximateReceiveCount": str(self.receives),
                "SentTimestamp": str(int(time.time() * 1000)),
            },
        }

    def receive(self) -> None:
        """SQS hands it out, and whatever Lambda then does with it is not done here."""
        self.receives += 1

    def deliver(self) -> bool:
        """SQS hands it out and Lambda runs it; return whether it comes back."""
        self.receive()
        try:
            answer = self._world.worker.run({"Records": [self.record]}, lambda: 100.0)
        except KilledError:
            return True
        if answer["batchItemFailures"]:
            return True
        self._world.sqs.delete_message(QueueUrl=self._url, ReceiptHandle=self._handle)
        return False


def dead(world: BatchWorld) -> list[tuple[str, dict[str, str]]]:
    """Take the dead letters: their bodies and attributes."""
    url = world.urls["dead"]
    answer = world.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    letters = answer.get("Messages", [])
    for letter in letters:
        world.sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return [
        (
            letter["Body"],
            {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()},
        )
        for letter in letters
    ]

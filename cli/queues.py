"""The queues of the pipeline, each with its dead-letter queue, by the names that commands use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cli.deployment import Deployment

QUEUES = {
    "images": "Images",
    "text": "Text",
    "digest": "Digest",
    "batch-images": "BatchImages",
    "batches": "Batches",
}
"""For each name, what the outputs of its URLs start with."""

BATCHES = "batches"
"""The queue without whose messages a batch does not go on."""

IMAGE_QUEUES = frozenset({"images", "batch-images", "text"})
"""The queues without whose messages an image does not go on."""

# A stack that was deployed before batches were there has no such outputs.
_OF_BATCHES = frozenset({"batch-images", "batches"})


@dataclass(frozen=True)
class WorkQueue:
    """A queue, and where its dead letters are."""

    name: str
    url: str
    dead_letter_url: str


@dataclass(frozen=True)
class Depth:
    """How many messages a queue holds: waiting, received and not deleted, delayed.

    SQS's figures are approximate, and up to a minute late.
    """

    waiting: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.in_flight + self.delayed


def queues_of(deployment: Deployment, names: Sequence[str] = ()) -> list[WorkQueue]:
    """Return the queues of these names; all that the stack has, if none is named.

    Raises NoDeploymentError for a named queue that the stack does not have.
    """
    wanted = names or [
        name
        for name, prefix in QUEUES.items()
        if name not in _OF_BATCHES or f"{prefix}QueueUrl" in deployment.outputs
    ]
    return [
        WorkQueue(
            name,
            deployment.output(f"{QUEUES[name]}QueueUrl"),
            deployment.output(f"{QUEUES[name]}DeadLetterQueueUrl"),
        )
        for name in dict.fromkeys(wanted)
    ]


def depth_of(sqs: Any, url: str) -> Depth:
    """Ask how many messages a queue holds."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return Depth(*(int(answer[name]) for name in names))


def arn_of(sqs: Any, url: str) -> str:
    """Ask for a queue's ARN."""
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])

"""The message move tasks of SQS, which moto lacks, and short ways to say things."""

import time
from typing import Any

from click.testing import CliRunner, Result

from cli.dead_letters.redrive import redrive
from lambdas.common.image import ObjectReference
from tests.unit.cli.repair.world import INPUT, World

DEAD, QUEUE = "ImagesDeadLetterQueueUrl", "ImagesQueueUrl"


class Sqs:
    """moto's SQS with the message move tasks that it lacks.

    A task is listed after `lag` looks and needs `looks` more until it is done. As on AWS, it
    moves what is in sight.
    """

    def __init__(
        self, sqs: Any, *, looks: int = 1, lag: int = 0, failure: str | None = None
    ) -> None:
        self._sqs = sqs
        self._lag = lag
        self._looks = looks
        self._failure = failure
        self.tasks: list[dict[str, Any]] = []
        self.started: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def start_message_move_task(self, **arguments: Any) -> dict[str, str]:
        self.started.append(arguments)
        source, target = (self._url(arguments[name]) for name in ("SourceArn", "DestinationArn"))
        moved = 0
        while not self._failure and (
            messages := self._sqs.receive_message(QueueUrl=source, WaitTimeSeconds=0).get(
                "Messages"
            )
        ):
            for message in messages:
                self._sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
                self._sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
        self.tasks.insert(
            0,
            {
                "SourceArn": arguments["SourceArn"],
                "ApproximateNumberOfMessagesMoved": moved,
                "StartedTimestamp": int(time.time() * 1000) + len(self.tasks),
                "left": self._looks,
                "unlisted": self._lag,
            },
        )
        return {"TaskHandle": "handle"}

    def list_message_move_tasks(self, **arguments: Any) -> dict[str, Any]:
        of_source = [task for task in self.tasks if task["SourceArn"] == arguments["SourceArn"]]
        found = [task for task in of_source if task["unlisted"] <= 0]
        for task in of_source:
            task["unlisted"] -= 1
        return {"Results": [self._looked_at(task) for task in found[: arguments["MaxResults"]]]}

    def _looked_at(self, task: dict[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in task.items() if name not in ("left", "unlisted")}
        task["left"] -= 1
        if task["left"] >= 0:
            return {**shown, "Status": "RUNNING", "TaskHandle": "handle"}
        if self._failure:
            return {**shown, "Status": "FAILED", "FailureReason": self._failure}
        return {**shown, "Status": "COMPLETED"}

    def _url(self, arn: str) -> str:
        return str(self._sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])


def use(world: World, **behaviour: Any) -> Sqs:
    sqs = Sqs(world.clients["sqs"], **behaviour)
    world.clients["sqs"] = sqs
    return sqs


def run(*arguments: str) -> Result:
    return CliRunner().invoke(redrive, list(arguments))


def source(number: int) -> ObjectReference:
    return ObjectReference(INPUT, f"{number}.jpg", "v1")

"""A deployed local stack as the tests use it: upload, wait, look."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from cli.audit import Period, Report, audit_until_rest
from cli.deployment import Deployment
from cli.outcome import read_result
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.result import Result
from lambdas.common.status import Status
from local.endpoint import LocalStack
from local.mail import Mail, read_outbox
from local.ports import Ports
from tests.patience import PATIENCE_SECONDS, eventually

STAGES = ("InspectImage", "ReadText")


@dataclass(frozen=True)
class Deployed:
    """The stack that was deployed for this run."""

    stack: LocalStack
    outputs: Mapping[str, str]
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def port(self) -> int:
        return self.stack.port

    @property
    def deployment(self) -> Deployment:
        return Deployment("the stack under test", dict(self.outputs), self.client)

    def client(self, service: str) -> Any:
        """Return a client of the stack, made once: to make one costs more than most requests."""
        if service not in self._clients:
            self._clients[service] = self.stack.client(service)
        return self._clients[service]

    def upload(self, key: str, body: bytes) -> str:
        """Put an object into the input bucket; return the id of the image."""
        bucket = self.outputs["InputBucketName"]
        answer = self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        return image_id(ObjectReference(bucket, key, answer["VersionId"]))

    def record(self, image: str) -> Record | None:
        queries = RecordQueries(self.client("dynamodb"), self.outputs["RecordTableName"])
        return queries.get([image]).get(image)

    def wait_for(self, image: str, *statuses: Status) -> Record:
        """Wait until an image has one of these statuses; by default, any terminal one."""
        wanted = set(statuses) or {status for status in Status if status.is_terminal}

        def ended() -> Record | None:
            record = self.record(image)
            return record if record and Status(record["status"]) in wanted else None

        record: Record = eventually(ended, f"image {image} is {', '.join(wanted)}")
        return record

    def wait_until_announced(self, image: str) -> None:
        """Wait until the end of an image went out on the results topic."""

        def announced() -> bool:
            record = self.record(image)
            return record is not None and record.get("announced") == record["status"]

        eventually(announced, f"the end of image {image} is announced")

    def result(self, image: str) -> Result:
        result = read_result(self.deployment, image)
        assert result is not None, f"image {image} has no result"
        return result

    def audit(self, since: datetime) -> Report:
        """Audit everything from a moment to now, again until all is at rest or time is over."""
        period = Period(since, datetime.now(UTC))
        return audit_until_rest(self.deployment, period, wait=PATIENCE_SECONDS)

    def assert_agrees(self, since: datetime) -> Report:
        """Audit, and fail with what was found unless everything agrees."""
        report = self.audit(since)
        assert report.agrees, "\n".join(str(finding) for finding in report.findings)
        return report

    def announcements(self, image: str) -> int:
        """Return how often the end of an image went out, as the functions' logs say."""
        lines = (line for stage in STAGES for line in self.log(stage))
        return sum(image in line and '"image ended"' in line for line in lines)

    def log(self, function: str) -> Iterator[str]:
        """Yield the lines that a function such as InspectImage has logged."""
        name = self.outputs[f"{function}FunctionName"]
        configuration = self.client("lambda").get_function_configuration(FunctionName=name)
        pages = (
            self.client("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=configuration["LoggingConfig"]["LogGroup"])
        )
        for page in pages:
            for event in page["events"]:
                yield event["message"]

    def mails(self, to: str) -> list[Mail]:
        return read_outbox(self.stack.files.outbox, to)

    def messages(self, queue: str) -> int:
        """How many messages wait in the queue of an output, such as ImagesDeadLetterQueueUrl."""
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def queues_are_empty(self) -> bool:
        """Tell whether both stages have no message waiting, put off or at work."""
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        answers = (
            self.client("sqs").get_queue_attributes(
                QueueUrl=self.outputs[queue], AttributeNames=names
            )["Attributes"]
            for queue in ("ImagesQueueUrl", "BatchImagesQueueUrl", "TextQueueUrl")
        )
        return all(int(count) == 0 for answer in answers for count in answer.values())

    def send(self, queue: str, body: object) -> None:
        self.client("sqs").send_message(QueueUrl=self.outputs[queue], MessageBody=json.dumps(body))

    def alarm_state(self, name: str) -> str:
        """Return the state of the alarm with this construct id, such as ImagesDeadLetters."""
        alarms = self.client("cloudwatch").describe_alarms()["MetricAlarms"]
        (found,) = [alarm for alarm in alarms if f"Alarms{name}" in alarm["AlarmName"]]
        return str(found["StateValue"])


def paid(deployed: Deployed) -> int:
    """Return how many calls the recognition endpoint has answered: what AWS would charge for."""
    return sum(paid_for(deployed).values())


def paid_for(deployed: Deployed) -> dict[str, int]:
    """Return the same for `labels` and for `text`."""
    health = httpx.get(
        f"{Ports(deployed.port).recognition_endpoint}/health",
        verify=ssl.create_default_context(cafile=str(deployed.stack.files.certificate("ca"))),
        timeout=PATIENCE_SECONDS,
    )
    calls = health.json()["calls"]
    operations = {"labels": "DetectLabels", "text": "DetectText"}
    return {
        feature: calls.get(operation, {}).get("ok", 0) for feature, operation in operations.items()
    }


@contextmanager
def shown_again_after(deployed: Deployed, seconds: int) -> Iterator[None]:
    """Have the queues show a message again so soon that nobody has deleted or put off."""
    sqs = deployed.client("sqs")
    before = {}
    for queue in ("ImagesQueueUrl", "TextQueueUrl", "BatchImagesQueueUrl", "BatchesQueueUrl"):
        url = deployed.outputs[queue]
        names = ["VisibilityTimeout"]
        before[url] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        attributes = {"VisibilityTimeout": str(seconds)}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    try:
        yield
    finally:
        for url, attributes in before.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

"""A deployed stack in memory: buckets, record table, queues, and images in any state."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.audit import Finding, Kind, Period, Report
from cli.audit.auditor import Auditor
from cli.deployment import Deployment
from cli.queues import QUEUES
from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.image import ObjectReference, image_id, result_key
from lambdas.common.records.items import to_item
from lambdas.common.records.table import day_values, status_values
from lambdas.common.result import Label, Result
from lambdas.common.status import Status

INPUT, PROCESSED, TABLE = "originals", "processed", "records"
HOUR = timedelta(hours=1)
CAUSE = "DetectLabels:AccessDeniedException"


@dataclass
class World:
    """The stack; times are `age` before the present."""

    clients: dict[str, Any]
    outputs: dict[str, str]

    @property
    def deployment(self) -> Deployment:
        return Deployment("a test's stack", self.outputs, lambda service: self.clients[service])

    def upload(self, key: str = "a.jpg", *, bucket: str = INPUT) -> ObjectReference:
        answer = self.clients["s3"].put_object(Bucket=bucket, Key=key, Body=b"x")
        return ObjectReference(bucket, key, answer.get("VersionId"))

    def record(self, source: ObjectReference, status: Status, /, **changes: Any) -> str:
        """Write a record as the functions leave it; None takes an attribute away."""
        found, at = image_id(source), ago(timedelta(minutes=2))
        record: dict[str, Any] = {
            "image_id": found,
            "item": "image",
            "status": str(status),
            "bucket": source.bucket,
            "key": source.key,
            "version": source.version,
            "etag": source.etag,
            "received_at": at,
            "lease_until": 0,
            "attempts": 1,
        }
        if status.is_terminal:
            record |= {"finished_at": at, "announced_at": at, "announced": str(status)}
            record |= {"labels": [{"name": "Car", "confidence": 97.5}], "text": []}
        if status is Status.FAILED:
            record["cause"] = CAUSE
        record |= changes
        record |= status_values(status, record["image_id"])
        record |= day_values(record["received_at"], record["image_id"])
        self.clients["dynamodb"].put_item(TableName=TABLE, Item=to_item(record))
        return found

    def result(self, source: ObjectReference, status: Status, /, **changes: Any) -> None:
        result = Result(
            image_id=image_id(source),
            source=source,
            status=status,
            received_at=ago(timedelta(minutes=2)),
            finished_at=ago(timedelta(minutes=2)),
            cause=CAUSE if status is Status.FAILED else None,
            labels=(Label("Car", 97.5),),
        ).changed(**changes)
        self.put_result(image_id(source), json.dumps(result.to_document()))

    def put_result(self, found: str, body: str) -> None:
        self.clients["s3"].put_object(Bucket=PROCESSED, Key=result_key(found), Body=body.encode())

    def ended(self, status: Status = Status.DONE, key: str = "a.jpg") -> ObjectReference:
        """An image that went through all of the pipeline; a failed one lacks its dead letter."""
        source = self.upload(key)
        self.record(source, status)
        self.result(source, status)
        return source

    def bury(
        self,
        source: ObjectReference,
        queue: str = "images",
        *,
        cause: str | None = CAUSE,
        failed_at: str | None = None,
        batch: str | None = None,
    ) -> str:
        """Make a dead letter as a function does, or without a cause as SQS does."""
        member = None if batch is None else BatchMember(batch, 0)
        body = Arrival(source, ago(timedelta(minutes=2)), member).to_json()
        found = image_id(source)
        return self.bury_body(body, queue, cause=cause, found=found, failed_at=failed_at)

    def bury_body(
        self,
        body: str,
        queue: str,
        *,
        cause: str | None,
        found: str | None = None,
        failed_at: str | None = None,
    ) -> str:
        values = {"cause": cause, "reason": f"{cause}: no"}
        values |= {"image_id": found, "failed_at": failed_at}
        attributes = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in values.items()
            if value is not None and cause is not None
        }
        self.clients["sqs"].send_message(
            QueueUrl=self.outputs[f"{QUEUES[queue]}DeadLetterQueueUrl"],
            MessageBody=body,
            MessageAttributes=attributes,
        )
        return body

    def send(self, queue: str, body: str = "{}") -> None:
        self.clients["sqs"].send_message(
            QueueUrl=self.outputs[f"{QUEUES[queue]}QueueUrl"], MessageBody=body
        )

    def bodies(self, output: str) -> list[str]:
        """What is in sight in a queue, such as ImagesDeadLetterQueueUrl."""
        found: list[str] = []
        while (
            messages := self.clients["sqs"]
            .receive_message(
                QueueUrl=self.outputs[output], MaxNumberOfMessages=10, WaitTimeSeconds=0
            )
            .get("Messages")
        ):
            found += [message["Body"] for message in messages]
        return sorted(found)

    def audit(self, *, later: timedelta = HOUR, days: float = 1, max_findings: int = 50) -> Report:
        """Audit the last days as if it were `later`."""
        now = datetime.now(UTC) + later
        period = Period(now - timedelta(days=days), now)
        return Auditor(self.deployment, period, max_findings=max_findings, now=now).run()


def ago(time: timedelta) -> str:
    return (datetime.now(UTC) - time).isoformat(timespec="milliseconds")


def only(report: Report) -> Finding:
    assert len(report.findings) == 1, [vars(finding) for finding in report.findings]
    return report.findings[0]


def kinds(report: Report) -> list[Kind]:
    return [finding.kind for finding in report.findings]


def epoch_seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()

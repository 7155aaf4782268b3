"""A batch from its creation to its report, over AWS in memory."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.batch import Batch, report_keys
from lambdas.common.batches.control import BatchControl, Control, Work
from lambdas.common.batches.progress import BatchProgress
from lambdas.common.batches.table import BatchTable
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.queue.messages import QueueMessages, Queues, RetryPolicy
from lambdas.common.queue.worker import QueueWorker
from lambdas.common.records.items import to_item
from lambdas.common.records.queries import RecordQueries
from lambdas.common.result import JsonObject
from lambdas.common.rules import TextRule
from lambdas.run_batch.attempts import BatchAttempts
from lambdas.run_batch.feed import Feeder
from lambdas.run_batch.list import Lister
from lambdas.run_batch.manifests import BatchObjects
from lambdas.run_batch.report import Reporter
from lambdas.run_batch.report_files import ReportFiles
from lambdas.run_batch.stage import BatchStage
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import INPUT, PROCESSED, TABLE, client
from tests.unit.lambdas.steps import CrashError, Stepped, Steps, refusal

PHOTOS = "photos"
MAX_ATTEMPTS = 3


class Uploads:
    """A client of S3 that refuses an upload that is gone as S3 does; moto has a KeyError."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def __getattr__(self, operation: str) -> Any:
        def request(**arguments: Any) -> Any:
            try:
                return getattr(self._s3, operation)(**arguments)
            except KeyError as error:
                raise refusal(operation, "NoSuchUpload") from error

        return request


class BatchWorld:
    """Buckets, table and queues; control messages are worked off one by one."""

    def __init__(
        self,
        dynamodb: Any,
        s3: Any,
        *,
        page_size: int = 1_000,
        rule: str = "Car:90",
        max_sorted_rows: int = 50_000,
        part_bytes: int = 8 * 1024 * 1024,
        pages_in_time: int = 10**9,
    ) -> None:
        self.dynamodb, self.s3 = dynamodb, s3
        s3.create_bucket(Bucket=PHOTOS)
        self.sqs: Any = client("sqs")
        self.urls = {
            name: self.sqs.create_queue(QueueName=name)["QueueUrl"]
            for name in ("control", "images", "dead")
        }
        self.announced: list[JsonObject] = []
        self.steps = Steps()
        """What the function asks of AWS; nothing else is a step."""
        self._seconds = 0
        self.pages_in_time = pages_in_time
        self._looks = 0
        own_dynamodb = Stepped("dynamodb", dynamodb, self.steps)
        table = BatchTable(own_dynamodb, TABLE)
        self.table = BatchTable(dynamodb, TABLE)
        own = Stepped("s3", Uploads(s3), self.steps)
        sqs = Stepped("sqs", self.sqs, self.steps)
        self.control = BatchControl(sqs, self.urls["control"])
        objects = BatchObjects(own, PROCESSED)
        self.lister = Lister(
            table=table,
            objects=objects,
            s3=own,
            make_unsigned=lambda: own,
            input_bucket=INPUT,
            processed_bucket=PROCESSED,
            now=self.now,
            page_size=page_size,
        )
        self.feeder = Feeder(
            table=table, objects=objects, sqs=sqs, queue_url=self.urls["images"], now=self.now
        )
        policy = RetryPolicy(MAX_ATTEMPTS, 1)
        self.stage = BatchStage(
            table=table,
            attempts=BatchAttempts(own_dynamodb, TABLE),
            policy=policy,
            control=self.control,
            lister=self.lister,
            feeder=self.feeder,
            reporter=Reporter(
                table=table,
                control=self.control,
                objects=objects,
                files=ReportFiles(
                    objects=objects,
                    s3=own,
                    bucket=PROCESSED,
                    part_bytes=part_bytes,
                    max_sorted_rows=max_sorted_rows,
                ),
                records=RecordQueries(dynamodb, TABLE),
                rule=TextRule.parse(rule),
                publish=self.publish,
                processed_bucket=PROCESSED,
                now=self.now,
            ),
            publish=self.publish,
            processed_bucket=PROCESSED,
            now=self.now,
            seconds=self.seconds,
        )
        self.progress = BatchProgress(self.table, BatchControl(self.sqs, self.urls["control"]))
        self.worker: QueueWorker[Control] = QueueWorker(
            stage=self.stage,
            messages=QueueMessages(
                self.sqs,
                Queues.parse(json.dumps([["arn", self.urls["control"], self.urls["dead"]]])),
                stage="run_batch",
            ),
            policy=policy,
            item_seconds=45,
        )
        self.struck: list[str] = []
        """The requests that a message was cut off at while the queue was drained."""

    def now(self) -> str:
        self._seconds += 1
        start = datetime(2026, 11, 21, 9, 31, tzinfo=UTC)
        return (start + timedelta(seconds=self._seconds)).isoformat(timespec="milliseconds")

    def seconds(self) -> float:
        """A clock by which a message's time is over after so many pages."""
        self._looks += 1
        return 0.0 if self._looks <= self.pages_in_time else 1_000.0

    def publish(self, message: JsonObject) -> None:
        sent = json.loads(json.dumps(message))
        self.steps("sns.publish", lambda: self.announced.append(sent), {})

    def strike(self, moment: int, when: str = "after") -> None:
        """Strike the so many-th request from here on, from 0."""
        self.steps.names.clear()
        self.steps.strike = (moment, when)

    @property
    def was_struck(self) -> bool:
        """Whether there were requests enough since."""
        return self.steps.strike is not None and len(self.steps.names) > self.steps.strike[0]

    def put(self, *keys: str, bucket: str = PHOTOS, body: bytes = b"x") -> None:
        for key in keys:
            self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def create(self, **changes: Any) -> Batch:
        """What `sightline batch` does first."""
        made = batch(**{"bucket": PHOTOS, "approved": True, **changes})
        assert self.table.create(made)
        self.control_send(Control(made.id, Work.LIST))
        return made

    def control_send(self, control: Control) -> None:
        BatchControl(self.sqs, self.urls["control"]).send(control)

    def batch(self, batch_id: str = "b1") -> Batch:
        found = self.table.get(batch_id)
        assert found is not None
        return found

    def drain(self, most: int = 10_000) -> int:
        """Work off control messages; one that is struck comes back at once. Return how many."""
        for count in range(most):
            answer = self.sqs.receive_message(
                QueueUrl=self.urls["control"], AttributeNames=["ApproximateReceiveCount"]
            )
            messages = answer.get("Messages", [])
            if not messages:
                return count
            (message,) = messages
            self._looks = 0
            try:
                self.stage.work(*self._begun(message))
            except CrashError as error:
                self.struck.append(error.step)
                self._visible(message["ReceiptHandle"])
                continue
            self.sqs.delete_message(
                QueueUrl=self.urls["control"], ReceiptHandle=message["ReceiptHandle"]
            )
        return most

    def take(self, queue: str = "control") -> list[str]:
        """Take all that waits out of a queue; return the bodies."""
        url, bodies = self.urls[queue], []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def undelay(self, batch_id: str = "b1") -> None:
        """Let the delay of the report that waits be over, and write it."""
        self.sqs.purge_queue(QueueUrl=self.urls["control"])
        self.control_send(Control(batch_id, Work.REPORT))
        self.drain()

    def _visible(self, handle: str) -> None:
        self.sqs.change_message_visibility(
            QueueUrl=self.urls["control"], ReceiptHandle=handle, VisibilityTimeout=0
        )

    def _begun(self, message: JsonObject) -> tuple[Control, Any]:
        (control,) = self.stage.parse(message["Body"])
        record = {"messageId": message["MessageId"], "attributes": message["Attributes"]}
        return control, self.stage.begin(control, record)

    def _waiting(self, queue: str, kind: str = "") -> int:
        name = f"ApproximateNumberOfMessages{kind}"
        answer = self.sqs.get_queue_attributes(QueueUrl=self.urls[queue], AttributeNames=[name])
        return int(answer["Attributes"][name])

    def arrivals(self) -> list[JsonObject]:
        """Take all messages out of the images queue."""
        return [json.loads(body) for body in self.take("images")]

    def end(
        self,
        arrival: JsonObject,
        *,
        text: Sequence[str] = (),
        labels: Sequence[tuple[str, float]] = (("Car", 97.5),),
        status: str = "done",
        **record: Any,
    ) -> str:
        """What the pipeline does with an image: its record ends, and then the batch is told."""
        source = ObjectReference.from_document(arrival["source"])
        found = image_id(source)
        item = {
            "image_id": found,
            "item": "image",
            "status": status,
            "bucket": source.bucket,
            "key": source.key,
            "received_at": arrival["arrived_at"],
            "finished_at": self.now(),
            "labels": [{"name": name, "confidence": value} for name, value in labels],
            "text": list(text),
            "models": {"labels": "3.0", **({"text": "3.1"} if text else {})},
            "paid": ["labels", *(["text"] if text else [])],
            **record,
        }
        self.dynamodb.put_item(TableName=TABLE, Item=to_item(item))
        place = arrival["batch"]
        self.progress.ended(BatchMember(place["id"], place["number"]))
        return found

    def run(self, *keys: str, text: Sequence[str]) -> None:
        """A batch of these objects, whose images all end with this text, up to its report."""
        self.put(*keys)
        self.create()
        self.drain()
        for arrival in self.arrivals():
            self.end(arrival, text=text)
        self.drain()

    def report(self, kind: str = "text", batch_id: str = "b1") -> str:
        answer = self.s3.get_object(Bucket=PROCESSED, Key=report_keys(batch_id)[kind])
        return str(answer["Body"].read().decode())

    @property
    def summary(self) -> JsonObject:
        found: JsonObject = json.loads(self.report("summary"))
        return found

"""Both stages with the real classes over moto, where any request to AWS can be struck."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from lambdas.common.answers import Answers
from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.attempts import Attempts
from lambdas.common.batch_control import BatchControl
from lambdas.common.batch_progress import BatchProgress
from lambdas.common.batch_table import BatchTable
from lambdas.common.batches import Batch, State
from lambdas.common.finish import Finisher, ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.pacer import Pacer
from lambdas.common.queue_messages import QueueMessages, RetryPolicy
from lambdas.common.queue_worker import QueueWorker
from lambdas.common.recognition import Recognition
from lambdas.common.records import RECORD, RecordTable
from lambdas.common.rekognition_calls import RekognitionCalls
from lambdas.common.result import JsonObject
from lambdas.common.rules import ReviewRule, TextRule
from lambdas.common.status import Status
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from lambdas.inspect_image.inspect import Inspector
from lambdas.read_text.read import Reader
from tests.images import LIMITS
from tests.unit.lambdas.aws_account import account, original_file, uploaded
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client, create_table
from tests.unit.lambdas.fakes import (
    VISIBILITY_SECONDS,
    FakeRekognition,
    FakeSns,
    FakeSqs,
    QueueMessage,
    queues,
    url,
)
from tests.unit.lambdas.image_view import ImageView
from tests.unit.lambdas.steps import Clock, CrashError, KilledError, Stepped, Steps

MAX_ATTEMPTS = 6
RETRY_SECONDS = 30.0
LEASE_SECONDS = 75.0
WORKED = ("images", "text")

__all__ = ["World", "account", "client", "make_batch"]

_numbers = count(1)


class World(ImageView):
    """Both stages with their queues and dead-letter queues, in virtual time; one at a time.

    A killed function's message comes back when its visibility timeout is over, to a container that
    knows nothing.
    """

    def __init__(
        self,
        *,
        text_rule: str = "Car:90",
        review_rule: str = "never",
        original: bytes | None = None,
        kind: Callable[[str], BaseException] = CrashError,
        strike: tuple[int, str] | None = None,
        down: Iterable[str] = (),
        script: Iterable[Exception | None] = (),
        member: BatchMember | None = None,
        reuse_answers: bool = True,
        input_bucket: str = INPUT,
    ) -> None:
        random.seed(1)
        self.rules = text_rule, review_rule
        self.reuse_answers = reuse_answers
        self.input_bucket = input_bucket
        self.clock = Clock()
        self.steps = Steps(strike=strike, kind=kind, down=frozenset(down), seen=self._seen)
        self.table = f"records-{next(_numbers)}"
        create_table(client("dynamodb"), self.table)
        self.sqs = FakeSqs(self.clock)
        self.sns = FakeSns()
        self.rekognition = FakeRekognition(self.clock, script=list(script))
        self.history: list[Status] = []
        self.member = member
        self.source = uploaded(original_file() if original is None else original)
        self.delete_result()  # of the world before
        self.start_container()

    def client(self, service: str) -> Any:
        """A client whose requests are steps of this world."""
        fakes = {"sqs": self.sqs, "sns": self.sns, "rekognition": self.rekognition}
        return Stepped(service, fakes.get(service) or client(service), self.steps)

    def start_container(self) -> None:
        """Begin with parts that remember nothing, as after a kill."""
        text_rule, review_rule = self.rules
        dynamodb = self.client("dynamodb")
        self.objects = ObjectStore(self.client("s3"), PROCESSED)
        self.records = RecordTable(dynamodb, self.table)
        self.attempts = Attempts(
            dynamodb, self.table, lease_seconds=LEASE_SECONDS, now=self.clock.now
        )
        finisher = Finisher(
            objects=self.objects,
            records=self.records,
            announce=ResultsTopic(self.client("sns"), "arn:results"),
            review=ReviewRule.parse(review_rule),
            now=self.clock.iso,
        )
        batches = BatchProgress(
            BatchTable(dynamodb, self.table),
            BatchControl(self.client("sqs"), url("batches")),
            now=self.clock.now,
        )
        self.inspector = Inspector(
            objects=self.objects,
            records=self.records,
            attempts=self.attempts,
            recognition=self.recognition("DetectLabels"),
            finisher=finisher,
            batches=batches,
            request_text=lambda request: self.client("sqs").send_message(
                QueueUrl=url("text"), MessageBody=request.to_json()
            ),
            input_bucket=self.input_bucket,
            text_rule=TextRule.parse(text_rule),
            recipe=Recipe.parse("greyscale,resize:64x64"),
            processed_format=ProcessedFormat.JPEG,
            limits=LIMITS,
            max_bytes=10_000_000,
            features=["GENERAL_LABELS"],
            max_labels=50,
            min_confidence=55,
            reuse_answers=self.reuse_answers,
            now=self.clock.iso,
        )
        self.reader = Reader(
            objects=self.objects,
            records=self.records,
            attempts=self.attempts,
            recognition=self.recognition("DetectText"),
            finisher=finisher,
            batches=batches,
            min_confidence=80,
        )
        self._workers: dict[str, QueueWorker[Any]] = {
            "images": self.worker(self.inspector, "inspect_image"),
            "text": self.worker(self.reader, "read_text"),
        }

    def recognition(self, api: str) -> Recognition:
        """The paid calls of an API, as `pipeline` puts them together."""
        dynamodb = self.client("dynamodb")
        pacer = Pacer(
            dynamodb=dynamodb,
            table=self.table,
            api=api,
            calls_per_second=50,
            now=self.clock.now,
            sleep=self.clock.sleep,
        )
        answers = Answers(
            dynamodb=dynamodb,
            table=self.table,
            owner=f"container-{next(_numbers)}",
            lease_seconds=LEASE_SECONDS,
            days=365,
            now=self.clock.now,
        )
        calls = RekognitionCalls(
            self.client("rekognition"),
            pacer,
            seconds=45,
            sleep=self.clock.sleep,
            clock=self.clock.now,
        )
        return Recognition(calls, answers, self.objects.exists, self.clock.sleep)

    def worker(self, stage: Any, name: str) -> QueueWorker[Any]:
        """What works off the queue of a stage."""
        return QueueWorker(
            stage=stage,
            messages=QueueMessages(
                self.client("sqs"), queues(*WORKED), stage=name, now=self.clock.iso
            ),
            policy=RetryPolicy(MAX_ATTEMPTS, RETRY_SECONDS),
            item_seconds=60,
        )

    @property
    def arrival(self) -> Arrival:
        return Arrival(self.source, self.clock.iso(), self.member)

    def event(self) -> str:
        """S3's message, or that of a batch."""
        if self.member is not None:
            return self.arrival.to_json()
        name, key, version = self.source.bucket, self.source.key, self.source.version
        s3 = {"bucket": {"name": name}, "object": {"key": key, "versionId": version}}
        return json.dumps({"Records": [{"eventTime": self.clock.iso(), "s3": s3}]})

    def upload(self) -> None:
        """S3 sends its event, and the queues are worked off as SQS and Lambda do it."""
        self.sqs.send_message(url("images"), self.event())
        self.drain()

    def upload_another(self, data: bytes) -> None:
        """Upload a further object; it is the one that this world is then asked about."""
        self.source = uploaded(data)
        self.delete_result()
        self.upload()

    def before(self, name: str, happens: Callable[[], object], *, number: int | None = 1) -> None:
        """Have something happen before the so many-th request of a name; None for each."""
        seen = count(1)

        def interrupt(step: str) -> None:
            if step == name and (number is None or next(seen) == number):
                happens()

        self.steps.interrupt = interrupt

    def redrive(self) -> None:
        """An operator sends the dead letters back, which are new messages then."""
        for name in WORKED:
            for letter in self.dead(name):
                self.sqs.messages.remove(letter)
                self.sqs.send_message(
                    url(name),
                    letter.body,
                    {
                        name: {"DataType": "String", "StringValue": value}
                        for name, value in letter.attributes.items()
                    },
                )
        self.drain()

    def drain(self, *, hours: float = float("inf")) -> None:
        """Deliver every message when its time has come, in the next so many hours."""
        end = self.clock.time + hours * 3600
        for _ in range(200):
            message = self.sqs.next(WORKED)
            if message is None or message.visible_at > end:
                return
            self.clock.time = max(self.clock.time, message.visible_at)
            self.deliver(message)
        raise AssertionError("the queues never run dry")

    def deliver(self, message: QueueMessage) -> None:
        """Invoke the function of a message's queue with it."""
        message.receives += 1
        message.visible_at = self.clock.time + VISIBILITY_SECONDS
        try:
            answer = self._workers[message.queue].run({"Records": [message.record()]}, lambda: 60.0)
        except KilledError:
            self.start_container()
            return
        if not answer["batchItemFailures"]:
            self.sqs.messages.remove(message)

    def dead(self, queue: str | None = None) -> list[QueueMessage]:
        """The dead letters of a queue, or all."""
        names = WORKED if queue is None else (queue,)
        return [letter for name in names for letter in self.sqs.of(f"{name}-dead-letters")]

    def _seen(self, name: str, arguments: JsonObject) -> None:
        """Note where the record has come to, whoever moved it."""
        if name != "dynamodb.update_item" or arguments["Key"]["item"]["S"] != RECORD:
            return
        status = self.status
        assert status is not None
        if self.history[-1:] != [status]:
            self.history.append(status)

    @property
    def announced(self) -> list[JsonObject]:
        return self.sns.published

    @property
    def message_ids(self) -> list[str]:
        return [message["message_id"] for message in self.announced]

    @property
    def paid(self) -> Counter[str]:
        return self.rekognition.paid


def make_batch(world: World, *, images: int) -> None:
    """Make the batch that a world's image belongs to."""
    assert world.member is not None
    batch = Batch(
        id=world.member.batch_id,
        bucket="b",
        prefix="",
        name="trip",
        created_at=world.clock.iso(),
        created_by="me",
        state=State.RUNNING,
        images=images,
    )
    BatchTable(client("dynamodb"), world.table).create(batch)

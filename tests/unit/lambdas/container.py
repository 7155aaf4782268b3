"""The real classes of both stages, put together as the functions do it."""

from itertools import count
from typing import Any

from lambdas.common.batches.control import BatchControl
from lambdas.common.batches.progress import BatchProgress
from lambdas.common.batches.table import BatchTable
from lambdas.common.finish import Finisher, ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.queue.messages import QueueMessages, RetryPolicy
from lambdas.common.queue.worker import QueueWorker
from lambdas.common.recognition.answers import Answers
from lambdas.common.recognition.calls import RekognitionCalls
from lambdas.common.recognition.pacer import Pacer
from lambdas.common.recognition.recognition import Recognition
from lambdas.common.records.attempts import Attempts
from lambdas.common.records.table import RecordTable
from lambdas.common.rules import ReviewRule, TextRule
from lambdas.common.tasks import Tasks
from lambdas.common.unwanted import UnwantedFiles
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from lambdas.inspect_image.inspect import Inspector
from lambdas.read_text.read import Reader
from tests.images import LIMITS
from tests.unit.lambdas.conftest import PROCESSED, client
from tests.unit.lambdas.fakes import FakeRekognition, FakeSns, FakeSqs, queues, url
from tests.unit.lambdas.steps import Clock, Stepped, Steps

MAX_ATTEMPTS = 6
RETRY_SECONDS = 30.0
LEASE_SECONDS = 75.0
WORKED = ("images", "text")
"""The queues of both stages."""

_owners = count(1)


class Container:
    """A container of each function; which account it works in, a world says."""

    rules: tuple[str, str]
    """Of the text and of the review."""
    reuse_answers: bool
    input_bucket: str
    clock: Clock
    steps: Steps
    table: str
    sqs: FakeSqs
    sns: FakeSns
    rekognition: FakeRekognition

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
            tasks=Tasks(dynamodb, self.table),
            unwanted=UnwantedFiles(dynamodb, self.table, now=self.clock.now),
            request_text=lambda request: self.client("sqs").send_message(
                QueueUrl=url("text"), MessageBody=request.to_json()
            ),
            input_bucket=self.input_bucket,
            text_rule=TextRule.parse(text_rule),
            recipe=Recipe.parse("greyscale,resize:64x64"),
            processed_format=ProcessedFormat.JPEG,
            thumbnail_pixels=64,
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
        self.workers: dict[str, QueueWorker[Any]] = {
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
            owner=f"container-{next(_owners)}",
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

"""Both stages with the real classes over moto, where any request to AWS can be struck."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count

from lambdas.common.arrival import Arrival, BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from lambdas.common.records.table import RECORD
from lambdas.common.result import JsonObject
from lambdas.common.status import Status
from tests.unit.lambdas.aws_account import account, original_file, uploaded
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import INPUT, client, create_table
from tests.unit.lambdas.container import WORKED, Container
from tests.unit.lambdas.fakes import (
    VISIBILITY_SECONDS,
    FakeRekognition,
    FakeSns,
    FakeSqs,
    QueueMessage,
    url,
)
from tests.unit.lambdas.image_view import ImageView
from tests.unit.lambdas.steps import Clock, CrashError, KilledError, Steps

__all__ = ["World", "account", "client", "make_batch"]

_numbers = count(1)


class World(Container, ImageView):
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
        self.steps.before(name, happens, number=number)

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
            answer = self.workers[message.queue].run({"Records": [message.record()]}, lambda: 60.0)
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
    made = batch(
        world.member.batch_id, created_at=world.clock.iso(), state=State.RUNNING, images=images
    )
    BatchTable(client("dynamodb"), world.table).create(made)

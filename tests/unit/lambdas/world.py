"""The pipeline in memory: real logic over fakes that crash where a test says."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from lambdas.common.batch import BatchWorker
from lambdas.common.errors import RejectedImageError
from lambdas.common.finish import Finisher
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.message import TextRequest
from lambdas.common.objects import ObjectStore
from lambdas.common.recognition import Labels, Recognition, Text
from lambdas.common.records import Progress, RecordTable
from lambdas.common.result import JsonObject, Label, Result, TextDetection
from lambdas.common.rules import ReviewRule, TextRule
from lambdas.common.status import BEFORE, Status
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from lambdas.inspect_image.inspect import Inspector
from lambdas.inspect_image.s3_events import Arrival, parse_arrivals
from lambdas.read_text.read import Reader
from tests.images import LIMITS, encoded, photo
from tests.unit.lambdas.results import LINE, RECEIVED_AT, TREE, WORD

MAX_RECEIVES = 3
SOURCE = ObjectReference("input", "car.jpg", "v1")
ID = image_id(SOURCE)
ARRIVAL = Arrival(SOURCE, RECEIVED_AT)
EVENT = json.dumps(
    {
        "Records": [
            {
                "eventTime": RECEIVED_AT,
                "s3": {
                    "bucket": {"name": "input"},
                    "object": {"key": "car.jpg", "versionId": "v1"},
                },
            }
        ]
    }
)
CAR = Label("Car", 97.5)

Value = TypeVar("Value")


class CrashError(Exception):
    """A call that failed."""


class KilledError(BaseException):
    """A process that ended: out of time, or of memory."""


@dataclass
class Steps:
    """Every call to the outside, in order; each may be struck before or after its effect."""

    names: list[str] = field(default_factory=list)
    strike: tuple[int, str] | None = None
    """Which call (from 0) to strike, and `before` or `after` its effect."""
    kind: type[BaseException] = CrashError
    always: str | None = None
    """A call that always fails, as when a service is down."""
    lost_answer: str | None = None
    """A call whose first answer is always lost, so that the SDK makes it a second time."""

    def __call__(self, name: str, effect: Callable[[], Value]) -> Value:
        number = len(self.names)
        self.names.append(name)
        if name == self.always:
            raise CrashError(f"{name} is down")
        if self.strike == (number, "before"):
            raise self.kind(f"before {name}")
        value = effect()
        if self.strike == (number, "after"):
            raise self.kind(f"after {name}")
        if self.lost_answer == name:
            value = effect()
        return value


class MemoryObjects(ObjectStore):
    """Originals and results in dictionaries."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(None, "processed")
        self.steps = steps
        self.originals: dict[ObjectReference, bytes] = {}
        self.written: dict[str, bytes] = {}
        self.results: dict[str, JsonObject] = {}
        self.etags: dict[str, str] = {}
        self._numbers = count()
        self.on_read: Callable[[], None] = lambda: None
        self.before_write: Callable[[], None] = lambda: None

    def read(self, source: ObjectReference, *, max_bytes: int) -> bytes:
        self.on_read()
        if source not in self.originals:
            raise RejectedImageError("the object was deleted before it could be read")
        return self.steps("read", lambda: self.originals[source])

    def write_processed(self, key: str, data: bytes, content_type: str) -> ObjectReference:
        self.steps("write_processed", lambda: self.written.update({key: data}))
        return ObjectReference("processed", key)

    def write_result(self, result: Result) -> bool:
        document = result.to_document()

        def effect() -> bool:
            self.before_write()
            stored = self.etags[result.image_id] if result.image_id in self.results else None
            if result.etag != stored:
                return False
            self.results[result.image_id] = document
            self.etags[result.image_id] = f"etag-{next(self._numbers)}"
            return True

        return self.steps("write_result", effect)

    def read_result(self, image_id: str) -> Result | None:
        document = self.steps("read_result", lambda: self.results.get(image_id))
        if document is None:
            return None
        return Result.from_document(document).changed(etag=self.etags[image_id])


class MemoryRecords(RecordTable):
    """Records in a dictionary, with the conditions of the real table."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(None, "records")
        self.steps = steps
        self.statuses: dict[str, Status] = {}
        self.announced: dict[str, Status] = {}
        self.history: list[Status] = []

    def start(self, result: Result) -> Progress | None:
        def effect() -> Progress | None:
            if result.image_id in self.statuses:
                return self._progress(result.image_id)
            self.statuses[result.image_id] = Status.RECEIVED
            return None

        return self.steps("start", effect)

    def progress(self, image_id: str) -> Progress | None:
        return self.steps("progress", lambda: self._progress(image_id))

    def advance(self, result: Result, *, at: str) -> bool:
        def effect() -> bool:
            if self.statuses.get(result.image_id) not in BEFORE[result.status]:
                return False
            self.statuses[result.image_id] = result.status
            self.history.append(result.status)
            return True

        return self.steps("advance", effect)

    def write_labels(self, result: Result) -> None:
        self.steps("write_labels", lambda: None)

    def mark_announced(self, image_id: str, status: Status, *, at: str) -> None:
        def effect() -> None:
            if self.statuses.get(image_id) is status:
                self.announced[image_id] = status

        self.steps("mark_announced", effect)

    def _progress(self, image_id: str) -> Progress | None:
        status = self.statuses.get(image_id)
        if status is None:
            return None
        return Progress(status, announced=self.announced.get(image_id) is status)


class MemoryRecognition(Recognition):
    """Sees what it is told to, and counts what it would cost."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(None, lambda _reference: True)
        self.steps = steps
        self.paid: Counter[str] = Counter()
        self.seen: list[ObjectReference] = []
        self.labels: tuple[Label, ...] = (CAR, TREE)
        self.text: tuple[TextDetection, ...] = (LINE, WORD)
        self.refused: str | None = None

    def detect_labels(
        self,
        image: ObjectReference,
        *,
        features: Sequence[str],
        max_labels: int,
        min_confidence: float,
    ) -> Labels:
        return self._detect("detect_labels", image, Labels(self.labels, None, "3.0"))

    def detect_text(self, image: ObjectReference, *, min_confidence: float) -> Text:
        return self._detect("detect_text", image, Text(self.text, "3.1"))

    def _detect(self, name: str, image: ObjectReference, found: Value) -> Value:
        def effect() -> Value:
            if self.refused == name:
                raise RejectedImageError("Rekognition cannot take this image")
            self.paid[name] += 1
            self.seen.append(image)
            return found

        return self.steps(name, effect)


@dataclass
class Message:
    """A message of a queue."""

    body: str
    receives: int = 0


class World:
    """Both stages with their queues and dead-letter queues."""

    def __init__(
        self,
        *,
        text_rule: str = "Car:90",
        review_rule: str = "never",
        original: bytes | None = None,
        kind: type[BaseException] = CrashError,
        strike: tuple[int, str] | None = None,
        always: str | None = None,
        lost_answer: str | None = None,
    ) -> None:
        self.steps = Steps(strike=strike, kind=kind, always=always, lost_answer=lost_answer)
        self.objects = MemoryObjects(self.steps)
        self.objects.originals[SOURCE] = encoded(photo(), "JPEG") if original is None else original
        self.records = MemoryRecords(self.steps)
        self.recognition = MemoryRecognition(self.steps)
        self.announced: list[JsonObject] = []
        self.queues: dict[str, list[Message]] = {"images": [], "text": []}
        self.dead: dict[str, list[Message]] = {"images": [], "text": []}
        self._seconds = 0
        finisher = Finisher(
            objects=self.objects,
            records=self.records,
            announce=self.announce,
            review=ReviewRule.parse(review_rule),
            now=self.now,
        )
        self.inspector = Inspector(
            objects=self.objects,
            records=self.records,
            recognition=self.recognition,
            finisher=finisher,
            request_text=self.request_text,
            text_rule=TextRule.parse(text_rule),
            recipe=Recipe.parse("greyscale,resize:64x64"),
            processed_format=ProcessedFormat.JPEG,
            limits=LIMITS,
            max_bytes=10_000_000,
            features=["GENERAL_LABELS"],
            max_labels=50,
            min_confidence=55,
            now=self.now,
        )
        self.reader = Reader(
            objects=self.objects,
            records=self.records,
            recognition=self.recognition,
            finisher=finisher,
            min_confidence=80,
        )
        self._workers: dict[str, BatchWorker[Any]] = {
            "images": BatchWorker(
                parse=parse_arrivals,
                handle=self.inspector.inspect,
                give_up=self.inspector.give_up,
                max_receives=MAX_RECEIVES,
            ),
            "text": BatchWorker(
                parse=lambda body: [TextRequest.from_json(body)],
                handle=self.reader.read,
                give_up=self.reader.give_up,
                max_receives=MAX_RECEIVES,
            ),
        }

    def now(self) -> str:
        self._seconds += 1
        return f"2026-11-21T09:31:{self._seconds:02}.000+00:00"

    def announce(self, message: JsonObject) -> None:
        self.steps("announce", lambda: self.announced.append(json.loads(json.dumps(message))))

    def request_text(self, request: TextRequest) -> None:
        message = Message(request.to_json())
        self.steps("request_text", lambda: self.queues["text"].append(message))

    def upload(self) -> None:
        """S3 sends its event, and the queues are worked off as SQS and Lambda do it."""
        self.queues["images"].append(Message(EVENT))
        self.drain()

    def redrive(self) -> None:
        """An operator sends the dead letters back, which are new messages then."""
        for name, letters in self.dead.items():
            self.queues[name] += [Message(letter.body) for letter in letters]
            letters.clear()
        self.drain()

    def drain(self) -> None:
        for _ in range(100):
            name = next((name for name, queue in self.queues.items() if queue), None)
            if name is None:
                return
            self._deliver(name, self.queues[name].pop(0))
        raise AssertionError("the queues never run dry")

    def _deliver(self, name: str, message: Message) -> None:
        message.receives += 1
        record = {
            "messageId": "m",
            "body": message.body,
            "attributes": {"ApproximateReceiveCount": str(message.receives)},
        }
        try:
            failed = bool(self._workers[name].run({"Records": [record]})["batchItemFailures"])
        except KilledError:
            failed = True
        if failed:
            exhausted = message.receives >= MAX_RECEIVES
            (self.dead if exhausted else self.queues)[name].append(message)

    @property
    def status(self) -> Status | None:
        return self.records.statuses.get(ID)

    @property
    def result(self) -> Result:
        return Result.from_document(self.objects.results[ID])

    @property
    def message_ids(self) -> list[str]:
        return [message["message_id"] for message in self.announced]

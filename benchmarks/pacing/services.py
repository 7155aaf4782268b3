"""AWS in virtual time: each request takes as long as it does there, and the quota is enforced."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.pacing.virtual_time import VirtualTime
from benchmarks.timing import Call

SECONDS = {"dynamodb": 0.005, "s3": 0.03, "sns": 0.02, "sqs": 0.01}
"""What a request takes within a region, roughly; only their order of magnitude matters here."""
DETECTION_SECONDS = 0.6
"""What DetectLabels takes, with a spread of a third."""


class Delayed:
    """A client each of whose requests takes its time."""

    def __init__(self, client: Any, clock: VirtualTime, seconds: float) -> None:
        self._client, self._clock, self._seconds = client, clock, seconds

    def __getattr__(self, name: str) -> Callable[..., Any]:
        request = getattr(self._client, name)

        def delayed(**arguments: Any) -> Any:
            self._clock.sleep(self._seconds)
            return request(**arguments)

        return delayed


@dataclass
class Rekognition:
    """Labels whatever it is given, and throttles like a bucket of tokens.

    `calls_per_second` tokens come in a second, and at most that many are held.
    """

    clock: VirtualTime
    calls_per_second: float
    answered: list[float] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tokens, self._filled_at = self.calls_per_second, self.clock.time()
        self._random = random.Random(1)

    def detect_labels(self, **_arguments: Any) -> dict[str, Any]:
        """Answer after the usual time, or throttle."""
        now = self.clock.time()
        came = (now - self._filled_at) * self.calls_per_second
        self._tokens, self._filled_at = min(self.calls_per_second, self._tokens + came), now
        if self._tokens < 1:
            self.throttled.append(now)
            self.clock.sleep(0.01)
            raise ClientError(
                {
                    "Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"},
                    "ResponseMetadata": {"HTTPStatusCode": 400},  # type: ignore[typeddict-item]
                },
                "DetectLabels",
            )
        self._tokens -= 1
        self.answered.append(now)
        seconds = DETECTION_SECONDS * self._random.uniform(2 / 3, 4 / 3)
        self.calls.append(Call(now, seconds))
        self.clock.sleep(seconds)
        label = {"Name": "Tree", "Confidence": 99.0, "Instances": [], "Parents": []}
        return {"Labels": [label], "LabelModelVersion": "3.0"}


@dataclass
class Topic:
    """Counts what is published."""

    published: int = 0

    def publish(self, **_arguments: Any) -> None:
        """Take a message."""
        self.published += 1


@dataclass
class Queue:
    """A queue and its dead letters, as the event source and the functions use them."""

    clock: VirtualTime
    url: str = "queue"
    waiting: list[dict[str, Any]] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    receives: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    _back: dict[str, float] = field(default_factory=dict)

    def add(self, number: int, body: str) -> None:
        """Put a message into the queue."""
        self.unfinished += 1
        self.waiting.append({"messageId": str(number), "body": body, "visible_at": 0.0})

    def receive(self) -> dict[str, Any] | None:
        """Take the next visible message, in the shape of Lambda's event; None if there is none."""
        now = self.clock.time()
        for place, message in enumerate(self.waiting):
            if message["visible_at"] <= now:
                del self.waiting[place]
                self.receives[message["messageId"]] += 1
                count = str(self.receives[message["messageId"]])
                return {
                    **message,
                    "receiptHandle": message["messageId"],
                    "eventSourceARN": self.url,
                    "attributes": {
                        "ApproximateReceiveCount": count,
                        # The worker asks for a message's age by the real clock.
                        "SentTimestamp": str(int(time.time() * 1000)),
                    },
                }
        return None

    def end(self, message: dict[str, Any], *, comes_back: bool) -> None:
        """Delete a message, or let it come back when the function said."""
        if comes_back:
            back = self._back.pop(message["messageId"], self.clock.time() + 360)
            self.waiting.append({**message, "visible_at": back})
        else:
            self.unfinished -= 1

    def change_message_visibility(self, **arguments: Any) -> None:
        """Note when a message comes back."""
        back = self.clock.time() + float(arguments["VisibilityTimeout"])
        self._back[arguments["ReceiptHandle"]] = back

    def send_message(self, **arguments: Any) -> None:
        """Take a dead letter; nothing else is sent here."""
        self.dead.append(arguments["MessageBody"])

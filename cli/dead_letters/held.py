"""Looking at dead letters, which takes them out of sight for a while, and sending some back."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from cli.dead_letters.letter import ATTRIBUTES, DeadLetter
from cli.queues import WorkQueue, depth_of
from lambdas.common.clock import utc_now

MAX_LETTERS = 100_000
"""Messages of one queue that are looked at: SQS lets 120,000 be in flight at a time.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

_BATCH = 10  # messages of one request, SQS's limit
_BATCH_BYTES = 256 * 1024  # of the bodies of one request; SQS takes at least this much
_WAIT_SECONDS = 1  # any long poll asks all of SQS's servers, and not just some
_QUIET_RECEIVES = 2  # in a row that bring nothing new, and then that was all
_VISIBILITY_SECONDS = 60
_SLOWEST = 25
"""Messages looked at in a second, at the least: with more of them, they are held for longer."""


@dataclass(frozen=True)
class Sent:
    """How many dead letters went back, and how many repeats of them were only deleted."""

    letters: int
    repeats: int


@dataclass(frozen=True)
class NotMoved:
    """A dead letter that could not be moved, and why."""

    letter: DeadLetter
    why: str


@dataclass
class HeldLetters:
    """The dead letters of one queue while nobody else sees them.

    `complete` is False when there are more than MAX_LETTERS, `hidden` counts those that somebody
    else was looking at.
    """

    sqs: Any
    queue: WorkQueue
    keep_bodies: bool
    letters: dict[str, DeadLetter] = field(default_factory=dict)
    complete: bool = True
    hidden: int = 0

    def receive(self, stop: threading.Event) -> None:
        """Receive until nothing new comes, MAX_LETTERS are held, or `stop` is set."""
        depth = depth_of(self.sqs, self.queue.dead_letter_url)
        self.hidden = depth.in_flight
        visibility = _VISIBILITY_SECONDS + depth.waiting // _SLOWEST
        quiet = 0
        while quiet < _QUIET_RECEIVES and not stop.is_set():
            if len(self.letters) >= MAX_LETTERS:
                self.complete = False
                return
            answer = self.sqs.receive_message(
                QueueUrl=self.queue.dead_letter_url,
                MaxNumberOfMessages=_BATCH,
                WaitTimeSeconds=_WAIT_SECONDS,
                VisibilityTimeout=visibility,
                MessageAttributeNames=list(ATTRIBUTES),
                MessageSystemAttributeNames=["SentTimestamp"],
            )
            before = len(self.letters)
            for message in answer.get("Messages", []):
                # One that comes twice has a new receipt handle, and the old one is void.
                letter = DeadLetter.from_message(message, keep_body=self.keep_bodies)
                self.letters[letter.message_id] = letter
            quiet = quiet + 1 if len(self.letters) == before else 0

    def move(
        self, chosen: Sequence[DeadLetter], *, max_per_second: int | None
    ) -> Iterator[Sent | NotMoved]:
        """Send dead letters back to their queue; yield how many went, and each that did not.

        Of the letters of one failure, one is sent. Each is sent before it is deleted: an end in
        between leaves it in both queues, where it is harmless, and never in neither. Stops at the
        first request that is refused as a whole.
        """
        of_failure: dict[tuple[object, ...], list[DeadLetter]] = defaultdict(list)
        for letter in chosen:
            of_failure[letter.failure].append(letter)
        for letters in _batches(same[0] for same in of_failure.values()):
            began = time.monotonic()
            try:
                sent, not_sent = self._send(letters)
                repeats = [one for letter in sent for one in of_failure[letter.failure][1:]]
                stayed, stayed_repeats = self._delete(sent), self._delete(repeats)
            except ClientError as error:
                yield from (NotMoved(letter, str(error)) for letter in letters)
                return
            yield from (*not_sent, *stayed, *stayed_repeats)
            yield Sent(len(sent) - len(stayed), len(repeats) - len(stayed_repeats))
            if max_per_second:
                time.sleep(max(0.0, len(letters) / max_per_second - time.monotonic() + began))

    def release(self) -> None:
        """Let everybody see again what is still held."""
        for letters in _batches(self.letters.values()):
            # An entry that is refused is seen again at the end of its visibility timeout.
            self.sqs.change_message_visibility_batch(
                QueueUrl=self.queue.dead_letter_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": one.receipt_handle, "VisibilityTimeout": 0}
                    for number, one in enumerate(letters)
                ],
            )

    def _send(self, letters: list[DeadLetter]) -> tuple[list[DeadLetter], list[NotMoved]]:
        answer = self.sqs.send_message_batch(
            QueueUrl=self.queue.url,
            Entries=[
                {
                    "Id": str(number),
                    "MessageBody": letter.body,
                    # By this the functions tell it from a repeat of the message that failed. Their
                    # own time, where it is known: this machine's clock may be another.
                    "MessageAttributes": {
                        "failed_at": {"DataType": "String", "StringValue": _sent_since(letter)}
                    },
                }
                for number, letter in enumerate(letters)
            ],
        )
        failed = {int(one["Id"]): str(one.get("Message")) for one in answer.get("Failed", [])}
        sent = [letter for number, letter in enumerate(letters) if number not in failed]
        return sent, [NotMoved(letters[number], why) for number, why in failed.items()]

    def _delete(self, letters: list[DeadLetter]) -> list[NotMoved]:
        return [one for some in _batches(letters) for one in self._delete_some(some)]

    def _delete_some(self, letters: list[DeadLetter]) -> list[NotMoved]:
        answer = self.sqs.delete_message_batch(
            QueueUrl=self.queue.dead_letter_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": letter.receipt_handle}
                for number, letter in enumerate(letters)
            ],
        )
        failed = {int(one["Id"]): str(one.get("Message")) for one in answer.get("Failed", [])}
        for number, letter in enumerate(letters):
            if number not in failed:
                del self.letters[letter.message_id]
        return [
            NotMoved(letters[number], f"it was sent, and is still a dead letter too: {why}")
            for number, why in failed.items()
        ]


@contextmanager
def held(
    sqs: Any, queues: Sequence[WorkQueue], *, keep_bodies: bool = False
) -> Iterator[list[HeldLetters]]:
    """Hold the dead letters of these queues; in the end, release those that are still there."""
    found = [HeldLetters(sqs, queue, keep_bodies) for queue in queues]
    stop = threading.Event()
    try:
        with ThreadPoolExecutor(max(1, len(found))) as pool:
            try:
                list(pool.map(lambda one: one.receive(stop), found))
            finally:
                # Whatever ended the wait, an interrupt too, the pool must not go on receiving.
                stop.set()
        yield found
    finally:
        for one in found:
            one.release()


def _sent_since(letter: DeadLetter) -> str:
    return letter.failed_at.isoformat(timespec="milliseconds") if letter.is_dated else utc_now()


def _batches(letters: Iterable[DeadLetter]) -> Iterator[list[DeadLetter]]:
    batch: list[DeadLetter] = []
    size = 0
    for letter in letters:
        length = len(letter.body.encode())
        if batch and (len(batch) == _BATCH or size + length > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(letter)
        size += length
    if batch:
        yield batch

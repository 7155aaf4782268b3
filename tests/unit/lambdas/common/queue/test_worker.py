"""What comes back, what is given up, and what of it costs an attempt."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lambdas.common.errors import NotYetError
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import Message, QueueMessages, RetryPolicy
from lambdas.common.queue.worker import QueueWorker
from lambdas.common.records.attempts import Attempt
from lambdas.common.status import Status
from tests.unit.lambdas.fakes import VISIBILITY_SECONDS, FakeSqs, QueueMessage, queues, url
from tests.unit.lambdas.steps import Clock, KilledError, refusal

MAX_ATTEMPTS = 3
FIRST_PAUSE = 100.0
FAILED_AT = "2026-11-21T08:00:00.000+00:00"


class Words:
    """Handles words, and counts attempts as records do; a message holds several words.

    `bad` ones fail, `busy` ones have to wait, `fatal` ones kill the function.
    """

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.attempts: Counter[str] = Counter()
        self.failures: dict[str, tuple[int, Failure]] = {}
        self.given_up: dict[str, Failure] = {}
        self.ended: set[str] = set()
        self.buried_items: list[str] = []
        self.on_begin: Callable[[str], None] = lambda _word: None
        self.on_give_up: Callable[[str], None] = lambda _word: None

    def parse(self, body: str) -> Sequence[str]:
        if body == "malformed":
            raise ValueError("no words")
        return body.split()

    def write(self, item: str) -> str:
        return item

    def begin(self, item: str, message: Message) -> Attempt | None:
        self.on_begin(item)
        if item in self.ended:
            return None
        self.attempts[item] += 1
        number = self.attempts[item]
        failed, failure = self.failures.get(item, (0, None))
        return Attempt(number, "me", Status.RECEIVED, failure if failed == number - 1 else None)

    def work(self, item: str, attempt: Attempt) -> None:
        self.handled.append(item)
        if item.startswith("bad"):
            raise ValueError(f"cannot do {item}")
        if item.startswith("busy"):
            raise NotYetError("not its turn", seconds=42)
        if item.startswith("fatal"):
            raise KilledError
        self.ended.add(item)

    def put_off(self, item: str, attempt: Attempt) -> None:
        self.attempts[item] -= 1

    def failed(self, item: str, attempt: Attempt, failure: Failure) -> None:
        self.failures[item] = attempt.number, failure

    def image_id(self, item: str) -> str | None:
        return f"id-{item}"

    def give_up(self, item: str, failure: Failure) -> str | None:
        self.on_give_up(item)
        self.given_up[item] = failure
        return None if item == "ended-well" else FAILED_AT

    def buried(self, item: str) -> None:
        self.buried_items.append(item)


class Queue:
    """A queue and its worker; each message that comes back has its time."""

    def __init__(self, *bodies: str) -> None:
        self.clock = Clock()
        self.sqs = FakeSqs(self.clock)
        self.words = Words()
        self.seconds_left = 900.0
        self.worker: QueueWorker[str] = QueueWorker(
            stage=self.words,
            messages=QueueMessages(self.sqs, queues("words"), stage="words"),
            policy=RetryPolicy(MAX_ATTEMPTS, FIRST_PAUSE),
            item_seconds=60,
        )
        for body in bodies:
            self.sqs.send_message(url("words"), body)

    def receive(self) -> list[str]:
        """Invoke the function with all that can be seen; return the messages that come back."""
        batch = [m for m in self.sqs.of("words") if m.visible_at <= self.clock.time][:10]
        for message in batch:
            message.receives += 1
            message.visible_at = self.clock.time + VISIBILITY_SECONDS
        event = {"Records": [message.record() for message in batch]}
        try:
            answer = self.worker.run(event, lambda: self.seconds_left)
        except KilledError:
            return [message.body for message in batch]
        back = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in batch:
            if message.id not in back:
                self.sqs.messages.remove(message)
        return [message.body for message in batch if message.id in back]

    def come_back(self) -> float:
        """Wait for the next message; return for how long."""
        waited = min(message.visible_at for message in self.sqs.of("words")) - self.clock.time
        self.clock.time += waited
        return waited

    @property
    def dead(self) -> list[QueueMessage]:
        return self.sqs.of("words-dead-letters")


def test_a_batch_that_succeeds_leaves_nothing() -> None:
    queue = Queue("a", "b", "")
    assert queue.receive() == []
    assert queue.words.handled == ["a", "b"]
    assert queue.sqs.messages == []


def test_of_ten_messages_the_three_bad_ones_come_back() -> None:
    queue = Queue("a", "bad1", "b", "c", "bad2", "d", "e", "bad3", "f", "g")
    assert queue.receive() == ["bad1", "bad2", "bad3"]
    assert sorted(queue.words.ended) == list("abcdefg")
    assert queue.dead == []


def test_a_message_that_cannot_be_read_is_a_dead_letter_at_once_with_its_cause() -> None:
    queue = Queue("a", "malformed", "b")
    assert queue.receive() == []
    (letter,) = queue.dead
    assert letter.body == "malformed"
    assert letter.attributes["cause"] == "UnreadableMessage"
    assert letter.attributes["reason"] == "ValueError: no words"
    assert letter.attributes["attempts"] == "1"
    assert queue.words.handled == ["a", "b"]


def test_a_message_with_several_items_is_split_and_each_fails_for_itself() -> None:
    # Given
    queue = Queue("a bad b")
    # When
    assert queue.receive() == []
    # Then
    assert [message.body for message in queue.sqs.of("words")] == ["a", "bad", "b"]
    assert queue.words.handled == []
    assert queue.receive() == ["bad"]


class TestAttempts:
    def test_pauses_grow_until_the_attempts_are_used_up(self) -> None:
        # Given
        queue = Queue("bad")
        # When
        assert queue.receive() == ["bad"]
        first = queue.come_back()
        assert queue.receive() == ["bad"]
        second = queue.come_back()
        assert queue.receive() == []
        # Then
        assert 0.8 * FIRST_PAUSE <= first <= 1.2 * FIRST_PAUSE
        assert 3.2 * FIRST_PAUSE <= second <= 4.8 * FIRST_PAUSE
        assert queue.words.given_up == {"bad": Failure("ValueError", "ValueError: cannot do bad")}
        (letter,) = queue.dead
        assert letter.body == "bad"
        assert letter.attributes["cause"] == "ValueError"
        assert letter.attributes["image_id"] == "id-bad"
        assert letter.attributes["attempts"] == str(MAX_ATTEMPTS)

    def test_an_item_is_given_up_before_its_dead_letter_is_sent(self) -> None:
        # Whoever sees the letter finds the record in its end.
        queue = Queue("bad")
        seen = []
        queue.words.on_give_up = lambda _word: seen.append(len(queue.dead))
        for _ in range(MAX_ATTEMPTS):
            queue.receive()
            if queue.sqs.of("words"):
                queue.come_back()
        assert seen == [0]
        assert len(queue.dead) == 1
        assert queue.words.buried_items == ["bad"]
        assert queue.dead[0].attributes["failed_at"] == FAILED_AT

    def test_waiting_for_a_turn_is_no_attempt(self) -> None:
        queue = Queue("busy")
        for _ in range(10):
            assert queue.receive() == ["busy"]
            assert queue.come_back() == 42
        assert queue.words.attempts["busy"] == 0
        assert queue.dead == []

    def test_a_message_whose_image_is_worked_on_waits_and_is_not_counted(self) -> None:
        queue = Queue("a")

        def busy(_word: str) -> None:
            raise NotYetError("another message is at work", seconds=7)

        queue.words.on_begin = busy
        assert queue.receive() == ["a"]
        assert queue.come_back() == 7
        assert not queue.words.attempts

    def test_what_kills_the_function_each_time_is_given_up_as_killed(self) -> None:
        # Given
        queue = Queue("fatal")
        # When
        for _ in range(MAX_ATTEMPTS):
            assert queue.receive() == ["fatal"]
            assert queue.come_back() == VISIBILITY_SECONDS
        assert queue.receive() == []
        # Then: the next one notices, and does not try it again
        assert queue.words.handled == ["fatal"] * MAX_ATTEMPTS
        assert queue.words.given_up["fatal"].cause == "Killed"
        assert queue.dead[0].attributes["cause"] == "Killed"
        assert "stopped in each of 3 attempts" in queue.dead[0].attributes["reason"]


class TestGivingUp:
    @pytest.mark.parametrize("fails", ["give_up", "bury"])
    def test_a_message_comes_back_when_giving_it_up_fails_and_keeps_its_cause(
        self, fails: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given
        queue = Queue("bad")
        send = queue.sqs.send_message

        def fail(*_arguments: Any, **_named: Any) -> None:
            raise refusal("SendMessage", "InternalError", 500)

        if fails == "give_up":
            queue.words.on_give_up = fail
        else:
            queue.sqs.send_message = fail  # type: ignore[method-assign]
        # When: for some receives after the last attempt
        for _ in range(MAX_ATTEMPTS + 3):
            assert queue.receive() == ["bad"]
            queue.come_back()
        assert queue.dead == []
        # And when it works again
        queue.words.on_give_up = lambda _word: None
        queue.sqs.send_message = send  # type: ignore[method-assign]
        assert queue.receive() == []
        # Then
        assert queue.words.handled == ["bad"] * MAX_ATTEMPTS
        (letter,) = queue.dead
        assert letter.attributes["cause"] == "ValueError"

    def test_it_does_not_cost_the_messages_behind_it_their_turn(self) -> None:
        queue = Queue("bad", "good")
        queue.words.attempts["bad"] = MAX_ATTEMPTS - 1

        def fail(_word: str) -> None:
            raise ConnectionError("record table")

        queue.words.on_give_up = fail
        assert queue.receive() == ["bad"]
        assert queue.words.ended == {"good"}


class TestTime:
    def test_with_too_little_time_left_the_rest_goes_back_untouched(self) -> None:
        # Given
        queue = Queue("a", "b", "c")
        queue.seconds_left = 59
        # When
        assert queue.receive() == ["b", "c"]
        # Then: the first is always tried, and the others are seen at once
        assert queue.words.handled == ["a"]
        assert queue.words.attempts.keys() == {"a"}
        assert queue.come_back() == 0

    def test_with_enough_time_all_are_handled(self) -> None:
        queue = Queue("a", "b")
        queue.seconds_left = 60
        assert queue.receive() == []


def test_a_message_that_nothing_is_to_be_done_for_is_deleted() -> None:
    queue = Queue("a")
    queue.words.ended.add("a")
    assert (queue.receive(), queue.words.handled) == ([], [])

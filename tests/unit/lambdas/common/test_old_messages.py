"""Messages that have waited for long: SQS deletes them at 14 days, and nothing is to be lost."""

from collections.abc import Callable
from typing import Any

import pytest

from lambdas.common.errors import NotYetError
from lambdas.common.queue.messages import age_seconds
from lambdas.common.queue.worker import (
    RENEWED_AFTER_RECEIVES,
    RENEWED_AFTER_SECONDS,
    UNCOUNTED_SECONDS,
)
from tests.unit.lambdas.common.queue.test_worker import FIRST_PAUSE, MAX_ATTEMPTS, Queue
from tests.unit.lambdas.steps import refusal

DAY = 86_400


def table_is_down(_word: str) -> None:
    raise refusal("UpdateItem", "InternalServerError", 500)


def busy(_word: str) -> None:
    raise NotYetError("another message is at work", seconds=7)


def unreachable(*_arguments: Any, **_named: Any) -> None:
    raise refusal("SendMessage", "InternalError", 500)


def queue(happens: Callable[[str], None]) -> Queue:
    """One message whose attempts cannot be begun."""
    made = Queue("a")
    made.words.on_begin = happens
    return made


def receive_until(waiting: Queue, seconds: float) -> int:
    """Receive a message until it is so old, or gone; return how often."""
    receives = 0
    while waiting.sqs.of("words"):
        waiting.come_back()
        if waiting.clock.time > waiting.sqs.of("words")[0].sent_at + seconds:
            break
        waiting.receive()
        receives += 1
    return receives


def test_the_age_of_a_message_is_that_of_its_sending() -> None:
    waiting = Queue("a")
    waiting.clock.time += 5 * DAY
    (message,) = waiting.sqs.of("words")
    assert age_seconds(message.record()) == pytest.approx(5 * DAY, abs=1)


class TestUncounted:
    """Attempts that cannot be begun, as while the record table is down."""

    def test_they_wait_longer_each_time(self) -> None:
        waiting = queue(table_is_down)
        waits = []
        for _ in range(5):
            assert waiting.receive() == ["a"]
            waits.append(waiting.come_back())
        assert waits[0] < 1.2 * FIRST_PAUSE < waits[1] < waits[2]
        assert max(waits) <= 1.2 * 16 * FIRST_PAUSE

    def test_a_message_is_a_dead_letter_after_a_day(self) -> None:
        # Given
        waiting = queue(table_is_down)
        # When
        receives = receive_until(waiting, UNCOUNTED_SECONDS)
        assert (waiting.dead, len(waiting.sqs.of("words"))) == ([], 1)
        assert waiting.receive() == []
        # Then
        (letter,) = waiting.dead
        assert letter.attributes["cause"] == "UpdateItem:InternalServerError"
        assert letter.attributes["attempts"] == str(receives + 1)
        assert "image_id" not in letter.attributes
        assert waiting.words.given_up == {}

    def test_one_that_has_waited_for_a_day_has_its_attempts_before(self) -> None:
        # Behind a backlog, and then one request fails.
        waiting = queue(table_is_down)
        waiting.clock.time += 5 * DAY
        for _ in range(MAX_ATTEMPTS - 1):
            assert waiting.receive() == ["a"]
            waiting.come_back()
        waiting.words.on_begin = lambda _word: None
        assert waiting.receive() == []
        assert (waiting.words.handled, waiting.dead) == (["a"], [])

    def test_one_whose_dead_letter_cannot_be_sent_comes_back(self) -> None:
        # Given
        waiting = queue(table_is_down)
        send = waiting.sqs.send_message
        waiting.sqs.send_message = unreachable  # type: ignore[method-assign]
        receive_until(waiting, 3 * DAY)
        # When
        assert waiting.receive() == ["a"]
        waiting.sqs.send_message = send  # type: ignore[method-assign]
        waiting.come_back()
        assert waiting.receive() == []
        # Then
        assert len(waiting.dead) == 1


class TestRenewed:
    """Waiting for a turn is no failure, however long it takes."""

    def test_a_message_that_only_waits_is_sent_anew_before_sqs_deletes_it(self) -> None:
        # Given
        waiting = queue(busy)
        (old,) = waiting.sqs.of("words")
        waiting.clock.time += RENEWED_AFTER_SECONDS - 60
        assert waiting.receive() == ["a"]
        # When
        waiting.clock.time += 120
        assert waiting.receive() == []
        # Then
        (new,) = waiting.sqs.of("words")
        assert (new.body, new.receives) == (old.body, 0)
        assert age_seconds(new.record()) < 1
        assert waiting.dead == []
        # And then: it is as any other
        waiting.words.on_begin = lambda _word: None
        assert waiting.receive() == []
        assert waiting.words.handled == ["a"]

    def test_so_is_one_that_was_received_so_often_that_sqs_is_about_to_take_it_for_dead(
        self,
    ) -> None:
        # Given
        waiting = queue(busy)
        (old,) = waiting.sqs.of("words")
        old.receives = RENEWED_AFTER_RECEIVES - 2
        assert waiting.receive() == ["a"]
        waiting.come_back()
        # When
        assert waiting.receive() == []
        # Then
        (new,) = waiting.sqs.of("words")
        assert (new.body, new.receives) == (old.body, 0)

    def test_one_that_cannot_be_sent_anew_comes_back_and_costs_the_others_nothing(self) -> None:
        # Given
        waiting = Queue("busy", "good")
        waiting.clock.time += RENEWED_AFTER_SECONDS + 60
        waiting.sqs.send_message = unreachable  # type: ignore[method-assign]
        # When / Then
        assert waiting.receive() == ["busy"]
        assert waiting.words.ended == {"good"}
        assert waiting.come_back() == 42

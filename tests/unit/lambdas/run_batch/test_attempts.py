"""Attempts at a batch's work: which count, for which message, and what is known of them."""

from typing import Any

import pytest

from lambdas.common.batches.control import Control, Work
from lambdas.common.queue.messages import KILLED
from lambdas.run_batch import feed
from tests.unit.lambdas.run_batch.attempts import LIST, LISTING, kept, killed
from tests.unit.lambdas.run_batch.messages import ControlMessage, dead
from tests.unit.lambdas.run_batch.world import MAX_ATTEMPTS, BatchWorld


class TestWhatCounts:
    def test_receives_for_which_lambda_had_no_room_do_not(self, unlisted: BatchWorld) -> None:
        unlisted.steps.down = frozenset({LISTING})
        message = ControlMessage(unlisted, LIST)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            for _ in range(10):
                message.receive()
            assert message.deliver() is (attempt < MAX_ATTEMPTS)
        assert len(dead(unlisted)) == 1

    def test_attempts_that_were_killed_do(self, unlisted: BatchWorld) -> None:
        unlisted.steps.before(LISTING, killed, number=None)
        message = ControlMessage(unlisted, LIST)
        for _ in range(MAX_ATTEMPTS):
            assert message.deliver()
        assert dead(unlisted) == []
        # The next one notices.
        assert not message.deliver()
        ((_, attributes),) = dead(unlisted)
        assert attributes["cause"] == KILLED
        assert "the function was stopped in each of" in str(unlisted.batch().reason)

    def test_attempts_that_failed_do(self, unlisted: BatchWorld) -> None:
        unlisted.steps.down = frozenset({LISTING})
        message = ControlMessage(unlisted, LIST)
        for _ in range(MAX_ATTEMPTS - 1):
            assert message.deliver()
        assert dead(unlisted) == []
        assert unlisted.batch().reason is None
        assert not message.deliver()
        ((body, attributes),) = dead(unlisted)
        assert (body, attributes["cause"]) == (message.body, "CrashError")
        assert attributes["attempts"] == str(MAX_ATTEMPTS)

    def test_what_is_put_off_does_not_however_often(self, unlisted: BatchWorld) -> None:
        message = ControlMessage(unlisted, LIST)
        for _ in range(10):
            message.receive()
            begun = unlisted.stage.begin(LIST, message.record)
            assert begun is not None
            assert begun.number == 1
            unlisted.stage.put_off(LIST, begun)
        assert kept(unlisted) == set()

    def test_one_that_is_put_off_leaves_those_before_it(self, unlisted: BatchWorld) -> None:
        message = ControlMessage(unlisted, LIST)
        numbers = []
        for is_put_off in (False, True, False):
            message.receive()
            begun = unlisted.stage.begin(LIST, message.record)
            assert begun is not None
            numbers.append(begun.number)
            if is_put_off:
                unlisted.stage.put_off(LIST, begun)
        assert numbers == [1, 2, 2]

    def test_one_whose_answer_was_lost_counts_once(self, unlisted: BatchWorld) -> None:
        message = ControlMessage(unlisted, LIST)
        message.receive()
        unlisted.strike(0, "twice")
        begun = unlisted.stage.begin(LIST, message.record)
        assert begun is not None
        assert begun.number == 1

    def test_each_work_has_its_own(self, unlisted: BatchWorld) -> None:
        message = ControlMessage(unlisted, LIST)
        message.receive()
        unlisted.stage.begin(LIST, message.record)
        begun = unlisted.stage.begin(Control("b1", Work.FEED), message.record)
        assert begun is not None
        assert begun.number == 1


class TestWhy:
    def test_the_next_attempt_knows_why_the_one_before_failed(self, unlisted: BatchWorld) -> None:
        # Given: the dead-letter queue cannot be reached when the attempts are used up
        unlisted.steps.down = frozenset({LISTING})
        message = ControlMessage(unlisted, LIST)
        for _ in range(MAX_ATTEMPTS - 1):
            message.deliver()
        send = unlisted.worker._messages.bury
        unlisted.worker._messages.bury = _unreachable  # type: ignore[method-assign]
        assert message.deliver()
        assert message.deliver()
        # When
        unlisted.worker._messages.bury = send  # type: ignore[method-assign]
        assert not message.deliver()
        # Then: what failed, and not that nobody knows
        ((_, attributes),) = dead(unlisted)
        assert attributes["cause"] == "CrashError"
        assert LISTING in attributes["reason"]

    def test_a_kill_after_a_failure_is_not_taken_for_that_failure(
        self, unlisted: BatchWorld
    ) -> None:
        unlisted.steps.down = frozenset({LISTING})
        message = ControlMessage(unlisted, LIST)
        for _ in range(MAX_ATTEMPTS - 1):
            message.deliver()
        unlisted.steps.before(LISTING, killed, number=None)
        assert message.deliver()
        assert not message.deliver()
        ((_, attributes),) = dead(unlisted)
        assert attributes["cause"] == KILLED


class TestTwoAtOnce:
    def test_each_message_has_all_its_attempts(self, unlisted: BatchWorld) -> None:
        unlisted.steps.down = frozenset({LISTING})
        first, second = ControlMessage(unlisted, LIST), ControlMessage(unlisted, LIST)
        for _ in range(MAX_ATTEMPTS - 1):
            assert first.deliver()
            assert second.deliver()
        assert not first.deliver()
        assert len(dead(unlisted)) == 1
        assert not second.deliver()
        assert len(dead(unlisted)) == 1

    def test_one_that_ends_leaves_those_of_the_other(
        self, unlisted: BatchWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given
        assert not ControlMessage(unlisted, LIST).deliver()
        unlisted.take()
        work = Control("b1", Work.FEED)
        unlisted.steps.down = frozenset({"sqs.get_queue_attributes"})
        failing = ControlMessage(unlisted, work)
        for _ in range(MAX_ATTEMPTS - 1):
            assert failing.deliver()
        # When: the queue of images is full, so that nothing gets ahead
        unlisted.steps.down = frozenset()
        monkeypatch.setattr(feed, "HIGH_WATER", 0)
        assert not ControlMessage(unlisted, work).deliver()
        # Then
        unlisted.steps.down = frozenset({"sqs.get_queue_attributes"})
        assert not failing.deliver()
        assert len(dead(unlisted)) == 1


def _unreachable(*_arguments: Any, **_settings: Any) -> None:
    raise ConnectionError("the dead-letter queue")

"""Attempts at a batch's work that begin anew: after a redrive, and when the work gets ahead."""

from collections.abc import Callable

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from lambdas.common.errors import NotYetError
from lambdas.common.queue.failure import Failure
from lambdas.run_batch import feed
from tests.unit.lambdas.run_batch.attempts import LIST, LISTING, failed, kept, killed
from tests.unit.lambdas.run_batch.messages import ControlMessage, dead
from tests.unit.lambdas.run_batch.world import MAX_ATTEMPTS, BatchWorld

DENIED = Failure("ListObjectsV2:AccessDenied", "no")


class TestAnew:
    def test_a_redriven_message_has_all_its_attempts_again(self, unlisted: BatchWorld) -> None:
        unlisted.steps.down = frozenset({LISTING})
        attributes: dict[str, str] = {}
        for _ in range(3):
            # As a move task of SQS and `sightline redrive` send it: body and attributes are kept.
            message = ControlMessage(unlisted, LIST, attributes)
            for _ in range(MAX_ATTEMPTS - 1):
                assert message.deliver()
            assert not message.deliver()
            ((_, attributes),) = dead(unlisted)

    @pytest.mark.parametrize("ends", [killed, failed])
    def test_a_listing_that_gets_ahead_each_time_is_never_given_up(
        self, unlisted: BatchWorld, ends: Callable[[], None]
    ) -> None:
        # Given: each attempt lists a page, and ends at the second
        message = ControlMessage(unlisted, LIST)
        for pages in range(1, 7):
            unlisted.steps.before(LISTING, ends, number=2)
            assert message.deliver()
            assert unlisted.batch().pages == pages
        # When
        unlisted.steps.interrupt = lambda _name: None
        assert not message.deliver()
        # Then
        assert unlisted.batch().state is State.RUNNING
        assert dead(unlisted) == []
        assert kept(unlisted) == set()

    def test_feeding_that_gets_ahead_each_time_is_never_given_up(
        self, unlisted: BatchWorld
    ) -> None:
        assert not ControlMessage(unlisted, LIST).deliver()
        unlisted.take()
        message = ControlMessage(unlisted, Control("b1", Work.FEED))
        for pages in range(1, 7):
            unlisted.steps.before("sqs.send_message_batch", killed, number=2)
            assert message.deliver()
            assert unlisted.batch().fed_pages == pages
        assert dead(unlisted) == []

    def test_the_last_attempt_does_not_count_either_if_it_got_ahead(
        self, unlisted: BatchWorld
    ) -> None:
        # Given
        message = ControlMessage(unlisted, LIST)
        unlisted.steps.down = frozenset({LISTING})
        for _ in range(MAX_ATTEMPTS - 1):
            message.deliver()
        # When
        unlisted.steps.down = frozenset()
        unlisted.steps.before(LISTING, failed, number=2)
        assert message.deliver()
        # Then: all of them are there again
        unlisted.steps.down = frozenset({LISTING})
        for _ in range(MAX_ATTEMPTS - 1):
            assert message.deliver()
        assert not message.deliver()
        assert len(dead(unlisted)) == 1

    def test_a_failure_of_one_that_got_ahead_is_followed_by_the_shortest_pause(
        self, unlisted: BatchWorld
    ) -> None:
        message = ControlMessage(unlisted, LIST)
        message.receive()
        begun = unlisted.stage.begin(LIST, message.record)
        assert begun is not None
        assert unlisted.lister.list_pages(unlisted.batch(), lambda: True)
        with pytest.raises(NotYetError, match="got ahead") as raised:
            unlisted.stage.failed(LIST, begun, DENIED)
        assert 0.8 <= raised.value.seconds <= 1.2

    def test_a_report_that_is_killed_in_the_same_page_each_time_is_given_up(
        self, unlisted: BatchWorld
    ) -> None:
        # Given: beginning a round is not getting ahead
        unlisted.control_send(LIST)
        unlisted.drain()
        for arrival in unlisted.arrivals():
            unlisted.end(arrival)
        unlisted.take()
        message = ControlMessage(unlisted, Control("b1", Work.REPORT))
        unlisted.steps.before("s3.put_object", killed, number=None)
        # When
        for _ in range(MAX_ATTEMPTS):
            assert message.deliver()
        # Then
        assert not message.deliver()
        assert len(dead(unlisted)) == 1


class TestNothingIsLeft:
    def test_of_a_batch_that_ran(self, unlisted: BatchWorld) -> None:
        unlisted.pages_in_time = 1
        unlisted.control_send(LIST)
        unlisted.drain()
        for arrival in unlisted.arrivals():
            unlisted.end(arrival, text=["TAXI"])
        assert unlisted.drain() > 8
        assert unlisted.batch().state is State.CLOSED
        assert kept(unlisted) == set()

    def test_of_a_batch_that_waits_for_its_queue(
        self, unlisted: BatchWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given: fifteen seconds a message, and nobody knows for how many days
        assert not ControlMessage(unlisted, LIST).deliver()
        unlisted.take()
        monkeypatch.setattr(feed, "HIGH_WATER", 0)
        message = ControlMessage(unlisted, Control("b1", Work.FEED))
        unlisted.steps.down = frozenset({"sqs.get_queue_attributes"})
        assert message.deliver()
        unlisted.steps.down = frozenset()
        # When
        assert not message.deliver()
        # Then
        assert kept(unlisted) == {"feed_failure"}  # until it gets ahead


def test_a_step_costs_these_requests_and_no_more(unlisted: BatchWorld) -> None:
    unlisted.pages_in_time = 1
    unlisted.steps.names.clear()
    assert not ControlMessage(unlisted, LIST).deliver()
    assert unlisted.steps.names == [
        "dynamodb.update_item",  # the attempt
        "dynamodb.get_item",
        *(LISTING, "s3.put_object", "dynamodb.update_item"),
        "sqs.send_message",
    ]

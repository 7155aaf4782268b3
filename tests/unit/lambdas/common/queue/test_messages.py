import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.common.clock import utc_now
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import (
    MAX_REASON_CHARACTERS,
    QueueMessages,
    Queues,
    RetryPolicy,
    failure_of,
    receives,
)
from tests.unit.lambdas.fakes import FakeSqs, QueueMessage, queues, url
from tests.unit.lambdas.steps import START, Clock, refusal

DENIED = Failure("DetectLabels:AccessDeniedException", "no")


@pytest.fixture
def sqs() -> FakeSqs:
    return FakeSqs(Clock())


@pytest.fixture
def messages(sqs: FakeSqs) -> QueueMessages:
    return QueueMessages(sqs, queues("images", "batch"), stage="inspect_image")


def received(sqs: FakeSqs, body: str = "body", queue: str = "images") -> QueueMessage:
    sqs.send_message(url(queue), body)
    return sqs.of(queue)[-1]


class TestPauses:
    def test_pauses_grow_fourfold_to_an_hour(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("random.uniform", lambda low, high: 1.0)
        policy = RetryPolicy(6, 30)
        assert [policy.pause(n) for n in range(1, 7)] == [30, 120, 480, 1920, 3600, 3600]

    def test_all_attempts_of_the_stock_policy_are_within_two_hours(self) -> None:
        policy = RetryPolicy(6, 30)
        assert policy.longest_seconds == pytest.approx(1.2 * (30 + 120 + 480 + 1920 + 3600))
        assert policy.longest_seconds <= 2.1 * 3600

    def test_what_failed_together_comes_back_spread(self) -> None:
        pauses = {RetryPolicy(6, 100).pause(1) for _ in range(100)}
        assert 80 <= min(pauses) < 90
        assert 110 < max(pauses) <= 120


class TestPuttingOff:
    def test_a_message_comes_back_when_it_is_told(
        self, sqs: FakeSqs, messages: QueueMessages
    ) -> None:
        message = received(sqs)
        messages.put_off(message.record(), 29.6)
        assert message.visible_at == START + 30

    @pytest.mark.parametrize(("seconds", "put_off"), [(-5, 0), (0.2, 0), (99_999, 43_200)])
    def test_sqs_is_told_nothing_that_it_does_not_take(
        self, sqs: FakeSqs, messages: QueueMessages, seconds: float, put_off: int
    ) -> None:
        message = received(sqs)
        messages.put_off(message.record(), seconds)
        assert message.visible_at == START + put_off

    @pytest.mark.parametrize(
        "error",
        [
            refusal("ChangeMessageVisibility", "InvalidParameterValue"),
            EndpointConnectionError(endpoint_url="https://sqs"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_a_message_that_cannot_be_put_off_comes_back_later_and_does_not_stop_the_others(
        self, sqs: FakeSqs, messages: QueueMessages, error: Exception
    ) -> None:
        message = received(sqs)
        sqs.change_message_visibility = raising(error)  # type: ignore[method-assign]
        messages.put_off(message.record(), 30)
        assert sqs.of("images") == [message]


class TestSplitting:
    def test_the_parts_go_to_the_queue_of_the_whole(
        self, sqs: FakeSqs, messages: QueueMessages
    ) -> None:
        whole = received(sqs, queue="batch")
        messages.split(whole.record(), ["one", "two"])
        assert [message.body for message in sqs.of("batch")] == ["body", "one", "two"]


class TestBurying:
    def test_a_dead_letter_says_why_where_and_when(
        self, sqs: FakeSqs, messages: QueueMessages
    ) -> None:
        message = received(sqs)
        messages.bury(message.record(), DENIED, attempts=6, image_id="c0ffee")
        (letter,) = sqs.of("images-dead-letters")
        assert letter.body == "body"
        failed_at = letter.attributes.pop("failed_at")
        assert datetime.fromisoformat(failed_at).utcoffset() is not None
        assert letter.attributes == {
            "cause": "DetectLabels:AccessDeniedException",
            "reason": "no",
            "stage": "inspect_image",
            "attempts": "6",
            "image_id": "c0ffee",
        }

    def test_one_that_could_not_be_read_names_no_image(
        self, sqs: FakeSqs, messages: QueueMessages
    ) -> None:
        messages.bury(received(sqs).record(), DENIED, attempts=1)
        assert "image_id" not in sqs.of("images-dead-letters")[0].attributes

    @pytest.mark.parametrize(("reason", "sent"), [("", "?"), ("a\x00b\nc\ud800", "a?b?c?")])
    def test_an_attribute_is_what_sqs_takes(
        self, sqs: FakeSqs, messages: QueueMessages, reason: str, sent: str
    ) -> None:
        messages.bury(received(sqs).record(), Failure("x", reason), attempts=1)
        assert sqs.of("images-dead-letters")[0].attributes["reason"] == sent

    def test_a_letter_that_cannot_be_sent_is_an_error(
        self, sqs: FakeSqs, messages: QueueMessages
    ) -> None:
        # Otherwise its message would be deleted.
        message = received(sqs)
        sqs.send_message = raising(refusal("SendMessage", "AccessDenied"))  # type: ignore[method-assign]
        with pytest.raises(Exception, match="AccessDenied"):
            messages.bury(message.record(), DENIED, attempts=6)


class TestFailures:
    def test_the_cause_of_an_error_of_aws_is_operation_and_code(self) -> None:
        failure = failure_of(refusal("GetObject", "SlowDown", 503))
        assert failure.cause == "GetObject:SlowDown"

    def test_the_cause_of_another_error_is_its_class(self) -> None:
        assert (
            failure_of(EndpointConnectionError(endpoint_url="x")).cause == "EndpointConnectionError"
        )

    def test_a_reason_is_bounded_and_names_the_kind_of_error(self) -> None:
        reason = failure_of(KeyError("x" * 10_000)).reason
        assert reason.startswith("KeyError: 'xxx")
        assert len(reason) == MAX_REASON_CHARACTERS

    def test_a_reason_is_one_line(self) -> None:
        assert "\n" not in failure_of(ValueError("first\nsecond")).reason


def test_queues_are_read_as_the_stack_writes_them() -> None:
    parsed = Queues.parse(json.dumps([["arn:1", "https://1", "https://1-dead"]]))
    assert parsed.urls == {"arn:1": ("https://1", "https://1-dead")}


def test_receives_are_those_that_sqs_counts(sqs: FakeSqs) -> None:
    message = received(sqs)
    message.receives = 7
    assert receives(message.record()) == 7


def test_now_is_utc_with_milliseconds_and_an_offset() -> None:
    now = utc_now()
    assert datetime.fromisoformat(now).utcoffset() is not None
    assert now.endswith("+00:00")
    assert len(now) == len("2026-11-21T09:30:00.123+00:00")


def raising(error: Exception) -> Callable[..., Any]:
    def request(**arguments: Any) -> Any:
        raise error

    return request

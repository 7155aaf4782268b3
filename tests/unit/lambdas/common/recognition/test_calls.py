"""Calls to Rekognition: what may pass is tried again, at the account's pace and within a bound."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from lambdas.common.clients import CONNECT_SECONDS, READ_SECONDS
from lambdas.common.errors import NotYetError
from lambdas.common.recognition.calls import (
    MAX_CALLS,
    MAX_THROTTLED,
    THROTTLED_SECONDS,
    RekognitionCalls,
)
from lambdas.common.recognition.pacer import MAX_WAIT_SECONDS
from tests.unit.lambdas.fakes import FakeRekognition
from tests.unit.lambdas.steps import START, Clock, refusal

CALL_SECONDS = CONNECT_SECONDS + READ_SECONDS
THROTTLED = refusal("DetectLabels", "ThrottlingException")
BUSY = refusal("DetectLabels", "InternalServerError", 500)
TIMEOUT = ReadTimeoutError(endpoint_url="https://rekognition")


class FakePacer:
    """Gives every turn after `wait` seconds."""

    def __init__(self, clock: Clock, wait: float = 0) -> None:
        self.clock, self.wait = clock, wait
        self.turns = self.slowed = 0

    def wait_for_turn(self) -> None:
        self.turns += 1
        self.clock.time += self.wait

    def slow_down(self) -> None:
        self.slowed += 1


class Calls:
    """Calls of which the first fail as scripted, in virtual time."""

    def __init__(self, *script: Exception | None, seconds: float = 45, wait: float = 0) -> None:
        self.clock = Clock()
        self.rekognition = FakeRekognition(self.clock, script=list(script))
        self.pacer = FakePacer(self.clock, wait)
        pacer: Any = self.pacer
        self._calls = RekognitionCalls(
            self.rekognition,
            pacer,
            seconds=seconds,
            sleep=self.clock.sleep,
            clock=self.clock.now,
        )

    def __call__(self) -> Any:
        return self._calls("detect_labels", Image={"S3Object": {}})

    @property
    def made(self) -> int:
        return len(self.rekognition.calls)


def test_an_answer_is_returned_without_the_metadata_of_its_response() -> None:
    calls = Calls()
    assert calls().keys() == {"Labels", "LabelModelVersion"}
    assert calls.rekognition.calls == [{"Image": {"S3Object": {}}}]
    assert (calls.pacer.turns, calls.pacer.slowed) == (1, 0)


@pytest.mark.parametrize(
    "error",
    [
        BUSY,
        refusal("DetectLabels", "ServiceUnavailable", 503),
        TIMEOUT,
        EndpointConnectionError(endpoint_url="https://rekognition"),
        ResponseParserError("not JSON"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again_each_time_in_its_turn(error: Exception) -> None:
    # Given
    calls = Calls(error, error)
    # When
    calls()
    # Then
    assert (calls.made, calls.pacer.turns) == (3, 3)
    assert calls.pacer.slowed == 0
    first, second = calls.clock.slept
    assert 0.5 <= first <= 1
    assert 1 <= second <= 2


def test_the_last_error_is_raised_when_it_does_not_pass() -> None:
    calls = Calls(*[BUSY] * 9)
    with pytest.raises(ClientError, match="InternalServerError"):
        calls()
    assert calls.made == MAX_CALLS


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "InvalidImageFormatException", "InvalidS3ObjectException"]
)
def test_what_will_not_pass_is_raised_at_once(code: str) -> None:
    calls = Calls(refusal("DetectLabels", code))
    with pytest.raises(ClientError, match=code):
        calls()
    assert calls.made == 1


class TestThrottling:
    @pytest.mark.parametrize(
        "code", ["ThrottlingException", "ProvisionedThroughputExceededException"]
    )
    def test_a_throttled_call_is_made_again_in_a_later_turn_and_everybody_slows_down(
        self, code: str
    ) -> None:
        calls = Calls(refusal("DetectLabels", code))
        calls()
        assert (calls.made, calls.pacer.turns, calls.pacer.slowed) == (2, 2, 1)
        assert calls.clock.slept == []

    def test_a_message_waits_in_its_queue_when_the_throttling_goes_on(self) -> None:
        calls = Calls(*[THROTTLED] * 9)
        with pytest.raises(NotYetError, match="throttles this account") as raised:
            calls()
        assert calls.made == MAX_THROTTLED
        low, high = THROTTLED_SECONDS
        assert low <= raised.value.seconds <= high

    def test_throttled_calls_are_none_of_those_that_an_attempt_has(self) -> None:
        calls = Calls(BUSY, THROTTLED, BUSY, THROTTLED)
        calls()
        assert calls.made == 5


class TestTime:
    def test_no_call_is_begun_that_could_not_end_in_time(self) -> None:
        # Given: each call takes its full timeouts
        calls = Calls(*[TIMEOUT] * 9, seconds=45)
        calls.rekognition.seconds = CALL_SECONDS
        # When
        with pytest.raises(ReadTimeoutError):
            calls()
        # Then
        assert calls.made == 2
        assert calls.clock.time - START <= 45

    def test_with_little_time_there_is_one_call(self) -> None:
        calls = Calls(*[BUSY] * 9, seconds=CALL_SECONDS - 1)
        with pytest.raises(ClientError):
            calls()
        assert calls.made == 1

    def test_a_wait_for_the_turn_counts_too(self) -> None:
        calls = Calls(*[TIMEOUT] * 9, seconds=45, wait=MAX_WAIT_SECONDS)
        calls.rekognition.seconds = CALL_SECONDS
        with pytest.raises(ReadTimeoutError):
            calls()
        assert calls.clock.time - START <= 45


def test_who_gets_no_turn_does_not_call() -> None:
    calls = Calls()

    def refuse() -> None:
        raise NotYetError("no free turn", seconds=12)

    calls.pacer.wait_for_turn = refuse  # type: ignore[method-assign]
    with pytest.raises(NotYetError):
        calls()
    assert calls.made == 0

"""What has been paid for a content is not paid for again, whatever file it is in."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError, RejectedImageError
from lambdas.common.recognition.answers import Answer, Answers, PaidCall
from lambdas.common.recognition.recognition import _BUSY_SECONDS, Labels, Subject
from tests.unit.lambdas.common.recognition.test_recognition import (
    PLAIN,
    VERSIONED,
    detect,
    read,
    recognition,
)
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.fakes import FakeRekognition
from tests.unit.lambdas.steps import Clock, Stepped, Steps, refusal


def test_the_same_content_is_paid_once(dynamodb: Any) -> None:
    rekognition = FakeRekognition(Clock())
    first = recognition(rekognition, dynamodb=dynamodb)
    other = recognition(rekognition, dynamodb=dynamodb, owner="b")
    paid, reused = detect(first, "c0ffee"), detect(other, "c0ffee", PLAIN, "2")
    assert (paid.paid, reused.paid) == (True, False)
    assert reused.labels == paid.labels
    assert rekognition.paid == {"detect_labels": 1}


def test_text_is_paid_once_too_and_is_no_label(dynamodb: Any) -> None:
    rekognition = FakeRekognition(Clock())
    one = recognition(rekognition, dynamodb=dynamodb)
    detect(one, "c0ffee")
    assert [read(one, "c0ffee", image_id).paid for image_id in "12"] == [True, False]
    assert rekognition.paid == {"detect_labels": 1, "detect_text": 1}


def test_an_image_that_is_tried_again_still_says_that_it_paid(dynamodb: Any) -> None:
    rekognition = FakeRekognition(Clock())
    for owner in "ab":
        again = recognition(rekognition, dynamodb=dynamodb, owner=owner)
        assert (detect(again, "c0ffee").paid, read(again, "c0ffee").paid) == (True, True)
    assert rekognition.paid == {"detect_labels": 1, "detect_text": 1}


def test_without_a_content_each_call_is_paid(dynamodb: Any) -> None:
    rekognition = FakeRekognition(Clock())
    one = recognition(rekognition, dynamodb=dynamodb)
    assert [detect(one).paid for _ in range(2)] == [True, True]
    assert rekognition.paid == {"detect_labels": 2}


def test_other_settings_are_another_question(dynamodb: Any) -> None:
    rekognition = FakeRekognition(Clock())
    one = recognition(rekognition, dynamodb=dynamodb)
    detect(one, "c0ffee")
    subject = Subject(VERSIONED, "1", "c0ffee")
    one.detect_labels(subject, features=["X"], max_labels=50, min_confidence=55)
    assert rekognition.paid == {"detect_labels": 2}


@pytest.mark.parametrize(
    "error",
    [
        refusal("DetectLabels", "AccessDeniedException"),
        refusal("DetectLabels", "InvalidImageFormatException"),
        *[refusal("DetectLabels", "ThrottlingException")] * 1,
    ],
    ids=lambda error: error.response["Error"]["Code"],
)
def test_who_fails_does_not_keep_the_next_from_paying(dynamodb: Any, error: Exception) -> None:
    rekognition = FakeRekognition(Clock(), script=[error] * 3)
    with pytest.raises((ClientError, RejectedImageError, NotYetError)):
        detect(recognition(rekognition, dynamodb=dynamodb), "c0ffee")
    rekognition.script.clear()
    assert detect(recognition(rekognition, dynamodb=dynamodb, owner="b"), "c0ffee").paid


def test_who_is_second_gets_the_answer_as_soon_as_it_is_there(dynamodb: Any) -> None:
    # Given: another container has the claim, and keeps the answer in the third wait
    clock = Clock()
    rekognition = FakeRekognition(clock)
    first, second = during_a_claim(rekognition, dynamodb, clock)
    waits = clock.slept

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            first()

    # When
    found = second(sleep)
    # Then
    assert (found.paid, waits) == (False, [0.25, 0.5, 1.0])
    assert rekognition.paid == {"detect_labels": 1}


def test_who_waits_in_vain_lets_the_message_wait(dynamodb: Any) -> None:
    clock = Clock()
    rekognition = FakeRekognition(clock)
    _first, second = during_a_claim(rekognition, dynamodb, clock)
    with pytest.raises(NotYetError, match="the same picture") as raised:
        second(clock.sleep)
    assert sum(clock.slept) == 3.75
    assert raised.value.seconds == _BUSY_SECONDS
    assert not rekognition.paid


def test_an_answer_that_was_paid_for_is_used_even_if_it_cannot_be_kept(dynamodb: Any) -> None:
    rekognition = FakeRekognition(Clock())
    no_puts = Stepped("dynamodb", dynamodb, Steps(down=frozenset({"dynamodb.put_item"})))
    found = detect(recognition(rekognition, dynamodb=no_puts), "c0ffee")
    assert found.paid
    assert [label.name for label in found.labels] == ["Car", "Tree"]


def during_a_claim(
    rekognition: FakeRekognition, dynamodb: Any, clock: Clock
) -> tuple[Callable[[], None], Callable[[Callable[[float], None]], Labels]]:
    """A container that has claimed a call, to be ended by the first; a second that asks."""
    parameters = {"Features": ["GENERAL_LABELS"], "MaxLabels": 50, "MinConfidence": 55.0}
    call = PaidCall("labels", "c0ffee", parameters, "1")
    answers = Answers(
        dynamodb=dynamodb, table=TABLE, owner="a", lease_seconds=75, days=365, now=clock.now
    )
    answers.find_or_claim(call)

    def first() -> None:
        document = rekognition.detect_labels()
        answers.keep(call, Answer(document, "3.0", "1"))

    def second(sleep: Callable[[float], None]) -> Labels:
        asking = recognition(rekognition, dynamodb=dynamodb, clock=clock, owner="b")
        asking._sleep = sleep
        return detect(asking, "c0ffee", image_id="2")

    return first, second

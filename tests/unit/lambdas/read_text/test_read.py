"""The second stage by itself; with the first one it is tested in inspect_image/."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.message import TextRequest
from lambdas.common.queue.failure import Failure
from lambdas.common.records.attempts import Attempt
from lambdas.common.status import Status
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.results import RECEIVED_AT, SOURCE
from tests.unit.lambdas.steps import refusal
from tests.unit.lambdas.world import World, account


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def labelled(**settings: Any) -> World:
    """An image whose labels are known, and the request for its text in the queue."""
    world = World(**settings)
    world.sqs.send_message(url("images"), world.event())
    world.deliver(world.sqs.of("images")[0])
    world.steps.names.clear()
    return world


def request(world: World) -> TextRequest:
    return TextRequest.from_json(world.sqs.of("text")[0].body)


def test_text_is_read_from_the_image_that_the_request_names() -> None:
    world = labelled()
    world.drain()
    labels, text = world.rekognition.calls
    assert text["Image"] == labels["Image"]
    assert world.result.lines == ["STOP"]
    assert world.status is Status.DONE


def test_text_that_was_expected_and_is_missing_is_for_a_person() -> None:
    # Given: a car without a legible plate
    world = labelled(review_rule="missing-text")
    world.rekognition.lines = []
    # When
    world.drain()
    # Then
    assert world.status is Status.IN_REVIEW
    assert world.announced[0]["review_reasons"] == [
        "its labels made text likely, and none was found"
    ]


def test_a_request_whose_labels_are_not_there_fails_with_a_sentence() -> None:
    # Given: somebody emptied the processed bucket
    world = labelled()
    world.delete_result()
    # When: the request is received until it is dead
    world.drain()
    # Then: it costs nothing, and does not stay on its way for ever
    assert "rekognition.detect_text" not in world.steps.names
    assert world.status is Status.FAILED
    (letter,) = world.dead("text")
    assert letter.attributes["cause"] == "RetryableError"
    assert letter.attributes["stage"] == "read_text"
    assert "not in the processed bucket; upload the image again" in letter.attributes["reason"]


def test_giving_up_keeps_the_labels_and_says_why() -> None:
    world = labelled()
    world.rekognition.always = {"detect_text": refusal("DetectText", "AccessDenied")}
    world.drain()
    assert world.status is Status.FAILED
    assert [label.name for label in world.result.labels] == ["Car", "Tree"]
    assert world.announced[0]["cause"] == "DetectText:AccessDenied"


def test_a_redrive_reads_the_text_and_does_not_label_again() -> None:
    # Given
    world = labelled(reuse_answers=False)
    world.rekognition.always = {"detect_text": refusal("DetectText", "AccessDenied")}
    world.drain()
    # When
    world.rekognition.always.clear()
    world.redrive()
    # Then
    assert world.history[-3:] == [Status.FAILED, Status.LABELLED, Status.DONE]
    assert world.paid == {"detect_labels": 1, "detect_text": 1}


@pytest.mark.parametrize("end", [Status.DONE, Status.IN_REVIEW, Status.REJECTED])
def test_an_image_that_has_ended_is_not_read(end: Status) -> None:
    world = labelled()
    world.write_record(status=str(end), announced=str(end))
    world.drain()
    assert world.steps.names == ["dynamodb.update_item"]
    assert world.status is end
    assert world.announced == []


def test_the_request_of_an_unknown_image_makes_its_record() -> None:
    # Given: its record has expired, or somebody emptied the table
    world = labelled()
    read = world.reader
    unknown = TextRequest(world.id, request(world).image, world.source, request(world).received_at)
    world.write_record(status="received", attempts=0)
    # When
    attempt = read.begin(unknown, {})
    # Then
    assert isinstance(attempt, Attempt)
    read.work(unknown, attempt)
    assert world.status is Status.DONE


def test_giving_up_without_a_result_makes_one() -> None:
    world = labelled()
    world.delete_result()
    assert world.reader.give_up(request(world), Failure("x", "why"))
    assert (world.result.status, world.result.reason) == (Status.FAILED, "why")
    assert world.status is Status.FAILED


REQUEST = json.loads(TextRequest("1", SOURCE, SOURCE, RECEIVED_AT).to_json())


@pytest.mark.parametrize(
    "body",
    [
        *("", "{}", "[]", '{"image_id": "1"}'),
        *(
            json.dumps({**REQUEST, **changes})
            for changes in (
                {"received_at": "yesterday"},
                {"received_at": None},
                {"image_id": 5},
                {"image": None},
                {"batch": {"id": "trip"}},
            )
        ),
    ],
)
def test_a_message_that_is_no_request_is_a_dead_letter_at_once(body: str) -> None:
    world = World()
    world.sqs.send_message(url("text"), body)
    world.drain()
    (letter,) = world.dead("text")
    assert letter.attributes["cause"] == "UnreadableMessage"

"""The second stage by itself; with the first one it is tested in inspect_image/."""

import pytest

from lambdas.common.errors import RetryableError
from lambdas.common.message import TextRequest
from lambdas.common.status import Status
from tests.unit.lambdas.world import ARRIVAL, ID, SOURCE, World


def labelled(**settings: str) -> World:
    """An image whose labels are known, and the request for its text in the queue."""
    world = World(**settings)  # type: ignore[arg-type]
    world.inspector.inspect(ARRIVAL)
    return world


def request(world: World) -> TextRequest:
    return TextRequest.from_json(world.queues["text"][0].body)


def test_text_is_read_from_the_image_that_the_request_names() -> None:
    world = labelled()
    world.reader.read(request(world))
    assert world.recognition.seen == [SOURCE, SOURCE]
    assert world.result.lines == ["STOP"]
    assert world.status is Status.DONE


def test_text_that_was_expected_and_is_missing_is_for_a_person() -> None:
    # Given: a car without a legible plate
    world = labelled(review_rule="missing-text")
    world.recognition.text = ()
    # When
    world.reader.read(request(world))
    # Then
    assert world.status is Status.IN_REVIEW
    assert world.announced[0]["review_reasons"] == [
        "its labels made text likely, and none was found"
    ]


def test_a_request_whose_labels_are_not_there_is_retried_with_a_sentence() -> None:
    world = labelled()
    world.objects.results.clear()
    with pytest.raises(RetryableError, match="not in the processed bucket; upload the image again"):
        world.reader.read(request(world))
    assert "detect_text" not in world.steps.names


def test_an_image_whose_labels_are_gone_does_not_stay_on_the_way_for_ever() -> None:
    # Given: somebody emptied the processed bucket
    world = labelled()
    world.objects.results.clear()
    # When: the request is received until it is dead
    world.drain()
    # Then
    assert world.status is Status.FAILED


def test_giving_up_keeps_the_labels_and_says_why() -> None:
    world = labelled()
    world.reader.give_up(request(world), "ConnectionError: no")
    assert world.status is Status.FAILED
    assert world.result.labels == world.recognition.labels
    assert world.announced[0]["reason"] == "ConnectionError: no"


@pytest.mark.parametrize("end", [Status.DONE, Status.IN_REVIEW, Status.REJECTED, Status.FAILED])
def test_giving_up_changes_nothing_once_the_image_has_ended(end: Status) -> None:
    world = labelled()
    world.records.statuses[ID] = end
    world.reader.give_up(request(world), "too late")
    assert world.status is end
    assert world.announced == []
    assert world.result.reason is None


@pytest.mark.parametrize("end", [Status.DONE, Status.IN_REVIEW, Status.REJECTED])
def test_an_image_that_has_ended_is_not_read(end: Status) -> None:
    world = labelled()
    world.records.statuses[ID] = end
    world.reader.read(request(world))
    assert "detect_text" not in world.steps.names
    assert world.status is end

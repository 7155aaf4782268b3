"""S3 and SQS deliver at least once: what is known decides what is still to be done."""

from collections.abc import Iterator

import pytest

from lambdas.common.message import TextRequest
from lambdas.common.queue.failure import Failure
from lambdas.common.status import Status
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.world import World, account


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def labelled_only(world: World) -> None:
    """Run the first stage, and leave what it asks for in the text queue."""
    world.sqs.send_message(url("images"), world.event())
    world.deliver(world.sqs.of("images")[0])


def names(world: World) -> list[str]:
    return [label.name for label in world.result.labels]


def other_delivery_ends(world: World, *, delete: bool = False) -> None:
    """Another delivery, once the lease of the present one is over."""
    world.clock.time += 80
    others = [message for message in world.sqs.of("images") if message.receives]
    for message in others:
        world.sqs.messages.remove(message)
    world.start_container()
    world.upload()
    world.sqs.messages += others
    if delete:
        world.delete_original()


@pytest.mark.parametrize("text_rule", ["Car:90", "never"])
def test_the_repeat_of_a_finished_image_costs_nothing_and_says_nothing(text_rule: str) -> None:
    # Given
    world = World(text_rule=text_rule)
    world.upload()
    paid, announced, before = world.paid.copy(), world.message_ids, world.result
    # When
    world.upload()
    # Then
    assert (world.paid, world.message_ids) == (paid, announced)
    assert (world.result, world.result.etag) == (before, before.etag)


@pytest.mark.parametrize("end", [Status.DONE, Status.IN_REVIEW, Status.REJECTED])
def test_the_repeat_of_an_end_that_was_not_announced_announces_it(end: Status) -> None:
    # Given
    world = World(
        text_rule="never",
        review_rule="labels:99" if end is Status.IN_REVIEW else "never",
        original=b"?" if end is Status.REJECTED else None,
    )
    world.upload()
    world.announced.clear()
    world.write_record(announced=None)
    # When
    world.upload()
    # Then
    assert world.message_ids == [f"{world.id}:{end}"]
    assert world.paid["detect_labels"] <= 1


def test_a_received_image_without_a_result_is_labelled() -> None:
    world = World()
    world.write_record(status="received", received_at=world.clock.iso(), attempts=1)
    world.upload()
    assert world.status is Status.DONE
    assert world.paid["detect_labels"] == 1


def test_a_received_image_whose_labels_were_kept_is_not_labelled_again() -> None:
    # Given: a crash between the result and the record, and no kept answer
    world = World(reuse_answers=False)
    labelled_only(world)
    world.write_record(status="received", attempts=1)
    world.sqs.messages.clear()
    # When
    world.upload()
    # Then
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.status is Status.DONE


def test_a_labelled_image_whose_request_was_lost_is_asked_for_again() -> None:
    # Given
    world = World()
    labelled_only(world)
    world.sqs.messages.clear()
    # When
    world.upload()
    # Then
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.status is Status.DONE


def test_two_requests_for_the_same_text_are_read_once() -> None:
    # Given
    world = World(reuse_answers=False)
    labelled_only(world)
    labelled_only(world)
    assert len(world.sqs.of("text")) == 2
    # When
    world.drain()
    # Then
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.message_ids == [f"{world.id}:done"]


def test_text_that_was_kept_is_not_read_again() -> None:
    # Given: a crash between the result with the text and the record, and no kept answer
    world = World(reuse_answers=False)
    world.upload()
    world.write_record(status="labelled")
    # When
    world.upload()
    # Then
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.status is Status.DONE


def test_a_late_delivery_does_not_replace_the_result_of_an_image_that_has_ended() -> None:
    # Given: a delivery so slow that its lease runs out, and that finds the original deleted
    world = World(text_rule="never")
    world.before("s3.get_object", lambda: other_delivery_ends(world, delete=True))
    # When
    labelled_only(world)
    # Then
    assert world.status is Status.DONE
    assert world.result.status is Status.DONE
    assert names(world) == ["Car", "Tree"]
    assert world.message_ids == [f"{world.id}:done"]


@pytest.mark.parametrize("original", [None, b"?"], ids=["analysed", "rejected"])
def test_record_and_result_agree_when_another_delivery_ends_first(original: bytes | None) -> None:
    # Given: a delivery that is about to write its result when the other one works and ends
    world = World(text_rule="never", original=original)
    end = Status.DONE if original is None else Status.REJECTED
    world.before(
        "s3.put_object", lambda: other_delivery_ends(world), number=2 if original is None else 1
    )
    # When
    labelled_only(world)
    # Then
    assert world.status is world.result.status is end
    assert set(world.message_ids) == {f"{world.id}:{end}"}


@pytest.mark.parametrize("stage", ["inspector", "reader"])
def test_giving_up_changes_nothing_once_the_image_has_ended(stage: str) -> None:
    # Given
    world = World()
    world.upload()
    request = TextRequest(world.id, world.source, world.source, world.clock.iso())
    # When
    failure = Failure("x", "too late")
    if stage == "inspector":
        world.inspector.give_up(world.arrival, failure)
    else:
        world.reader.give_up(request, failure)
    # Then
    assert world.message_ids == [f"{world.id}:done"]
    assert world.status is Status.DONE
    assert world.result.status is Status.DONE

"""Images whose attempts are used up, and what a redrive makes of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.status import Status
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.steps import KilledError, refusal
from tests.unit.lambdas.world import World, account


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def names(world: World) -> list[str]:
    return [label.name for label in world.result.labels]


def kill() -> Any:
    raise KilledError


def test_an_image_fails_with_its_reason_when_its_attempts_are_used_up() -> None:
    # Given
    world = World()
    world.rekognition.always = {"detect_labels": refusal("DetectLabels", "AccessDenied")}
    # When
    world.upload()
    # Then
    assert world.status is Status.FAILED
    assert str(world.result.reason).startswith("ClientError: An error occurred (AccessDenied)")
    assert world.result.cause == world.announced[0]["cause"] == "DetectLabels:AccessDenied"
    assert world.message_ids == [f"{world.id}:failed"]
    assert len(world.rekognition.calls) == 6
    (letter,) = world.dead("images")
    assert letter.attributes["cause"] == "DetectLabels:AccessDenied"


def test_an_image_that_kills_the_function_each_time_fails_as_killed() -> None:
    # Given
    world = World()
    world.before("rekognition.detect_labels", kill, number=None)
    # When
    world.sqs.send_message(url("images"), world.event())
    world.drain()
    # Then
    assert world.dead()[0].attributes["cause"] == world.record["cause"] == "Killed"
    assert world.status is Status.FAILED


def test_labels_that_were_paid_for_are_kept_for_the_redrive() -> None:
    # Given
    world = World(reuse_answers=False)
    world.rekognition.always = {"detect_text": refusal("DetectText", "AccessDenied")}
    world.upload()
    assert world.history == [Status.RECEIVED, Status.LABELLED, Status.FAILED]
    assert names(world) == ["Car", "Tree"]
    # When
    world.rekognition.always.clear()
    world.redrive()
    # Then
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.status is Status.DONE
    assert (world.result.reason, world.result.cause) == (None, None)


def test_an_image_that_is_put_off_after_its_redrive_keeps_its_labels() -> None:
    # The put-off attempt is no longer counted; the failed result is there all the same.
    world = World()
    world.rekognition.always = {"detect_labels": refusal("DetectLabels", "AccessDenied")}
    world.upload()
    world.rekognition.always.clear()
    world.rekognition.script = [refusal("DetectLabels", "ThrottlingException")] * 3
    world.redrive()
    assert (world.status, names(world)) == (Status.DONE, ["Car", "Tree"])
    assert world.result.lines == ["STOP"]


def test_an_end_that_cannot_be_announced_stays_that_end() -> None:
    # Given
    world = World(text_rule="never", down=["sns.publish"])
    # When
    world.sqs.send_message(url("images"), world.event())
    world.drain(hours=10)
    # Then
    assert world.status is Status.DONE
    assert world.result.status is Status.DONE
    assert world.dead() == []
    # And when
    world.steps.down = frozenset()
    world.drain()
    assert world.message_ids == [f"{world.id}:done"]


@pytest.mark.parametrize("down", ["dynamodb.update_item", "sns.publish"])
def test_no_message_stays_in_its_queue_until_sqs_deletes_it(down: str) -> None:
    # SQS keeps it for 7 days; at a try an hour that is far from its 1,000 receives.
    world = World(text_rule="never", down=[down])
    world.sqs.send_message(url("images"), world.event())
    world.drain(hours=7 * 24 - 1)
    assert len(world.dead()) == 1


def test_the_text_stage_has_its_attempts_however_hard_it_was_to_ask_it() -> None:
    # Given: the request can only be sent at the sixth attempt after the labels were recorded
    world = World(down=["sqs.send_message"])
    world.sqs.send_message(url("images"), world.event())

    def sqs_is_back() -> None:
        if world.status is Status.LABELLED and world.record["attempts"] == 6:
            world.steps.down = frozenset()

    world.before("sqs.send_message", sqs_is_back, number=None)
    # When
    world.drain()
    # Then
    assert world.steps.down == frozenset()
    assert world.status is Status.DONE


def test_ten_deliveries_of_an_event_whose_image_is_labelled_are_no_attempts() -> None:
    # Given
    world = World()
    world.sqs.send_message(url("images"), world.event())
    world.deliver(world.sqs.of("images")[0])
    # When: S3's event comes again and again before the text is read
    for _ in range(10):
        world.sqs.send_message(url("images"), world.event())
        world.deliver(world.sqs.of("images")[0])
        assert world.record["attempts"] == 0
    # Then
    assert world.sqs.of("images") == []
    world.drain()
    assert world.status is Status.DONE
    assert world.paid == {"detect_labels": 1, "detect_text": 1}


@pytest.mark.parametrize("stage", ["detect_labels", "detect_text"])
def test_while_the_dead_letter_queue_is_unreachable_nothing_is_paid_or_announced_again(
    stage: str,
) -> None:
    # Given
    world = World(text_rule="Car:90" if stage == "detect_text" else "never")
    queue = "text" if stage == "detect_text" else "images"
    world.rekognition.always = {stage: refusal("Detect", "AccessDenied")}
    send = world.sqs.send_message

    def unreachable(QueueUrl: str, **arguments: Any) -> None:  # noqa: N803
        if QueueUrl.endswith("dead-letters"):
            raise refusal("SendMessage", "InternalError", 500)
        send(QueueUrl, **arguments)

    world.sqs.send_message = unreachable  # type: ignore[assignment]
    # When: for days
    send(url("images"), world.event())
    world.drain(hours=30)
    # Then
    assert world.steps.names.count(f"rekognition.{stage}") == 6
    assert world.message_ids == [f"{world.id}:failed"]
    assert [message.queue for message in world.sqs.messages] == [queue]
    # And when it can be reached
    world.sqs.send_message = send  # type: ignore[method-assign]
    world.drain()
    (letter,) = world.dead(queue)
    assert letter.attributes["cause"] == "Detect:AccessDenied"
    assert letter.attributes["image_id"] == world.id
    # Then: what is brought back is tried again
    world.rekognition.always.clear()
    world.redrive()
    assert world.status is Status.DONE
    assert world.message_ids == [f"{world.id}:failed", f"{world.id}:done"]


@pytest.mark.parametrize("stage", ["detect_labels", "detect_text"])
def test_a_failure_that_could_not_be_announced_is_announced_when_that_works_again(
    stage: str,
) -> None:
    # Given
    world = World(down=["sns.publish"])
    world.rekognition.always = {stage: refusal("Detect", "AccessDenied")}
    world.sqs.send_message(url("images"), world.event())
    world.drain(hours=10)
    assert (world.status, world.announced) == (Status.FAILED, [])
    # When
    world.steps.down = frozenset()
    world.drain()
    # Then
    assert world.message_ids == [f"{world.id}:failed"]
    assert len(world.dead()) == 1


def test_a_request_that_can_never_be_sent_fails_the_image() -> None:
    # Given: the text queue alone cannot be reached
    world = World()
    send = world.sqs.send_message

    def unreachable(QueueUrl: str, **arguments: Any) -> None:  # noqa: N803
        if QueueUrl == url("text"):
            raise refusal("SendMessage", "AccessDenied")
        send(QueueUrl, **arguments)

    world.sqs.send_message = unreachable  # type: ignore[assignment]
    # When
    send(url("images"), world.event())
    world.drain()
    # Then
    assert world.record["status"] == "failed"
    (letter,) = world.dead("images")
    assert letter.attributes["cause"] == "SendMessage:AccessDenied"
    # And when
    world.sqs.send_message = send  # type: ignore[method-assign]
    world.redrive()
    assert world.record["status"] == "done"
    assert world.paid == {"detect_labels": 1, "detect_text": 1}


@pytest.mark.parametrize("stage", ["detect_labels", "detect_text"])
def test_an_image_whose_result_says_that_it_has_ended_is_not_given_up(stage: str) -> None:
    # Given: killed in the last attempt, when the result has been written
    world = World(text_rule="Car:90" if stage == "detect_text" else "never")
    world.rekognition.script = [refusal("Detect", "AccessDenied")] * 5
    if stage == "detect_text":
        world.rekognition.script.insert(0, None)
    world.before("dynamodb.batch_write_item", kill)
    # When
    world.upload()
    # Then
    assert (world.status, world.dead()) == (Status.DONE, [])
    assert world.result.status is Status.DONE
    assert world.message_ids == [f"{world.id}:done"]


@pytest.mark.parametrize("stage", ["detect_labels", "detect_text"])
@pytest.mark.parametrize("after", range(1, 9))
def test_two_deliveries_that_give_up_at_once_agree_when_that_was(stage: str, after: int) -> None:
    # Given: SQS delivers a message again while the last attempt at its image is given up
    world = World(text_rule="Car:90" if stage == "detect_text" else "never")
    world.rekognition.always = {stage: refusal("Detect", "AccessDenied")}
    queue = "text" if stage == "detect_text" else "images"
    requests = iter(range(1, 100))

    def deliver_again(_step: str) -> None:
        if world.steps.names.count(f"rekognition.{stage}") == 6 and next(requests) == after:
            world.clock.time += 1
            world.sqs.send_message(url(queue), world.sqs.of(queue)[0].body)
            world.deliver(world.sqs.of(queue)[-1])

    world.steps.interrupt = deliver_again
    # When
    world.upload()
    # Then
    assert next(requests) > after, "there was no second delivery"
    assert world.status is Status.FAILED
    letters = world.dead(queue)
    assert {letter.attributes["failed_at"] for letter in letters} == {world.record["failed_at"]}
    assert set(world.message_ids) == {f"{world.id}:failed"}

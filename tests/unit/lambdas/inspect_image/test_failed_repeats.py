"""An image that failed has had its attempts: only what is sent anew has it tried again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from lambdas.common.records.table import RECORD
from lambdas.common.status import Status
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.steps import CrashError, KilledError, refusal
from tests.unit.lambdas.world import World, account, client, make_batch

DENIED = {"detect_labels": refusal("DetectLabels", "AccessDenied")}
ATTEMPTS = 6


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def failing(**faults: Any) -> World:
    world = World(text_rule="never", **faults)
    world.rekognition.always = dict(DENIED)
    return world


@pytest.mark.parametrize("sender", ["upload", "batch", "batch --again"])
@pytest.mark.parametrize("at_once", [True, False])
def test_ten_deliveries_of_a_message_that_fails_are_one_failure(sender: str, at_once: bool) -> None:
    world = failing()
    message = world.event()
    if sender != "upload":
        world.member = BatchMember("trip", 0)
        make_batch(world, images=1)
        message = replace(world.arrival, again=sender == "batch --again").to_json()
    for _ in range(10):
        world.sqs.send_message(url("images"), message)
        if not at_once:
            world.drain()
    world.drain()
    assert world.status is Status.FAILED
    assert len(world.rekognition.calls) == ATTEMPTS
    assert (len(world.dead()), len(world.announced)) == (1, 1)


def test_a_late_repeat_does_not_take_a_failure_back() -> None:
    # Given
    world = failing()
    world.upload()
    world.rekognition.always = {}
    # When
    world.upload()
    # Then: the record and its dead letter still agree
    assert (world.status, len(world.dead())) == (Status.FAILED, 1)
    # But when: the dead letter is redriven
    world.redrive()
    assert (world.status, len(world.dead())) == (Status.DONE, 0)


def test_a_redriven_image_that_fails_again_has_its_attempts_once_more() -> None:
    world = failing()
    world.upload()
    world.clock.time += 60
    world.redrive()
    assert world.status is Status.FAILED
    assert len(world.rekognition.calls) == 2 * ATTEMPTS
    assert len(world.dead()) == 1


def test_a_dead_letter_that_could_not_be_noted_is_redriven_all_the_same() -> None:
    # Given: it was sent, and the record does not know
    world = failing()
    world.upload()
    client("dynamodb").update_item(
        TableName=world.table,
        Key={"image_id": {"S": world.id}, "item": {"S": RECORD}},
        UpdateExpression="REMOVE buried",
    )
    # When
    world.rekognition.always = {}
    world.redrive()
    # Then
    assert (world.status, world.dead()) == (Status.DONE, [])


@pytest.mark.parametrize("back", range(1, 9))
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_while_it_is_given_up_costs_no_further_call(back: int, when: str) -> None:
    # Given
    calm = failing()
    calm.upload()
    struck = len(calm.steps.names) - back
    # When
    world = failing(kind=KilledError, strike=(struck, when))
    world.upload()
    # Then
    assert world.status is Status.FAILED
    assert len(world.rekognition.calls) <= ATTEMPTS
    # A letter may be sent twice; it is then seen to be one.
    assert 1 <= len(world.dead()) <= 2
    failed_at = {letter.attributes["failed_at"] for letter in world.dead()}
    assert failed_at == {world.record["failed_at"]}
    assert set(world.message_ids) == {f"{world.id}:failed"}


def test_an_end_that_is_announced_late_is_no_dead_letter() -> None:
    # Given: five failures, and then a success whose announcement fails once
    world = World(text_rule="never")
    world.rekognition.script = [DENIED["detect_labels"]] * (ATTEMPTS - 1)

    def fail() -> Any:
        raise CrashError("sns")

    world.before("sns.publish", fail, number=1)
    # When
    world.upload()
    # Then
    assert (world.status, world.dead()) == (Status.DONE, [])
    assert world.message_ids == [f"{world.id}:done"]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("sender", ["batch", "another batch"])
def test_a_batch_has_what_had_failed_before_tried_once_more_and_once(
    again: bool, sender: str
) -> None:
    # Given
    world = failing()
    world.upload()
    world.clock.time += 60
    # When
    world.member = BatchMember(sender, 0)
    make_batch(world, images=1)
    message = replace(world.arrival, again=again).to_json()
    for _ in range(3):
        world.sqs.send_message(url("images"), message)
        world.drain()
    # Then
    assert world.status is Status.FAILED
    assert len(world.rekognition.calls) == 2 * ATTEMPTS


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("state", [State.CANCELLED, State.CLOSED])
def test_a_redrive_helps_when_the_batch_is_over(again: bool, state: State) -> None:
    # Given
    world = failing()
    in_batch(world, again=again)
    world.drain()
    assert (world.status, len(world.dead())) == (Status.FAILED, 1)
    end_batch(world, state)
    # When
    world.rekognition.always = {}
    world.redrive()
    # Then
    assert (world.status, world.dead()) == (Status.DONE, [])


@pytest.mark.parametrize("again", [False, True])
def test_a_cancellation_keeps_no_failure_from_being_a_dead_letter(again: bool) -> None:
    # Given: killed between the record's end and the dead letter
    world = failing()
    in_batch(world, again=again)
    left = iter(["a kill"])

    def kill() -> None:
        if world.status is Status.FAILED and len(world.announced) == 1 and next(left, None):
            raise KilledError("sqs")

    world.before("sqs.send_message", kill, number=None)
    while world.status is not Status.FAILED:
        message = world.sqs.next(["images"])
        assert message is not None
        world.clock.time = max(world.clock.time, message.visible_at)
        world.deliver(message)
    assert world.dead() == []
    # When
    end_batch(world, State.CANCELLED)
    world.drain()
    # Then
    assert (world.status, len(world.dead())) == (Status.FAILED, 1)
    assert len(world.rekognition.calls) == ATTEMPTS


@pytest.mark.parametrize("again", [False, True])
def test_a_cancellation_keeps_no_end_from_being_announced(again: bool) -> None:
    # Given
    world = World(text_rule="never", down=["sns.publish"])
    in_batch(world, again=again)
    world.deliver(world.sqs.messages[0])
    assert (world.status, world.announced) == (Status.DONE, [])
    # When
    end_batch(world, State.CANCELLED)
    world.steps.down = frozenset()
    world.drain()
    # Then
    assert [message["status"] for message in world.announced] == ["done"]


def in_batch(world: World, *, again: bool) -> None:
    world.member = BatchMember("trip", 0)
    make_batch(world, images=1)
    world.sqs.send_message(url("images"), replace(world.arrival, again=again).to_json())


def end_batch(world: World, state: State) -> None:
    table = BatchTable(client("dynamodb"), world.table)
    assert table.change("trip", {"state": state, "closed_at": world.clock.iso()})
    world.clock.time += 120


def cancel(world: World) -> None:
    BatchTable(client("dynamodb"), world.table).cancel("trip", at=world.clock.iso())
    world.clock.time += 120


def test_what_has_begun_is_brought_to_its_end_when_its_batch_is_cancelled() -> None:
    # Given: an image that was put off
    world = World(text_rule="never", member=BatchMember("trip", 0))
    make_batch(world, images=1)
    world.rekognition.script = [refusal("DetectLabels", "ThrottlingException")] * 3
    world.sqs.send_message(url("images"), world.event())
    world.deliver(world.sqs.messages[0])
    assert world.record["status"] == "received"
    # When
    cancel(world)
    world.drain()
    # Then
    assert world.status is Status.DONE


def test_a_cancelled_new_analysis_does_not_leave_an_image_without_an_end() -> None:
    # Given: an image that had ended, whose new analysis has begun and failed once
    world = World(text_rule="never")
    world.upload()
    world.member = BatchMember("trip", 0)
    make_batch(world, images=1)
    world.steps.down = frozenset({"s3.get_object"})
    world.sqs.send_message(url("images"), replace(world.arrival, again=True).to_json())
    world.deliver(world.sqs.messages[0])
    world.steps.down = frozenset()
    # When
    cancel(world)
    world.drain()
    # Then
    assert world.record["status"] == world.result.status == "done"


def test_what_a_run_found_paid_is_not_counted_as_paid_by_it() -> None:
    world = World(text_rule="never")
    world.upload()
    assert list(world.result.paid) == ["labels"]
    world.member = BatchMember("trip", 0)
    make_batch(world, images=1)
    world.sqs.send_message(url("images"), replace(world.arrival, again=True).to_json())
    world.drain()
    assert world.result.run == "trip"
    assert list(world.result.paid) == []
    assert world.paid == {"detect_labels": 1}

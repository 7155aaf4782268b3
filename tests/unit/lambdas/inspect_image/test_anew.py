"""An image is analysed anew for a batch: once, and what that has paid for is kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.table import BatchTable
from lambdas.common.status import Status
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.steps import KilledError, refusal
from tests.unit.lambdas.world import World, account, client, make_batch


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def analysed(
    *, text_rule: str = "Car:90", reuse_answers: bool = False, is_new: bool = False
) -> World:
    """Return a world whose image has ended, or is new, and is in a batch that runs."""
    world = World(text_rule=text_rule, reuse_answers=reuse_answers)
    if not is_new:
        world.upload()
        assert world.status is Status.DONE
    world.member = BatchMember("trip", 0)
    make_batch(world, images=1)
    world.rekognition.paid.clear()
    return world


def send_anew(world: World) -> None:
    world.sqs.send_message(url("images"), replace(world.arrival, again=True).to_json())


@pytest.mark.parametrize(
    ("text_rule", "struck"),
    [
        ("never", "dynamodb.update_item"),
        ("never", "sns.publish"),
        ("Car:90", "dynamodb.update_item"),
        ("Car:90", "sqs.send_message"),
    ],
)
@pytest.mark.parametrize("is_new", [False, True])
@pytest.mark.parametrize("reuse_answers", [False, True])
def test_a_kill_after_the_labels_are_written_does_not_have_them_paid_again(
    text_rule: str, struck: str, is_new: bool, reuse_answers: bool
) -> None:
    # Given: where no answers are kept, only the result can tell what has been paid
    world = analysed(text_rule=text_rule, reuse_answers=reuse_answers, is_new=is_new)
    world.steps.names.clear()
    left = iter(["a kill"])

    def kill() -> None:
        written = "s3.put_object" in world.steps.names[paid_at(world) :]
        if written and next(left, None):
            raise KilledError(struck)

    world.before(struck, kill, number=None)
    # When
    send_anew(world)
    world.drain()
    # Then
    assert next(left, None) is None
    assert world.status is Status.DONE
    assert world.result.run == "trip"
    calls = {"detect_labels": 1} | ({"detect_text": 1} if text_rule != "never" else {})
    if is_new or not reuse_answers:
        assert world.paid == calls
        assert set(world.result.paid) == set(world.result.models)
    else:
        assert world.paid == {}
        assert list(world.result.paid) == []


def paid_at(world: World) -> int:
    names = world.steps.names
    # The call, or the copy that is written before an answer is reused.
    paid = [name for name in ("rekognition.detect_labels",) if name in names]
    if paid:
        return names.index(paid[0])
    copies = [number for number, name in enumerate(names) if name == "s3.put_object"]
    return copies[0] + 1 if copies else len(names)


def test_a_late_repeat_of_a_closed_batch_begins_nothing() -> None:
    # Given: analysed anew for one batch, and then for another
    world = analysed()
    send_anew(world)
    world.drain()
    close(world, "trip")
    late = replace(world.arrival, again=True).to_json()
    world.member = BatchMember("second", 0)
    make_batch(world, images=1)
    send_anew(world)
    world.drain()
    assert world.paid == {"detect_labels": 2, "detect_text": 2}
    # When
    world.clock.time += 120
    world.sqs.send_message(url("images"), late)
    world.drain()
    # Then
    assert world.paid == {"detect_labels": 2, "detect_text": 2}
    assert (world.status, world.result.run) == (Status.DONE, "second")


def test_what_failed_in_a_closed_batch_is_redriven_all_the_same() -> None:
    # Given
    world = analysed()
    world.rekognition.always = {"detect_labels": refusal("DetectLabels", "AccessDenied")}
    send_anew(world)
    world.drain()
    assert world.status is Status.FAILED
    close(world, "trip")
    world.clock.time += 120
    # When
    world.rekognition.always.clear()
    world.redrive()
    # Then
    assert (world.status, world.result.run) == (Status.DONE, "trip")
    assert world.paid == {"detect_labels": 1, "detect_text": 1}


def close(world: World, batch_id: str) -> None:
    table = BatchTable(client("dynamodb"), world.table)
    assert table.change(batch_id, {"state": State.CLOSED, "closed_at": world.clock.iso()})

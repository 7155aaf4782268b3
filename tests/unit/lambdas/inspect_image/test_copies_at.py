"""When the copies of an image were written: by that it is known until when they are there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.image import processed_key
from lambdas.common.records.table import RecordTable
from lambdas.common.result import Result
from lambdas.common.status import Status
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.fakes import VISIBILITY_SECONDS, url
from tests.unit.lambdas.steps import CrashError, KilledError, refusal
from tests.unit.lambdas.world import World, account, make_batch

_advance = RecordTable.advance

DAY = 86_400
MINUTE = 60
"""Between the copies and the result there is a call of Rekognition."""
ATTEMPTS_SECONDS = 3 * 3600
"""In which all attempts of an image are over."""


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def too_young(world: World, written: list[float]) -> float:
    """By how many seconds the record makes the copies younger than they are."""
    return datetime.fromisoformat(world.record["copies_at"]).timestamp() - written[-1]


def watch(world: World) -> list[float]:
    """Note when a copy of the image is written."""
    written: list[float] = []
    seen = world.steps.seen

    def look(name: str, arguments: dict[str, Any]) -> None:
        seen(name, arguments)
        if name == "s3.put_object" and arguments["Key"] == processed_key(world.id, "jpg"):
            assert arguments["Bucket"] == PROCESSED
            written.append(world.clock.time)

    world.steps.seen = look
    return written


def refuses_what_is_labelled(records: RecordTable, result: Result, **arguments: Any) -> bool:
    """`advance`, of a record that can be moved to no stage but the last."""
    if result.status is Status.LABELLED:
        raise CrashError("dynamodb.update_item")
    return _advance(records, result, **arguments)


def unreachable_text(world: World) -> None:
    """Nothing can be asked of the second stage, until `sqs` is given back its method."""
    send = world.sqs.send_message

    def refuse(QueueUrl: str, *message: Any, **arguments: Any) -> None:  # noqa: N803
        if QueueUrl == url("text"):
            raise refusal("SendMessage", "AccessDenied")
        send(QueueUrl, *message, **arguments)

    world.sqs.send_message = refuse  # type: ignore[method-assign]


def reachable_text(world: World) -> None:
    del world.sqs.send_message


@pytest.mark.parametrize("text_rule", ["Car:90", "never"])
def test_they_are_as_old_as_the_analysis(text_rule: str) -> None:
    world = World(text_rule=text_rule)
    written = watch(world)
    world.upload()
    assert 0 <= too_young(world, written) < MINUTE


@pytest.mark.parametrize("redrives", [1, 2])
def test_a_redrive_makes_them_no_younger(redrives: int) -> None:
    # Given: the text could not be asked for, and so the image failed
    world = World(reuse_answers=False)
    written = watch(world)
    unreachable_text(world)
    world.upload()
    # When
    for left in reversed(range(redrives)):
        assert world.status is Status.FAILED
        world.clock.time += 14 * DAY
        if not left:
            reachable_text(world)
        world.redrive()
    # Then
    assert world.status is Status.DONE
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert len(written) == 1
    assert 0 <= too_young(world, written) < MINUTE


def test_nor_does_a_message_that_sends_a_failed_image_through_again() -> None:
    # Given: it failed in the second stage
    world = World(reuse_answers=False)
    written = watch(world)
    world.rekognition.always = {"detect_text": refusal("DetectText", "AccessDenied")}
    world.upload()
    world.rekognition.always.clear()
    world.clock.time += 20 * DAY
    # When
    world.member = BatchMember("trip", 0)
    make_batch(world, images=1)
    world.upload()
    # Then
    assert world.status is Status.DONE
    assert len(written) == 1
    assert 0 <= too_young(world, written) < MINUTE


def test_nor_does_a_redrive_where_the_record_never_heard_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: the labels could be written, and the record could not be moved
    world = World(reuse_answers=False)
    written = watch(world)
    with monkeypatch.context() as patched:
        patched.setattr(RecordTable, "advance", refuses_what_is_labelled)
        world.upload()
    assert world.record["status"] == "failed"
    assert "copies_at" not in world.record
    world.clock.time += 14 * DAY
    # When
    world.redrive()
    # Then
    assert world.status is Status.DONE
    assert world.paid["detect_labels"] == len(written) == 1
    assert 0 <= too_young(world, written) < ATTEMPTS_SECONDS


@pytest.mark.parametrize(("text_rule", "most"), [("Car:90", VISIBILITY_SECONDS), ("never", 0)])
def test_an_attempt_that_is_killed_makes_them_little_younger(text_rule: str, most: int) -> None:
    # Given: killed when the result is written, which says when it was, if that is the end
    world = World(text_rule=text_rule, reuse_answers=False)
    written = watch(world)
    left = iter(["a kill"])

    def kill(step: str) -> None:
        is_written = world.steps.names[-1:] == ["s3.put_object"] and world.paid["detect_labels"]
        if is_written and step != "s3.put_object" and next(left, None):
            raise KilledError(step)

    world.steps.interrupt = kill
    # When
    world.upload()
    # Then
    assert next(left, None) is None
    assert world.status is Status.DONE
    assert len(written) == 1
    assert 0 <= too_young(world, written) < most + MINUTE


class TestOfAnImageThatIsAnalysedAnew:
    def world(self) -> tuple[World, list[float]]:
        """An image that was analysed long before, and is just being sent by a batch."""
        world = World(reuse_answers=False)
        written = watch(world)
        world.upload()
        world.clock.time += 100 * DAY
        world.member = BatchMember("trip", 0)
        make_batch(world, images=1)
        world.sqs.send_message(url("images"), replace(world.arrival, again=True).to_json())
        return world, written

    def test_they_are_new(self) -> None:
        world, written = self.world()
        world.drain()
        assert world.result.run == "trip"
        assert len(written) == 2
        assert 0 <= too_young(world, written) < MINUTE

    def test_a_redrive_makes_them_no_younger(self) -> None:
        world, written = self.world()
        unreachable_text(world)
        world.drain()
        assert world.status is Status.FAILED
        world.clock.time += 14 * DAY
        reachable_text(world)
        world.redrive()
        assert (world.status, world.result.run) == (Status.DONE, "trip")
        assert len(written) == 2
        assert 0 <= too_young(world, written) < MINUTE

    def test_nor_does_one_make_them_as_old_as_those_before(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given: the record says when those of the first analysis were written
        world, written = self.world()
        with monkeypatch.context() as patched:
            patched.setattr(RecordTable, "advance", refuses_what_is_labelled)
            world.drain()
        assert world.status is Status.FAILED
        world.clock.time += 14 * DAY
        # When
        world.redrive()
        # Then
        assert (world.status, world.result.run) == (Status.DONE, "trip")
        assert len(written) == 2
        assert 0 <= too_young(world, written) < ATTEMPTS_SECONDS

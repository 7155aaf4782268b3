"""Batches that stand still, wait, or are over: what an audit says of each."""

from datetime import timedelta
from typing import Any

import pytest

from cli.audit import Kind, Report, compare_batch
from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Work
from lambdas.common.status import Status
from tests.unit.cli.repair.batches import bury_control, closed, make, source, sources, table_of
from tests.unit.cli.repair.world import World, ago, kinds, only

DAY = timedelta(days=1)
START, REDRIVE = "sightline batch start b1", "sightline redrive --queue batches"


def of_batches(report: Report) -> list[Kind]:
    return [finding.kind for finding in report.findings if finding.batch is not None]


def test_a_batch_whose_images_have_all_ended_agrees(world: World) -> None:
    closed(world, sources(5))

    report = world.audit()

    assert report.findings == ()
    assert report.summary == (
        "0 objects, 5 records, 5 results, 0 dead letters, 1 batch: everything agrees."
    )
    assert report.to_document()["batches"] == 1


def test_a_batch_that_waits_for_a_yes_is_no_finding(world: World) -> None:
    make(world, State.LISTED, sources(2), approved=False)

    assert world.audit(later=20 * DAY).findings == ()


def test_a_batch_that_could_not_be_listed_is_noted_with_its_reason(world: World) -> None:
    make(world, State.FAILED, reason="there is no bucket photos (404)")

    report = world.audit()

    assert (only(report).kind, only(report).batch) == (Kind.NOTE, "b1")
    assert "there is no bucket photos" in only(report).what
    assert START in only(report).do
    assert report.agrees


STANDING: dict[str, tuple[State, dict[str, Any]]] = {
    "listing": (State.LISTING, {"images": sources(2)}),
    "listing, without a page": (State.LISTING, {}),
    "listed, and not begun": (State.LISTED, {"images": sources(2)}),
    "feeding": (State.RUNNING, {"images": sources(4), "fed_pages": 1, "records": [0, 1]}),
    "not reported": (State.RUNNING, {"images": sources(2), "ended": [0, 1], "records": [0, 1]}),
    "not reported, and empty": (State.RUNNING, {}),
    "cancelled and not reported": (State.CANCELLED, {"images": sources(2)}),
    "closed and not announced": (State.CLOSED, {"announced_at": None}),
    "a later report stands still": (State.CLOSED, {"reason": "report stands still (no)"}),
}


@pytest.mark.parametrize("name", STANDING)
def test_a_batch_without_a_message_is_stuck(world: World, name: str) -> None:
    state, how = STANDING[name]
    make(world, state, **how)

    report = world.audit()

    assert (only(report).kind, only(report).batch) == (Kind.STUCK, "b1")
    assert only(report).do == START
    assert "no message is left in the batches queue" in only(report).what


@pytest.mark.parametrize("name", STANDING)
def test_a_batch_that_has_just_moved_is_on_the_way(world: World, name: str) -> None:
    state, how = STANDING[name]
    make(world, state, **how)

    assert kinds(world.audit(later=timedelta(minutes=5))) == [Kind.ON_THE_WAY]


@pytest.mark.parametrize("name", STANDING)
def test_a_batch_whose_message_may_wait_is_on_the_way(world: World, name: str) -> None:
    state, how = STANDING[name]
    make(world, state, **how)
    world.send("batches")

    report = world.audit()

    assert kinds(report) == [Kind.ON_THE_WAY]
    assert not report.at_rest


@pytest.mark.parametrize(
    ("name", "later", "says"),
    [
        ("listing", timedelta(hours=4), "its retries should be over"),
        ("not reported", timedelta(hours=4), "its retries should be over"),
        ("feeding", timedelta(hours=4), "its retries should be over"),
        ("feeding", 15 * DAY, "no queue keeps a message that long"),
    ],
)
def test_messages_of_other_batches_do_not_hide_a_lost_one_for_ever(
    world: World, name: str, later: timedelta, says: str
) -> None:
    state, how = STANDING[name]
    make(world, state, **how)
    world.send("batches")

    (found,) = [one for one in world.audit(later=later).findings if one.batch]

    assert found.kind is Kind.STUCK
    assert says in found.what


def test_a_feeding_that_waits_for_room_is_on_the_way(world: World) -> None:
    state, how = STANDING["feeding"]
    make(world, state, **how)
    world.send("batches")
    world.send("batch-images")

    assert of_batches(world.audit(later=timedelta(hours=4))) == [Kind.ON_THE_WAY]


def test_a_feeding_that_waits_for_room_needs_no_message_in_sight(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: nothing in the batches queue, as far as SQS tells
    state, how = STANDING["feeding"]
    make(world, state, **how)
    monkeypatch.setattr(compare_batch, "HIGH_WATER", 4)
    for _ in range(2):
        world.send("batch-images")
    # When, then
    assert of_batches(world.audit(later=timedelta(hours=4))) == [Kind.ON_THE_WAY]


def test_the_listing_of_pages_is_a_sign(world: World) -> None:
    make(world, State.LISTING, sources(2), created_at=ago(timedelta(hours=5)))

    assert kinds(world.audit(later=timedelta(minutes=5))) == [Kind.ON_THE_WAY]


def test_the_analysis_of_an_image_is_a_sign(world: World) -> None:
    make(world, State.RUNNING, sources(2), ended=[0, 1], records=[0, 1])
    world.record(source(1), Status.DONE, announced_at=ago(timedelta(minutes=-55)))

    assert kinds(world.audit()) == [Kind.ON_THE_WAY]


def test_going_on_with_a_listing_says_that_it_is_the_yes(world: World) -> None:
    make(world, State.LISTING, approved=False)

    assert only(world.audit()).do == f"{START} (which is the yes to what it costs, too)"


def test_a_batch_whose_message_is_a_dead_letter_is_stuck(world: World) -> None:
    make(world, State.RUNNING, sources(4), fed_pages=0, reason="feed stands still (no)")
    bury_control(world, Work.FEED)

    stuck, note = world.audit(later=timedelta()).findings

    assert (stuck.kind, stuck.do) == (Kind.STUCK, REDRIVE)
    assert "feed stands still (no)" in stuck.what
    assert note.kind is Kind.NOTE


def test_a_dead_letter_without_a_reason_is_brought_back_when_the_batch_stands_still(
    world: World,
) -> None:
    make(world, State.RUNNING, sources(4), fed_pages=0)
    bury_control(world, Work.FEED)

    assert kinds(world.audit(later=timedelta())) == [Kind.ON_THE_WAY, Kind.NOTE]
    assert world.audit().findings[0].do == REDRIVE


def test_a_dead_letter_of_another_batch_is_none_of_this(world: World) -> None:
    make(world, State.RUNNING, sources(4), fed_pages=0)
    bury_control(world, Work.FEED, "b2")

    assert world.audit().findings[0].do == START


def test_a_dead_letter_that_another_looks_at_may_be_its(world: World) -> None:
    make(world, State.RUNNING, sources(4), fed_pages=0)
    bury_control(world, Work.FEED)
    world.clients["sqs"].receive_message(
        QueueUrl=world.outputs["BatchesDeadLetterQueueUrl"], VisibilityTimeout=60
    )

    assert kinds(world.audit()) == [Kind.ON_THE_WAY]


def test_images_that_never_end_keep_their_batch_from_its_end(world: World) -> None:
    make(world, State.RUNNING, sources(4), ended=[0, 1, 2], records=[0, 1, 2, 3])

    report = world.audit()

    assert (only(report).kind, only(report).batch) == (Kind.STUCK, "b1")
    assert "no message is left in any queue of images" in only(report).what
    assert only(report).do == (
        "sightline batch cancel b1, which reports what has ended, and then "
        "sightline batch s3://photos/in/"
    )


@pytest.mark.parametrize("queue", ["images", "batch-images", "text"])
def test_images_that_wait_for_their_turn_do_not(world: World, queue: str) -> None:
    make(world, State.RUNNING, sources(2), ended=[0], records=[0, 1])
    world.send(queue)

    assert kinds(world.audit(later=timedelta(hours=20))) == [Kind.ON_THE_WAY]


def test_images_that_wait_for_a_person_do_not(world: World) -> None:
    make(world, State.RUNNING, sources(2), records=[0, 1], statuses=Status.ON_HOLD)

    assert set(kinds(world.audit())) == {Kind.ON_THE_WAY}


def test_images_that_are_dead_letters_are_brought_back(world: World) -> None:
    make(world, State.RUNNING, sources(2), records=[0, 1], statuses=Status.LABELLED)
    world.bury(source(1), "text", cause=None, batch="b1")

    (found,) = [one for one in world.audit().findings if one.batch]

    assert (found.kind, found.do) == (Kind.STUCK, "sightline redrive --queue text")


def test_a_batch_that_moves_on_during_the_audit_is_on_the_way(world: World) -> None:
    make(world, State.LISTING)
    world.clients["s3"] = Moving(world)

    assert kinds(world.audit()) == [Kind.ON_THE_WAY]


class Moving:
    """S3 whose listing takes so long that the batch is listed meanwhile."""

    def __init__(self, world: World) -> None:
        self._s3, self._world = world.clients["s3"], world

    def __getattr__(self, name: str) -> Any:
        if name == "get_paginator":
            table_of(self._world).change("b1", {"pages": 1})
        return getattr(self._s3, name)


@pytest.mark.parametrize(
    ("state", "over", "looked_at"),
    [
        (State.CLOSED, timedelta(hours=20), 1),
        (State.CLOSED, timedelta(hours=30), 0),
        (State.RUNNING, timedelta(), 1),
    ],
)
def test_a_batch_belongs_to_the_periods_in_which_it_was_not_over(
    world: World, state: State, over: timedelta, looked_at: int
) -> None:
    times: dict[str, Any] = {"created_at": ago(10 * DAY)}
    times |= {"closed_at": ago(over)} if over else {}
    make(world, state, sources(2), ended=[0, 1], records=[0, 1], **times)

    assert world.audit(later=timedelta()).batches == looked_at


def test_a_batch_that_was_over_for_longer_than_queues_keep_a_message_is_left_alone(
    world: World,
) -> None:
    closed(world, sources(2), records=[])

    assert world.audit(later=timedelta(hours=1)).batches == 1
    assert world.audit(later=15 * DAY, days=30).batches == 0


def test_a_batch_of_after_the_period_is_left_alone(world: World) -> None:
    closed(world, sources(2))

    assert world.audit(later=timedelta(minutes=-10)).batches == 0

"""Images that have not come to an end: lost, stuck, or on their way."""

from datetime import timedelta

import pytest

from cli.audit import Kind
from lambdas.common.image import image_id
from lambdas.common.status import Status
from tests.unit.cli.repair.world import INPUT, World, ago, epoch_seconds, kinds, only


def test_an_object_without_a_record_is_missing(world: World) -> None:
    world.upload("a b.jpg")

    found = only(world.audit())

    assert found.kind is Kind.MISSING
    assert found.source == f"s3://{INPUT}/a b.jpg"
    assert found.do == f"sightline batch 's3://{INPUT}/a b.jpg'"


def test_an_object_whose_message_may_wait_is_on_the_way(world: World) -> None:
    world.upload()
    world.send("images")

    assert kinds(world.audit()) == [Kind.ON_THE_WAY]
    assert kinds(world.audit(later=timedelta(days=8))) == []


def test_an_object_that_was_uploaded_just_now_is_on_the_way(world: World) -> None:
    world.upload()

    report = world.audit(later=timedelta(seconds=10))

    assert kinds(report) == [Kind.ON_THE_WAY]
    assert not report.at_rest
    assert not report.disagrees
    assert report.summary.endswith("1 on the way; nothing is wrong so far, and not all has ended.")


def test_an_object_whose_only_trace_is_a_dead_letter_is_missing(world: World) -> None:
    source = world.upload()
    world.bury(source, cause=None)

    found = only(world.audit())

    assert found.kind is Kind.MISSING
    assert found.do == f"sightline redrive --id {image_id(source)}"


def test_a_record_may_expire(world: World) -> None:
    world.upload("expired.jpg")
    kept = world.upload("kept.jpg")
    received = ago(-timedelta(minutes=29))
    half_an_hour_later = int(epoch_seconds(received)) + 1800
    world.record(kept, Status.DONE, received_at=received, expires_at=half_an_hour_later)
    world.result(kept, Status.DONE)

    assert kinds(world.audit()) == []


def test_an_image_that_lost_its_message_is_stuck(world: World) -> None:
    source = world.upload()
    world.record(source, Status.RECEIVED)

    found = only(world.audit())

    assert found.kind is Kind.STUCK
    assert found.do.startswith(f"sightline batch s3://{INPUT}/a.jpg")


@pytest.mark.parametrize(
    ("later", "changes", "expected"),
    [
        (timedelta(minutes=5), {}, Kind.ON_THE_WAY),
        (timedelta(hours=1), {}, Kind.ON_THE_WAY),
        (timedelta(hours=4), {}, Kind.STUCK),
        (timedelta(hours=4), {"attempts": 0}, Kind.ON_THE_WAY),
        (timedelta(hours=4), {"finished_at": "2026-01-02T03:04:05+00:00"}, Kind.ON_THE_WAY),
    ],
)
def test_an_image_whose_message_may_wait_is_on_the_way_until_its_retries_are_over(
    world: World, later: timedelta, changes: dict[str, object], expected: Kind
) -> None:
    world.record(world.upload(), Status.LABELLED, **changes)
    world.send("text")

    assert only(world.audit(later=later)).kind is expected


@pytest.mark.parametrize(("left", "expected"), [(10, Kind.ON_THE_WAY), (-10, Kind.STUCK)])
def test_an_image_with_a_lease_is_worked_on(world: World, left: float, expected: Kind) -> None:
    until = epoch_seconds(ago(timedelta(hours=-1))) + left
    world.record(world.upload(), Status.RECEIVED, lease_until=until)

    assert only(world.audit()).kind is expected


def test_an_image_on_hold_is_on_the_way(world: World) -> None:
    world.record(world.upload(), Status.ON_HOLD)

    assert only(world.audit(later=timedelta(hours=20))).kind is Kind.ON_THE_WAY


def test_an_unfinished_image_with_a_dead_letter_is_stuck(world: World) -> None:
    source = world.upload()
    world.record(source, Status.LABELLED)
    world.bury(source, "text", cause=None)

    found = only(world.audit(later=timedelta()))

    assert (found.kind, found.do) == (Kind.STUCK, f"sightline redrive --id {image_id(source)}")

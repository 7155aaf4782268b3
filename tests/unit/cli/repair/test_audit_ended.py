"""Images that have ended: each kind of disagreement is made, and found."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from cli.audit import Kind
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.result import Label
from lambdas.common.status import Status
from tests.unit.cli.repair.world import (
    CAUSE,
    PROCESSED,
    World,
    ago,
    kinds,
    only,
)

MINUTE = timedelta(minutes=1)
ENDS = [Status.DONE, Status.IN_REVIEW, Status.REJECTED, Status.FAILED]


@pytest.mark.parametrize("status", ENDS)
def test_an_end_without_a_result_is_missing(world: World, status: Status) -> None:
    source = world.upload()
    world.record(source, status)
    if status is Status.FAILED:
        world.bury(source)

    found = only(world.audit())

    assert found.kind is Kind.MISSING
    assert "result document" in found.what


@pytest.mark.parametrize(("age", "expected"), [(0.5, [Kind.MISSING]), (1.5, [])])
def test_a_result_may_expire(world: World, age: float, expected: list[Kind]) -> None:
    world.clients["s3"].put_bucket_lifecycle_configuration(
        Bucket=PROCESSED,
        LifecycleConfiguration={
            "Rules": [
                {"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}},
                {
                    "ID": "of others",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "processed/"},
                    "Expiration": {"Days": 5},
                },
            ]
        },
    )
    world.record(world.upload(), Status.DONE, finished_at=ago(timedelta(days=age)))

    assert kinds(world.audit(later=MINUTE)) == expected


def test_a_failed_image_without_a_dead_letter_is_missing(world: World) -> None:
    world.ended(Status.FAILED)

    report = world.audit()

    assert only(report).kind is Kind.MISSING
    assert CAUSE in only(report).what


def test_a_dead_letter_may_still_be_on_its_way(world: World) -> None:
    source = world.ended(Status.FAILED)
    world.record(source, Status.FAILED, finished_at=ago(timedelta()))

    assert kinds(world.audit(later=timedelta(seconds=10))) == [Kind.ON_THE_WAY]


def test_a_dead_letter_that_another_looks_at_is_not_missed(world: World) -> None:
    world.bury(world.ended(Status.FAILED))
    world.clients["sqs"].receive_message(
        QueueUrl=world.outputs["ImagesDeadLetterQueueUrl"], VisibilityTimeout=60
    )

    assert kinds(world.audit()) == [Kind.ON_THE_WAY]


@pytest.mark.parametrize("announced", [None, "failed"])
def test_an_end_that_was_not_announced_is_found(world: World, announced: str | None) -> None:
    source = world.ended()
    world.record(source, Status.DONE, announced=announced)

    assert only(world.audit()).kind is Kind.UNANNOUNCED


def test_an_announcement_may_still_be_on_its_way(world: World) -> None:
    source = world.ended()
    world.record(source, Status.DONE, announced=None, finished_at=ago(timedelta()))

    assert only(world.audit(later=timedelta(seconds=10))).kind is Kind.ON_THE_WAY


@pytest.mark.parametrize(
    ("later", "expected"), [(timedelta(), Kind.ON_THE_WAY), (timedelta(minutes=5), Kind.STUCK)]
)
def test_a_decision_that_was_left_half_way_is_stuck(
    world: World, later: timedelta, expected: Kind
) -> None:
    source = world.ended(Status.IN_REVIEW)
    changes = {"review_due": 1, "reviewed_at": ago(timedelta()), "announced": "in_review"}
    world.record(source, Status.DONE, **changes)

    assert only(world.audit(later=later)).kind is expected


def test_several_dead_letters_of_one_image_are_found(world: World) -> None:
    source = world.ended(Status.FAILED)
    world.bury(source)
    world.bury(source, "text", cause="Killed")

    found = only(world.audit())

    assert found.kind is Kind.DUPLICATED
    assert f"images: {CAUSE}" in found.what
    assert "text: Killed" in found.what


def test_a_letter_that_was_sent_twice_is_one(world: World) -> None:
    source = world.ended(Status.FAILED)
    for age in (MINUTE, 2 * MINUTE):
        world.bury(source, failed_at=ago(age))
    at = ago(MINUTE)
    twice = world.ended(Status.FAILED, "b.jpg")
    for _ in range(2):
        world.bury(twice, failed_at=at)

    duplicated, note = world.audit().findings

    assert (duplicated.kind, duplicated.image_id) == (Kind.DUPLICATED, image_id(source))
    assert (note.kind, note.image_id) == (Kind.NOTE, image_id(twice))
    assert "was sent twice" in note.what
    assert "redrive takes them for one" in note.do


def test_an_image_with_a_letter_that_was_sent_twice_agrees(world: World) -> None:
    source, at = world.ended(Status.FAILED), ago(MINUTE)
    for _ in range(3):
        world.bury(source, failed_at=at)

    report = world.audit()

    assert report.agrees
    assert report.dead_letters == 3
    assert "was sent 3 times" in only(report).what


def test_letters_that_name_no_time_are_several(world: World) -> None:
    source = world.ended(Status.FAILED)
    for _ in range(2):
        world.bury(source)

    assert only(world.audit()).kind is Kind.DUPLICATED


def test_a_second_record_of_an_object_is_found(world: World) -> None:
    source = world.ended()
    world.record(source, Status.DONE, image_id="0" * 32)
    world.put_result("0" * 32, _document(world, source, image_id="0" * 32))

    found = only(world.audit())

    assert (found.kind, found.image_id) == (Kind.DUPLICATED, "0" * 32)


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("status", lambda w, s: w.result(s, Status.REJECTED)),
        ("source", lambda w, s: w.result(s, Status.DONE, source=ObjectReference("x", "y", "z"))),
        ("id", lambda w, s: w.result(s, Status.DONE, image_id="1" * 32)),
        ("labels", lambda w, s: w.result(s, Status.DONE, labels=(Label("Bus", 97.5),))),
        ("text", lambda w, s: w.record(s, Status.DONE, text=["TAXI 42"])),
        ("cause", lambda w, s: w.record(s, Status.DONE, cause="Killed")),
        ("cannot be read", lambda w, s: w.put_result(image_id(s), "{")),
        ("cannot be read", lambda w, s: w.put_result(image_id(s), '{"schema": "other"}')),
        ("cannot be read", lambda w, s: w.put_result(image_id(s), "[]")),
        ("dead letter", lambda w, s: w.bury(s)),
    ],
)
def test_contradictions_are_found(
    world: World, what: str, spoil: Callable[[World, ObjectReference], None]
) -> None:
    spoil(world, world.ended())

    found = only(world.audit())

    assert found.kind is Kind.CONTRADICTORY
    assert what in found.what


def test_a_failure_without_a_cause_is_contradictory(world: World) -> None:
    source = world.ended(Status.FAILED)
    world.record(source, Status.FAILED, cause=None)
    world.result(source, Status.FAILED, cause=None)
    world.bury(source)

    assert only(world.audit()).kind is Kind.CONTRADICTORY


def _document(world: World, source: ObjectReference, **changes: str) -> str:
    key = f"results/{image_id(source)}.json"
    body = world.clients["s3"].get_object(Bucket=PROCESSED, Key=key)["Body"].read()
    return json.dumps({**json.loads(body), **changes})

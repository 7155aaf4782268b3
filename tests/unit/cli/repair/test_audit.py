"""What an audit goes through, and what it leaves alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.audit import Kind, Period, audit, audit_until_rest, auditor
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.status import Status
from tests.unit.cli.repair.world import CAUSE, INPUT, World, kinds, only

ENDS = [Status.DONE, Status.IN_REVIEW, Status.REJECTED, Status.FAILED]


def test_a_clean_stack_agrees(world: World) -> None:
    for number, status in enumerate(ENDS):
        source = world.ended(status, f"photo {number}.jpg")
        if status is Status.FAILED:
            world.bury(source)
    world.upload("folder/")

    report = world.audit()

    assert report.findings == ()
    assert report.agrees
    assert report.statuses == dict.fromkeys(map(str, ENDS), 1)
    assert report.summary == "4 objects, 4 records, 4 results, 1 dead letter: everything agrees."


def test_an_empty_stack_agrees(world: World) -> None:
    assert world.audit().summary == (
        "0 objects, 0 records, 0 results, 0 dead letters: everything agrees."
    )


def test_every_version_counts_and_a_deletion_does_not(world: World) -> None:
    world.ended(key="a.jpg")
    older = world.upload("b.jpg")
    world.ended(key="b.jpg")
    world.ended(key="c.jpg")
    world.clients["s3"].delete_object(Bucket=INPUT, Key="c.jpg")

    report = world.audit()

    assert report.objects == 4
    assert only(report).image_id == image_id(older)
    assert str(older.version) in only(report).do


def test_an_original_that_is_gone_is_only_noted(world: World) -> None:
    source = world.ended()
    world.clients["s3"].delete_object(Bucket=INPUT, Key=source.key, VersionId=source.version)

    report = world.audit()

    assert only(report).kind is Kind.NOTE
    assert report.agrees
    assert (report.objects, report.records, report.results) == (0, 1, 1)


def test_images_of_other_buckets_are_compared_without_their_objects(world: World) -> None:
    good = ObjectReference("elsewhere", "1.jpg", None, '"5d41"')
    bad = ObjectReference("elsewhere", "2.jpg", None, '"5d42"')
    for source in (good, bad):
        world.record(source, Status.DONE)
    world.result(good, Status.DONE)

    report = world.audit()

    assert only(report).image_id == image_id(bad)
    assert (report.objects, report.records) == (0, 2)


def test_dead_letters_of_images_from_before_the_period_are_looked_at(world: World) -> None:
    old = ObjectReference(INPUT, "old.jpg", "v0")
    world.record(old, Status.DONE, received_at="2026-01-02T03:04:05.000+00:00")
    world.result(old, Status.DONE)
    world.bury(old)
    world.bury(ObjectReference(INPUT, "never.jpg", "v0"))

    assert sorted(kinds(world.audit())) == [Kind.CONTRADICTORY, Kind.MISSING, Kind.NOTE]


def test_dead_letters_of_no_image_are_noted(world: World) -> None:
    world.bury_body("hello", "images", cause="UnreadableMessage")
    for _ in range(2):
        world.bury_body('{"batch": "b1"}', "batches", cause="Killed")
    world.bury(world.ended(), "digest")

    report = world.audit()

    assert report.agrees
    assert [finding.what for finding in report.findings] == [
        "2 dead letters of the batches queue (Killed)",
        f"1 dead letter of the digest queue ({CAUSE})",
        "1 dead letter of the images queue (UnreadableMessage), of no image that could be told",
    ]


def test_what_lies_outside_the_period_is_left_alone(world: World) -> None:
    world.upload()

    assert world.audit(later=timedelta(days=2)).findings == ()


def test_all_findings_are_counted_and_the_worst_shown(world: World) -> None:
    for number in range(3):
        world.record(world.upload(f"stuck {number}.jpg"), Status.RECEIVED)
        world.upload(f"missing {number}.jpg")

    report = world.audit(max_findings=4)

    assert (report.counts[Kind.MISSING], report.counts[Kind.STUCK]) == (3, 3)
    assert kinds(report) == [*[Kind.MISSING] * 3, Kind.STUCK]


def test_more_than_a_page_is_compared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditor, "_PAGE", 2)
    for number in range(5):
        world.ended(key=f"{number}.jpg")
        elsewhere = ObjectReference("elsewhere", f"{number}.jpg")
        world.record(elsewhere, Status.DONE)
        world.result(elsewhere, Status.DONE)
    seen: dict[str, int] = {}

    report = audit(world.deployment, datetime.now(UTC) - timedelta(hours=1), watch=seen.__setitem__)

    assert report.summary == "5 objects, 10 records, 10 results, 0 dead letters: everything agrees."
    assert seen == {
        "dead letters": 0,
        "objects": 5,
        "records": 10,
        "results": 10,
        "copies": 10,
    }


def test_what_changes_between_two_reads_is_read_again(world: World) -> None:
    source = world.upload()
    world.record(source, Status.DONE)
    world.clients["s3"] = Late(world, source)

    assert world.audit().findings == ()


class Late:
    """S3 in which a result appears right after somebody has looked for it."""

    def __init__(self, world: World, source: ObjectReference) -> None:
        self._s3 = world.clients["s3"]
        self._world = world
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def get_object(self, **arguments: str) -> Any:
        try:
            return self._s3.get_object(**arguments)
        finally:
            self._world.result(self._source, Status.DONE)


def test_an_audit_can_wait_until_all_is_at_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditor, "_POLL_SECONDS", 0)
    source = world.upload()
    now = datetime.now(UTC)
    waits = []

    def watch(what: str, count: int) -> None:
        if what == "on the way":
            waits.append(count)
            world.record(source, Status.DONE)
            world.result(source, Status.DONE)

    period = Period(now - timedelta(hours=1), now + timedelta(hours=1))
    report = audit_until_rest(world.deployment, period, wait=60, watch=watch)

    assert waits == [1]
    assert report.agrees


def test_dead_letters_are_in_sight_again_after_an_audit(world: World) -> None:
    body = world.bury(world.ended(Status.FAILED))

    world.audit()

    assert world.bodies("ImagesDeadLetterQueueUrl") == [body]

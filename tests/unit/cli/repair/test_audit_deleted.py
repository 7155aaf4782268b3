"""Images that people deleted: what stopped half-way and what is left is found, nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from cli.audit import Kind
from lambdas.common.batches.batch import State
from lambdas.common.image import (
    ObjectReference,
    image_id,
    processed_key,
    rekognition_key,
    result_key,
    thumbnail_key,
)
from lambdas.common.records.items import to_item
from lambdas.common.status import Status
from lambdas.common.unwanted import BY as BY_PIPELINE
from lambdas.common.unwanted import LEFT_SECONDS
from tests.unit.cli.repair.batches import closed, make, sources
from tests.unit.cli.repair.world import (
    INPUT,
    PROCESSED,
    TABLE,
    World,
    ago,
    epoch_seconds,
    kinds,
    only,
)

MINUTE = timedelta(minutes=1)
LONG_AGO = "2026-01-02T03:04:05.000+00:00"
BY = {"deleted_at": ago(timedelta()), "deleted_by": "ada"}


def bury(world: World, source: ObjectReference, **changes: Any) -> str:
    """Leave of a record what a finished deletion leaves."""
    found = image_id(source)
    tombstone = {
        "image_id": found,
        "item": "image",
        "status": "deleted",
        "announced": "deleted",
        "received_at": ago(2 * MINUTE),
        "expires_at": int(epoch_seconds(ago(timedelta(days=-30)))),
        **BY,
        **changes,
    }
    world.clients["dynamodb"].put_item(TableName=TABLE, Item=to_item(tombstone))
    return found


def begin(world: World, source: ObjectReference, **changes: Any) -> str:
    """Leave a record as a deletion does that has begun."""
    found = world.record(source, Status.DELETED, deletion_due=True, **{**BY, **changes})
    world.clients["dynamodb"].update_item(
        TableName=TABLE,
        Key=to_item({"image_id": found, "item": "image"}),
        UpdateExpression="REMOVE day_shard",
    )
    return found


def put(world: World, *keys: str) -> None:
    for key in keys:
        world.clients["s3"].put_object(Bucket=PROCESSED, Key=key, Body=b"x")


def gone(world: World, key: str = "a.jpg") -> ObjectReference:
    """An object of the input bucket that was deleted for good."""
    source = world.upload(key)
    world.clients["s3"].delete_object(Bucket=INPUT, Key=key, VersionId=source.version)
    return source


def test_what_is_left_when_all_is_done_is_nothing(world: World) -> None:
    bury(world, gone(world))

    report = world.audit()

    assert report.findings == ()
    assert report.summary == "0 objects, 0 records, 0 results, 0 dead letters: everything agrees."


class TestHalfWay:
    @pytest.mark.parametrize("is_there", [True, False])
    def test_it_is_stuck_and_finished_by_the_same_command(
        self, world: World, *, is_there: bool
    ) -> None:
        source = world.upload() if is_there else gone(world)
        found = begin(world, source)

        finding = only(world.audit())

        assert (finding.kind, finding.image_id) == (Kind.STUCK, found)
        assert finding.do == f"sightline delete {found}"
        assert "ada" in finding.what

    def test_it_is_on_the_way_while_it_has_its_lease(self, world: World) -> None:
        begin(world, world.upload(), lease_until=epoch_seconds(ago(-MINUTE)))

        assert kinds(world.audit(later=timedelta())) == [Kind.ON_THE_WAY]
        assert kinds(world.audit(later=2 * MINUTE)) == [Kind.STUCK]

    def test_a_file_that_the_pipeline_left_to_be_deleted_is_on_the_way_for_a_while(
        self, world: World
    ) -> None:
        left = {"unwanted": True, "deleted_by": BY_PIPELINE}
        until = epoch_seconds(ago(timedelta())) + LEFT_SECONDS
        begin(world, world.upload(), lease_until=until, **left)

        assert kinds(world.audit(later=timedelta())) == [Kind.ON_THE_WAY]
        stuck = only(world.audit(later=timedelta(seconds=LEFT_SECONDS + 60)))
        assert (stuck.kind, BY_PIPELINE in stuck.what) == (Kind.STUCK, True)

    def test_it_is_found_however_old_the_image_is(self, world: World) -> None:
        found = begin(world, ObjectReference("elsewhere", "1.jpg"), received_at=LONG_AGO)

        assert only(world.audit()).image_id == found

    def test_it_is_no_finding_of_a_period_before_it(self, world: World) -> None:
        later = {"deleted_at": ago(timedelta(hours=-2))}
        begin(world, ObjectReference("elsewhere", "1.jpg"), received_at=LONG_AGO, **later)

        assert world.audit().findings == ()

    def test_more_than_a_page_of_them_are_found(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cli.audit.deleted._PAGE", 2)
        ids = {begin(world, ObjectReference("elsewhere", f"{n}.jpg")) for n in range(5)}

        assert {finding.image_id for finding in world.audit().findings} == ids

    def test_one_that_is_buried_while_the_index_is_late_is_none(self, world: World) -> None:
        source = gone(world)
        shard = begin(world, source)
        item = world.clients["dynamodb"].get_item(
            TableName=TABLE, Key=to_item({"image_id": shard, "item": "image"})
        )["Item"]
        bury(world, source, status_shard=item["status_shard"]["S"])

        assert world.audit().findings == ()

    def test_its_expiry_says_nothing_of_how_long_records_are_kept(self, world: World) -> None:
        world.upload("lost.jpg")
        begin(
            world,
            ObjectReference("elsewhere", "1.jpg"),
            received_at=ago(-30 * MINUTE),
            expires_at=int(epoch_seconds(ago(-31 * MINUTE))),
        )

        assert kinds(world.audit()) == [Kind.MISSING, Kind.STUCK]


class TestLeftovers:
    def test_an_original_that_is_left_is_found_and_no_result_is_missed(self, world: World) -> None:
        source = world.upload("a b.jpg")
        bury(world, source)

        finding = only(world.audit())

        assert finding.kind is Kind.CONTRADICTORY
        assert "its original is there" in finding.what
        assert finding.do == (
            f"aws s3api delete-object --bucket {INPUT} --key 'a b.jpg' "
            f"--version-id {source.version}"
        )

    def test_an_original_that_goes_while_the_audit_looks_is_none(self, world: World) -> None:
        source = world.upload()
        bury(world, source)
        world.clients["s3"] = Going(world.clients["s3"], source)

        assert world.audit().findings == ()

    @pytest.mark.parametrize(
        "make_key",
        [
            result_key,
            thumbnail_key,
            rekognition_key,
            lambda found: processed_key(found, "png"),
            lambda found: processed_key(found, "jpg"),
        ],
    )
    def test_a_copy_that_is_left_is_found(self, world: World, make_key: Any) -> None:
        found = bury(world, gone(world))
        put(world, make_key(found))

        finding = only(world.audit())

        assert (finding.kind, finding.image_id) == (Kind.CONTRADICTORY, found)
        assert finding.source == f"s3://{PROCESSED}/{make_key(found)}"
        assert finding.do.startswith(f"sightline delete {found} ")

    def test_copies_of_all_others_are_none(self, world: World) -> None:
        source = world.ended()
        put(world, thumbnail_key(image_id(source)), processed_key(image_id(source), "jpg"))
        begun = begin(world, gone(world, "b.jpg"))
        put(world, thumbnail_key(begun), "thumbnails/of-nobody.jpg", thumbnail_key("0" * 32))

        assert kinds(world.audit()) == [Kind.STUCK]

    def test_a_copy_that_goes_while_the_audit_looks_is_none(self, world: World) -> None:
        found = bury(world, gone(world))
        put(world, thumbnail_key(found))
        key = thumbnail_key(found)
        world.clients["s3"] = Going(world.clients["s3"], ObjectReference(PROCESSED, key))

        assert world.audit().findings == ()

    def test_one_with_an_original_and_a_copy_and_a_letter_has_one_finding_of_each(
        self, world: World
    ) -> None:
        source = world.upload()
        put(world, thumbnail_key(bury(world, source)))
        world.bury(source)

        assert kinds(world.audit()) == [Kind.CONTRADICTORY, Kind.CONTRADICTORY, Kind.NOTE]

    def test_all_are_counted_and_the_first_are_shown(self, world: World) -> None:
        for number in range(5):
            found = bury(world, ObjectReference(INPUT, f"{number}.jpg", "v1"))
            put(world, thumbnail_key(found))

        report = world.audit(max_findings=2)

        assert report.counts[Kind.CONTRADICTORY] == 5
        assert len(report.findings) == 2


def test_a_dead_letter_of_a_deleted_image_is_noted(world: World) -> None:
    source = gone(world)
    found = bury(world, source)
    world.bury(source)

    report = world.audit()

    assert report.agrees
    assert only(report).do.startswith(f"sightline redrive --id {found}")


def test_deleted_images_of_batches_are_neither_missing_nor_waited_for(world: World) -> None:
    images = sources(4)
    closed(world, images, records=[0, 1])
    make(world, State.RUNNING, images[:2], ended=[0, 1], id="b2", reported_at=None)
    for image in images[2:]:
        bury(world, image)

    report = world.audit(later=timedelta())

    assert {finding.image_id for finding in report.findings} == {None}
    assert kinds(report) == [Kind.ON_THE_WAY]  # of b2, which is to be reported


class Going:
    """S3 in which an object goes for good right after it was listed."""

    def __init__(self, s3: Any, source: ObjectReference) -> None:
        self._s3 = s3
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def get_paginator(self, name: str) -> Any:
        pages = self._s3.get_paginator(name)
        s3, source = self._s3, self._source

        class Pages:
            def paginate(self, **arguments: Any) -> Any:
                for page in pages.paginate(**arguments):
                    listed = (*page.get("Versions", []), *page.get("Contents", []))
                    if any(one["Key"] == source.key for one in listed):
                        version = {"VersionId": source.version} if source.version else {}
                        s3.delete_object(Bucket=source.bucket, Key=source.key, **version)
                    yield page

        return Pages()

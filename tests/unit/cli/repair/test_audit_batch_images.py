"""Each image of a batch has a record: an audit goes through the listing, page by page."""

from datetime import timedelta
from typing import Any

import pytest

from cli.audit import Kind
from lambdas.common.batches.batch import State
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.status import Status
from tests.unit.cli.repair.batches import closed, make, source, sources
from tests.unit.cli.repair.world import INPUT, PROCESSED, World, ago, epoch_seconds, kinds, only

DAY = timedelta(days=1)


def test_an_image_of_a_closed_batch_without_a_record_is_missing(world: World) -> None:
    closed(world, sources(5), records=[0, 1, 3, 4])

    found = only(world.audit(later=timedelta()))

    assert (found.kind, found.image_id) == (Kind.MISSING, image_id(source(2)))
    assert found.what == "the batch b1 is closed, and it has no record"
    assert found.do == "sightline batch s3://photos/in/2.jpg"


def test_all_that_are_missing_are_counted(world: World) -> None:
    closed(world, sources(7), records=[])

    report = world.audit(max_findings=3)

    assert report.counts[Kind.MISSING] == 7
    assert len(report.findings) == 3


def test_an_image_of_a_running_batch_that_left_no_trace_is_missing(world: World) -> None:
    make(world, State.RUNNING, sources(6), fed_pages=2, records=[0, 2, 3])

    missing, stuck = world.audit().findings

    assert (missing.kind, missing.image_id) == (Kind.MISSING, image_id(source(1)))
    assert missing.do.startswith("sightline batch cancel b1")
    assert stuck.do == "sightline batch start b1"


@pytest.mark.parametrize("later", [timedelta(minutes=30), timedelta(minutes=5)])
def test_an_image_of_a_running_batch_may_wait(world: World, later: timedelta) -> None:
    make(world, State.RUNNING, sources(4), records=[0, 2, 3])
    world.send("batch-images")

    assert kinds(world.audit(later=later)) == [Kind.ON_THE_WAY]


def test_an_image_that_was_just_sent_may_not_be_in_the_figures_yet(world: World) -> None:
    make(world, State.RUNNING, sources(2), started_at=ago(timedelta()))

    assert kinds(world.audit(later=timedelta(seconds=10))) == [Kind.ON_THE_WAY]


def test_an_image_without_a_record_whose_message_is_a_dead_letter_is_brought_back(
    world: World,
) -> None:
    batch = make(world, State.RUNNING, sources(2), records=[0])
    old = ago(3 * DAY)
    world.bury(source(1), "batch-images", cause="UpdateItem:No", failed_at=old, batch=batch.id)

    missing, stuck = world.audit().findings

    assert (missing.kind, missing.do) == (
        Kind.MISSING,
        f"sightline redrive --id {image_id(source(1))}",
    )
    assert (stuck.kind, stuck.do) == (Kind.STUCK, "sightline redrive --queue batch-images")


def test_images_of_a_cancelled_batch_need_no_record(world: World) -> None:
    done: dict[str, Any] = {"reported_at": ago(DAY), "announced_at": ago(DAY)}
    make(world, State.CANCELLED, sources(4), fed_pages=2, **done)

    assert world.audit().findings == ()


def test_an_image_of_the_input_bucket_is_found_once(world: World) -> None:
    uploaded = world.upload("in/lost.jpg")
    closed(world, [uploaded], records=[])

    assert only(world.audit()).image_id == image_id(uploaded)


def test_an_original_of_the_input_bucket_that_is_gone_cannot_be_sent_again(world: World) -> None:
    closed(world, [ObjectReference(INPUT, "in/gone.jpg", "v1")], records=[])

    assert only(world.audit()).do == "its original is gone, so it cannot be sent again"


def test_a_listing_that_was_deleted_is_noted(world: World) -> None:
    closed(world, sources(4))
    _delete_page(world, 1)

    report = world.audit()

    assert (only(report).kind, only(report).batch) == (Kind.NOTE, "b1")
    assert "1 page of its listing" in only(report).what


def test_a_listing_may_expire(world: World) -> None:
    closed(world, sources(4), created_at=ago(8 * DAY))
    _delete_page(world, 1)
    world.clients["s3"].put_bucket_lifecycle_configuration(
        Bucket=PROCESSED,
        LifecycleConfiguration={
            "Rules": [{"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 7}}]
        },
    )

    assert world.audit().findings == ()


@pytest.mark.parametrize("body", ["{", "[]", '{"first": 0}'])
def test_a_page_that_cannot_be_read_is_found(world: World, body: str) -> None:
    closed(world, sources(4))
    _put_page(world, 1, body)

    found = only(world.audit())

    assert found.kind is Kind.CONTRADICTORY
    assert "page 1:" in found.what


def test_a_record_may_expire(world: World) -> None:
    # Given: records are kept for 5 days, and one image of the batch was received before that
    kept = {"received_at": ago(timedelta()), "expires_at": int(epoch_seconds(ago(-5 * DAY)))}
    world.record(world.ended(), Status.DONE, **kept)
    closed(world, sources(2), records=[])
    world.result(source(0), Status.DONE, received_at=ago(6 * DAY))

    # When, then
    assert only(world.audit(later=timedelta())).image_id == image_id(source(1))
    assert world.audit(later=6 * DAY, days=10).findings == ()


def _delete_page(world: World, page: int) -> None:
    world.clients["s3"].delete_object(Bucket=PROCESSED, Key=_key(page))


def _put_page(world: World, page: int, body: str) -> None:
    arguments: dict[str, Any] = {"Bucket": PROCESSED, "Key": _key(page), "Body": body.encode()}
    world.clients["s3"].put_object(**arguments)


def _key(page: int) -> str:
    return f"batches/b1/manifest/{page:06}.json"

"""Batches from their creation to their report."""

import json
import random

from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from lambdas.common.image import ObjectReference, image_id
from tests.unit.lambdas.conftest import INPUT
from tests.unit.lambdas.run_batch.world import PHOTOS, BatchWorld

CAR, TREE = ("Car", 97.5), ("Tree", 99.0)


def test_ten_numbered_images_are_reported_in_the_order_of_their_numbers(world: BatchWorld) -> None:
    # Given
    world.put(*(f"{number}.jpg" for number in range(1, 11)))
    world.create()
    # When: images end in any order; some have no text, some no car
    world.drain()
    arrivals = world.arrivals()
    random.Random(1).shuffle(arrivals)
    for arrival in arrivals:
        number = int(arrival["source"]["key"].removesuffix(".jpg"))
        text = ["TAXI", "42"] if number in (2, 7, 10) else []
        world.end(arrival, text=text, labels=[TREE] if number == 7 else [CAR, TREE])
    world.drain()
    # Then
    assert world.report() == "2: TAXI | 42\n10: TAXI | 42\n"
    assert world.report("csv").splitlines()[:2] == [
        "index,key,labels,text,image_id",
        f"2,2.jpg,Car 97.5,TAXI | 42,{_id(world, '2.jpg')}",
    ]
    assert world.batch().state is State.CLOSED
    assert world.summary | {"statuses": {}} == {
        "schema": "sightline.batch-summary/1",
        "batch": "b1",
        "name": "b1",
        "state": "closed",
        "bucket": PHOTOS,
        "prefix": "",
        "created_by": "arn:aws:iam::123456789012:user/ada",
        "created_at": "2026-11-21T09:30:00.123+00:00",
        "started_at": world.batch().started_at,
        "closed_at": world.batch().closed_at,
        "reported_at": world.batch().reported_at,
        "seconds": world.summary["seconds"],
        "images": 10,
        "bytes": 10,
        "ended": 10,
        "statuses": {},
        "with_text": 3,
        "reported": 2,
        "paid": {"labels": 10, "text": 3},
        "reused": {"labels": 0, "text": 0},
    }
    assert world.summary["statuses"] == {"done": 10}
    assert world.summary["seconds"] > 0


def test_no_images_close_at_once_with_an_empty_report(world: BatchWorld) -> None:
    world.put("other/1.jpg")
    world.create(prefix="none/", approved=False)
    world.drain()
    assert world.batch().state is State.CLOSED
    assert world.report() == ""
    assert world.report("csv") == "index,key,labels,text,image_id\r\n"
    assert world.summary["images"] == 0
    assert len(world.announced) == 1


def test_a_batch_waits_for_a_yes_when_it_is_listed(world: BatchWorld) -> None:
    # Given
    world.put("1.jpg")
    world.create(approved=False)
    world.drain()
    assert world.batch().state is State.LISTED
    assert world.arrivals() == []
    # When
    assert world.table.approve("b1")
    world.control_send(Control("b1", Work.FEED))
    world.drain()
    # Then
    assert world.batch().state is State.RUNNING
    assert len(world.arrivals()) == 1


def test_a_yes_during_the_listing_counts(world: BatchWorld) -> None:
    world.put("1.jpg")
    world.create(approved=False)
    assert world.table.approve("b1")
    world.drain()
    assert world.batch().state is State.RUNNING


def test_every_image_of_a_long_listing_is_sent_once_with_its_number(world: BatchWorld) -> None:
    # Given
    keys = sorted(f"in/{number}.jpg" for number in range(23))
    world.put(*keys, "in/", "in/folder/", "out/1.jpg")
    # When
    world.create(prefix="in/", again=True)
    world.drain()
    # Then
    arrivals = sorted(world.arrivals(), key=lambda arrival: arrival["batch"]["number"])
    assert [arrival["source"]["key"] for arrival in arrivals] == keys
    assert [arrival["batch"] for arrival in arrivals] == [
        {"id": "b1", "number": number} for number in range(23)
    ]
    assert all(arrival["again"] is True for arrival in arrivals)
    assert all(arrival["source"]["etag"].startswith('"') for arrival in arrivals)
    found = world.batch()
    assert (found.images, found.bytes, found.fed, found.fed_pages) == (23, 23, 23, found.pages)


def test_images_of_the_input_bucket_have_the_ids_of_their_uploads(world: BatchWorld) -> None:
    # Given: overwritten, deleted, and many versions of one key
    ids = {}
    for key in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        for body in (b"old", b"older", b"newest") if key != "d.jpg" else [b"x"] * 9:
            answer = world.s3.put_object(Bucket=INPUT, Key=key, Body=body)
            ids[key] = image_id(ObjectReference(INPUT, key, answer["VersionId"]))
    world.s3.delete_object(Bucket=INPUT, Key="b.jpg")
    # When
    world.create(bucket=INPUT)
    world.drain()
    # Then: the current version of each that is there
    found = {
        arrival["source"]["key"]: image_id(ObjectReference.from_document(arrival["source"]))
        for arrival in world.arrivals()
    }
    assert found == {key: ids[key] for key in ("a.jpg", "c.jpg", "d.jpg")}
    assert world.batch().images == 3


def test_a_batch_that_is_cancelled_during_its_listing_stops(world: BatchWorld) -> None:
    world.put(*(f"{number}.jpg" for number in range(8)))
    world.create()
    world.table.cancel("b1", at=world.now())
    world.drain()
    assert world.batch().state is State.CANCELLED
    assert world.batch().pages == 0


def test_what_crosses_the_queue_is_what_is_documented(world: BatchWorld) -> None:
    world.put("1.jpg")
    world.create()
    body = world.sqs.receive_message(QueueUrl=world.urls["control"])["Messages"][0]["Body"]
    assert json.loads(body) == {
        "schema": "sightline.batch-control/1",
        "batch": "b1",
        "do": "list",
    }


def _id(world: BatchWorld, key: str) -> str:
    etag = world.s3.head_object(Bucket=PHOTOS, Key=key)["ETag"]
    return image_id(ObjectReference(PHOTOS, key, None, etag))

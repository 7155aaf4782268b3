"""Batches from their creation to their report."""

import json
import random
from itertools import count
from typing import Any

import pytest

from lambdas.common.batch_control import Control, Work
from lambdas.common.batches import State
from lambdas.common.image import ObjectReference, image_id
from tests.unit.lambdas.batches import CrashError
from tests.unit.lambdas.conftest import INPUT, PROCESSED
from tests.unit.lambdas.run_batch.world import PHOTOS, BatchWorld

CAR, TREE = ("Car", 97.5), ("Tree", 99.0)


@pytest.fixture
def world(dynamodb: Any, s3: Any) -> BatchWorld:
    return BatchWorld(dynamodb, s3, page_size=4)


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


def test_the_end_of_a_batch_is_announced_once_with_a_short_report(world: BatchWorld) -> None:
    # Given
    _run(world, "1.jpg", text=["STOP"])
    (message,) = world.announced
    # When: the report is written anew
    world.control_send(Control("b1", Work.REPORT))
    world.drain()
    # Then
    assert world.announced == [message]
    assert message["message_id"] == "batch:b1:closed"
    assert message["status"] == "closed"
    assert message["report_text"] == "1: STOP\n"
    assert message["report"]["csv"] == {
        "bucket": PROCESSED,
        "key": "batches/b1/report.csv",
        "version": None,
    }
    assert (message["images"], message["ended"]) == (1, 1)


def test_a_long_report_is_only_pointed_to(world: BatchWorld) -> None:
    _run(world, *(f"{n}.jpg" for n in range(12)), text=["X" * 2_000])
    assert len(world.report()) > 20_000
    assert world.announced[0]["report_text"] is None


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


# The input bucket differs only in how it is listed: some of the calls will do.
@pytest.mark.parametrize(("bucket", "every"), [(PHOTOS, 1), (INPUT, 5)])
def test_a_crash_anywhere_changes_nothing_in_the_end(
    world: BatchWorld, bucket: str, every: int
) -> None:
    # Given: a listing of two pages
    keys = ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"]
    world.put(*keys, bucket=bucket)
    for moment in count(0, every):
        batch_id = f"b{moment}"
        world.calls.clear()
        world.announced.clear()
        # When: the function is killed after its next call to AWS, after the one behind it, ...
        world.strike = moment
        world.create(id=batch_id, bucket=bucket)
        world.drain()
        places = set()
        for arrival in world.arrivals():
            places.add((arrival["batch"]["number"], arrival["source"]["key"]))
            world.end(arrival, text=["TAXI"])
        world.drain()
        # Then
        assert places == set(enumerate(keys))
        assert world.batch(batch_id).state is State.CLOSED
        assert world.batch(batch_id).images == len(keys)
        assert world.report("text", batch_id) == "".join(f"{n}: TAXI\n" for n in range(1, 6))
        # Twice only if it was killed between the publishing and the note of it.
        ids = [found["message_id"] for found in world.announced]
        assert set(ids) == {f"batch:{batch_id}:closed"}
        assert len(ids) == 1 or world.errors[-1] == "after publish"
        if world.strike is not None:  # nothing was left to strike
            break
    assert moment > 30


def test_a_pause_after_every_page_changes_nothing(dynamodb: Any, s3: Any) -> None:
    # Given
    world = BatchWorld(dynamodb, s3, page_size=2, pages_in_time=1)
    world.put(*(f"{number}.jpg" for number in range(9)))
    world.create()
    # When
    assert world.drain() > 8
    for arrival in world.arrivals():
        world.end(arrival, text=["TAXI"])
    assert world.drain() > 4
    # Then
    assert world.report() == "".join(f"{number}: TAXI\n" for number in range(9))


def test_messages_that_are_there_twice_do_no_harm(world: BatchWorld) -> None:
    # Given
    world.put(*(f"{number}.jpg" for number in range(10)))
    world.create()
    for work in (Work.LIST, Work.LIST, Work.FEED, Work.REPORT):
        world.control_send(Control("b1", work))
    # When
    world.drain()
    arrivals = world.arrivals()
    for arrival in arrivals:
        world.end(arrival, text=["TAXI"])
    for work in (Work.LIST, Work.FEED, Work.REPORT, Work.REPORT):
        world.control_send(Control("b1", work))
    world.drain()
    # Then
    assert len(arrivals) == 10
    assert world.report().count("\n") == 10
    assert world.batch().state is State.CLOSED
    assert len(world.announced) == 1


def test_a_report_that_is_asked_for_too_early_is_not_written(world: BatchWorld) -> None:
    world.put("1.jpg", "2.jpg")
    world.create()
    world.drain()
    world.end(world.arrivals()[0])
    world.control_send(Control("b1", Work.REPORT))
    world.drain()
    assert world.batch().state is State.RUNNING
    assert world.announced == []


def test_images_that_end_before_their_page_is_counted_are_in_the_report(world: BatchWorld) -> None:
    # Given: the function is killed when it has sent the last page, and before it says so
    world.put("1.jpg", "2.jpg")
    made = world.create()
    assert world.lister.list_pages(made, lambda: False)
    world.sqs.purge_queue(QueueUrl=world.urls["control"])
    running = world.table.run("b1", at=world.now())
    assert running is not None
    world.strike = len(world.calls) + 2
    with pytest.raises(CrashError, match="after send_message_batch"):
        world.feeder.feed_pages(running, lambda: False)
    # When
    for arrival in world.arrivals():
        world.end(arrival, text=["TAXI"])
    world.drain()
    # Then
    assert world.report() == "1: TAXI\n2: TAXI\n"
    assert world.batch().state is State.CLOSED
    assert (world.batch().fed, world.batch().fed_pages) == (2, 1)
    assert world.feeder.feed_pages(running, lambda: False) is None


def test_a_failed_image_that_is_redriven_is_in_the_report_afterwards(world: BatchWorld) -> None:
    # Given: a batch that closed with a failed image
    world.put("1.jpg", "2.jpg")
    world.create()
    world.drain()
    first, second = sorted(world.arrivals(), key=lambda arrival: arrival["source"]["key"])
    world.end(first, text=["TAXI 1"])
    world.end(second, status="failed")
    world.drain()
    closed = world.batch()
    assert world.report() == "1: TAXI 1\n"
    assert world.summary["statuses"] == {"done": 1, "failed": 1}
    # When
    world.end(second, text=["TAXI 2"])
    world.drain()
    assert world.report() == "1: TAXI 1\n"  # it waits for others that may be redriven
    world.undelay()
    # Then
    assert world.report() == "1: TAXI 1\n2: TAXI 2\n"
    assert world.summary["statuses"] == {"done": 2}
    assert world.batch().state is State.CLOSED
    assert world.batch().closed_at == closed.closed_at
    assert len(world.announced) == 1


def test_a_cancelled_batch_is_fed_no_more_and_reports_what_had_ended(world: BatchWorld) -> None:
    # Given
    world.put(*(f"{number}.jpg" for number in range(8)))
    world.create(approved=False)
    world.drain()
    world.table.run("b1", at=world.now())
    batch = world.batch()
    assert world.feeder.feed_pages(batch, lambda: True)
    world.end(world.arrivals()[0], text=["TAXI"])
    # When
    assert world.table.cancel("b1", at=world.now())
    for work in (Work.FEED, Work.REPORT):
        world.control_send(Control("b1", work))
    world.drain()
    # Then
    assert world.arrivals() == []
    assert world.batch().state is State.CANCELLED
    assert world.report() == "Cancelled: 1 of 8 images had ended.\n0: TAXI\n"
    assert world.summary["statuses"] == {"done": 1, "not_started": 7}
    (message,) = world.announced
    assert message["message_id"] == "batch:b1:cancelled"
    assert world.table.cancel("b1", at=world.now()) is None


def test_a_batch_that_is_cancelled_during_its_listing_stops(world: BatchWorld) -> None:
    world.put(*(f"{number}.jpg" for number in range(8)))
    world.create()
    world.table.cancel("b1", at=world.now())
    world.drain()
    assert world.batch().state is State.CANCELLED
    assert world.batch().pages == 0


def test_answers_that_were_there_before_count_as_reused(world: BatchWorld) -> None:
    # Given: one ended before the batch, one took kept answers, one was paid for
    world.put("1.jpg", "2.jpg", "3.jpg")
    world.create()
    world.drain()
    arrivals = sorted(world.arrivals(), key=lambda arrival: arrival["source"]["key"])
    # When
    world.end(arrivals[0], text=["A"], finished_at="2026-01-01T00:00:00.000+00:00")
    world.end(arrivals[1], text=["B"], paid=["text"])
    world.end(arrivals[2], status="rejected", models={}, paid=[])
    world.drain()
    # Then
    assert world.summary["paid"] == {"labels": 0, "text": 1}
    assert world.summary["reused"] == {"labels": 2, "text": 1}
    assert world.summary["statuses"] == {"done": 2, "rejected": 1}


def _run(world: BatchWorld, *keys: str, text: list[str]) -> None:
    world.put(*keys)
    world.create()
    world.drain()
    for arrival in world.arrivals():
        world.end(arrival, text=text)
    world.drain()


def _id(world: BatchWorld, key: str) -> str:
    etag = world.s3.head_object(Bucket=PHOTOS, Key=key)["ETag"]
    return image_id(ObjectReference(PHOTOS, key, None, etag))


def test_what_crosses_the_queue_is_what_is_documented(world: BatchWorld) -> None:
    world.put("1.jpg")
    world.create()
    body = world.sqs.receive_message(QueueUrl=world.urls["control"])["Messages"][0]["Body"]
    assert json.loads(body) == {
        "schema": "sightline.batch-control/1",
        "batch": "b1",
        "do": "list",
    }

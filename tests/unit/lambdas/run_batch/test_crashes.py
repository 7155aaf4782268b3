"""Batches whose messages are cut off, come twice, or get only a part of the work done."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from lambdas.common.batches.table import BatchTable
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import INPUT, TABLE
from tests.unit.lambdas.run_batch.world import PHOTOS, BatchWorld
from tests.unit.lambdas.steps import CrashError, Stepped, Steps


# The input bucket differs only in how it is listed: some of the requests will do.
@pytest.mark.parametrize(("bucket", "every"), [(PHOTOS, 1), (INPUT, 5)])
def test_a_crash_anywhere_changes_nothing_in_the_end(
    world: BatchWorld, bucket: str, every: int
) -> None:
    # When: the function is killed after its first request to AWS, after the second, ...
    struck = 0
    for batch_id, requests in _struck_at_each(world, bucket, every, "after"):
        # Then: announced twice only if it was killed between the publishing and the note of it
        ids = [found["message_id"] for found in world.announced]
        assert set(ids) == {f"batch:{batch_id}:closed"}
        assert len(ids) == 1 or requests == ["sns.publish"]
        struck += len(requests)
    assert struck >= 35 / every


def test_an_answer_that_is_lost_anywhere_changes_nothing_in_the_end(world: BatchWorld) -> None:
    # When: the SDK makes the first request a second time, the second one, ...
    for batch_id, _ in _struck_at_each(world, PHOTOS, 1, "twice"):
        # Then
        assert {found["message_id"] for found in world.announced} == {f"batch:{batch_id}:closed"}


def test_a_batch_whose_creation_was_answered_into_the_void_is_made_all_the_same(
    dynamodb: Any,
) -> None:
    twice = Stepped("dynamodb", dynamodb, Steps(strike=(0, "twice")))
    assert BatchTable(twice, TABLE).create(batch())
    assert BatchTable(dynamodb, TABLE).get("b1") == batch()


def _struck_at_each(
    world: BatchWorld, bucket: str, every: int, when: str
) -> Iterator[tuple[str, list[str]]]:
    """Run batches that are struck later and later until nothing is left to strike.

    Each yields its id and the requests at which it was cut off; its report is right.
    """
    # Given: a listing of two pages
    keys = ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"]
    world.put(*keys, bucket=bucket)
    for moment in count(0, every):
        batch_id = f"b{moment}"
        world.announced.clear()
        world.struck.clear()
        world.strike(moment, when)
        world.create(id=batch_id, bucket=bucket)
        world.drain()
        places = set()
        for arrival in world.arrivals():
            places.add((arrival["batch"]["number"], arrival["source"]["key"]))
            world.end(arrival, text=["TAXI"])
        world.drain()
        assert places == set(enumerate(keys))
        assert world.batch(batch_id).state is State.CLOSED
        assert world.batch(batch_id).images == len(keys)
        assert world.report("text", batch_id) == "".join(f"{n}: TAXI\n" for n in range(1, 6))
        yield batch_id, world.struck
        if not world.was_struck:
            return


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


def test_images_that_end_before_their_page_is_counted_are_in_the_report(world: BatchWorld) -> None:
    # Given: the function is killed when it has sent the last page, and before it says so
    world.put("1.jpg", "2.jpg")
    made = world.create()
    assert world.lister.list_pages(made, lambda: False)
    world.sqs.purge_queue(QueueUrl=world.urls["control"])
    running = world.table.run("b1", at=world.now())
    assert running is not None
    world.strike(2)
    with pytest.raises(CrashError, match="send_message_batch"):
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

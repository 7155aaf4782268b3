"""What the report of a batch says, when it is written, and who is told."""

from typing import Any

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.run_batch.world import BatchWorld


def test_the_end_of_a_batch_is_announced_once_with_a_short_report(world: BatchWorld) -> None:
    # Given
    world.run("1.jpg", text=["STOP"])
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
    world.run(*(f"{n}.jpg" for n in range(12)), text=["X" * 2_000])
    assert len(world.report()) > 20_000
    assert world.announced[0]["report_text"] is None


def test_a_report_that_is_asked_for_too_early_is_not_written(world: BatchWorld) -> None:
    world.put("1.jpg", "2.jpg")
    world.create()
    world.drain()
    world.end(world.arrivals()[0])
    world.control_send(Control("b1", Work.REPORT))
    world.drain()
    assert world.batch().state is State.RUNNING
    assert world.announced == []


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


@pytest.mark.parametrize("changes", [{"text": [], "labels": []}, {"deletion_due": True}])
@pytest.mark.parametrize("sorted_rows", [50_000, 0])
def test_an_image_that_was_deleted_is_counted_and_no_more(
    dynamodb: Any, s3: Any, changes: dict[str, Any], sorted_rows: int
) -> None:
    # Given: of one image a tombstone is left, or its deletion is under way
    world = BatchWorld(dynamodb, s3, max_sorted_rows=sorted_rows)
    world.put("1.jpg", "2.jpg", "3.jpg")
    world.create()
    world.drain()
    first, second, third = sorted(world.arrivals(), key=lambda one: one["source"]["key"])
    world.end(first, text=["TAXI 1"])
    world.end(second, status="deleted", **{"text": ["TAXI 2"], **changes})
    world.end(third)
    # When
    world.drain()
    # Then
    assert world.batch().state is State.CLOSED
    assert world.report() == "Deleted: 1 of 3 images.\n1: TAXI 1\n"
    assert "TAXI 2" not in world.report("csv")
    (message,) = world.announced
    for said in (world.summary, message):
        assert said["statuses"] == {"done": 2, "deleted": 1}
        assert (said["ended"], said["with_text"], said["reported"]) == (3, 1, 1)
        assert said["paid"] == {"labels": 2, "text": 1}


def test_a_report_that_is_written_anew_has_no_more_of_what_was_deleted_since(
    world: BatchWorld,
) -> None:
    world.put("1.jpg", "2.jpg")
    world.create()
    world.drain()
    first, second = sorted(world.arrivals(), key=lambda one: one["source"]["key"])
    world.end(first, text=["TAXI 1"])
    world.end(second, status="failed")
    world.drain()
    assert world.report() == "1: TAXI 1\n"

    world.end(first, status="deleted", labels=[], paid=[])
    world.end(second, text=["TAXI 2"])
    world.undelay()

    assert world.report() == "Deleted: 1 of 2 images.\n2: TAXI 2\n"
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

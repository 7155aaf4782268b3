"""What the report of a batch says, when it is written, and who is told."""

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

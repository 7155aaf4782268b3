from typing import Any

import pytest

from lambdas.common.batches.control import Control, Work
from lambdas.common.errors import RetryableError
from lambdas.run_batch import feed
from lambdas.run_batch.feed import FULL_DELAY_SECONDS, Feeder
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.run_batch.world import BatchWorld


class Queue:
    """A queue that holds some messages already, and refuses some of each batch."""

    def __init__(self, waiting: int = 0, refuses: int = 0) -> None:
        self.waiting, self.refuses = waiting, refuses
        self.bodies: list[str] = []
        self.calls = 0

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": str(self.waiting)}}

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.calls += 1
        refused = Entries[: self.refuses]
        self.bodies += [entry["MessageBody"] for entry in Entries[self.refuses :]]
        return {"Failed": [{"Id": entry["Id"], "Code": "Busy"} for entry in refused]}


def fed(world: BatchWorld, queue: Queue) -> tuple[int, int] | None:
    """Feed a batch of 12 images in pages of 4; return how many are sent, and the pause."""
    world.put(*(f"{number:02}.jpg" for number in range(12)))
    world.create()
    assert world.lister.list_pages(world.batch(), lambda: False)
    world.table.run("b1", at=world.now())
    feeder = Feeder(
        table=world.table,
        objects=world.feeder.objects,
        sqs=queue,
        queue_url="q",
        now=world.now,
    )
    found = feeder.feed_pages(world.batch(), lambda: False)
    return None if found is None else (found[0].fed, found[1])


def test_all_is_sent_while_there_is_room(world: BatchWorld) -> None:
    queue = Queue()
    assert fed(world, queue) == (12, 0)
    assert len(set(queue.bodies)) == 12


def test_a_full_queue_is_left_alone_for_a_while(world: BatchWorld) -> None:
    queue = Queue(waiting=feed.HIGH_WATER)
    assert fed(world, queue) == (0, FULL_DELAY_SECONDS)
    assert queue.bodies == []


def test_no_more_is_sent_than_there_is_room_for(world: BatchWorld) -> None:
    # Given: SQS's count stays what it was, as it does for a minute
    queue = Queue(waiting=feed.HIGH_WATER - 5)
    assert fed(world, queue) == (8, FULL_DELAY_SECONDS)


def test_what_sqs_refuses_is_sent_again(world: BatchWorld) -> None:
    queue = Queue(refuses=2)
    queue.send_message_batch = _refusing_once(queue)  # type: ignore[method-assign]
    assert fed(world, queue) == (12, 0)
    assert len(queue.bodies) == len(set(queue.bodies)) == 12


def test_a_queue_that_takes_nothing_brings_the_message_back(world: BatchWorld) -> None:
    queue = Queue(refuses=10)
    with pytest.raises(RetryableError, match="SQS did not take 4 messages"):
        fed(world, queue)
    assert world.batch().fed == 0


def test_the_message_for_a_full_queue_is_delayed(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: room for one page
    monkeypatch.setattr(feed, "HIGH_WATER", 4)
    world.put(*(f"{number}.jpg" for number in range(12)))
    world.create()
    # When
    world.drain()
    # Then
    assert world.batch().fed == 4
    assert world._waiting("control", "Delayed") == 1


def test_feeding_needs_a_batch_that_runs(world: BatchWorld, dynamodb: Any) -> None:
    world.put("1.jpg")
    world.create(approved=False)
    world.drain()
    world.control_send(Control("b1", Work.FEED))
    world.drain()
    assert world.batch().fed == 0
    assert dynamodb.scan(TableName=TABLE)["Count"] == 2  # the batch, and its entry in the list


def _refusing_once(queue: Queue) -> Any:
    """Refuse some of every batch that is new, and take what is sent again."""
    plain = queue.send_message_batch

    def send(**arguments: Any) -> dict[str, Any]:
        queue.refuses = 2 if len(arguments["Entries"]) == 4 else 0
        return plain(**arguments)

    return send

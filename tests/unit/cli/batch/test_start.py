"""`sightline batch start` brings on what stands still, whatever message was lost."""

import json

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from tests.unit.cli.batch.calls import call, work
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.run_batch.world import BatchWorld

REPORT = f"s3://{PROCESSED}/batches/b/report.txt"


def lose_messages(world: BatchWorld) -> None:
    world.sqs.purge_queue(QueueUrl=world.urls["control"])


def sent(world: BatchWorld) -> list[Work]:
    """Take what waits in the batches queue."""
    found = []
    while messages := world.sqs.receive_message(QueueUrl=world.urls["control"]).get("Messages"):
        for message in messages:
            found.append(Control.from_json(message["Body"]).do)
            world.sqs.delete_message(
                QueueUrl=world.urls["control"], ReceiptHandle=message["ReceiptHandle"]
            )
    return found


def test_a_batch_that_failed_goes_on_when_the_cause_is_gone(world: BatchWorld) -> None:
    call("s3://later/", "--yes", "--name", "b")
    world.s3.create_bucket(Bucket="later")
    world.put("in/1.jpg", bucket="later")
    assert call("start", "b").exit_code == 0
    work(world)
    assert world.batch("b").state is State.CLOSED
    assert world.batch("b").images == 1


def test_a_running_batch_whose_report_was_lost_is_reported(world: BatchWorld) -> None:
    # Given: the last image has asked for the report, and said so
    world.create(id="b", prefix="in/")
    world.drain()
    for arrival in world.arrivals():
        world.end(arrival)
    lose_messages(world)
    world.drain()
    assert world.batch("b").state is State.RUNNING
    # When
    done = call("start", "b")
    # Then
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "Batch b is running and goes on in AWS. Asked to report, if all of its images have ended.\n"
    )
    world.drain()
    assert world.batch("b").state is State.CLOSED


def test_a_running_batch_whose_feeding_was_lost_is_fed_and_reported(world: BatchWorld) -> None:
    # Given: listed and running, and nothing was sent
    world.create(id="b", prefix="in/")
    world.drain(most=1)
    lose_messages(world)
    assert (world.batch("b").state, world.batch("b").fed) == (State.RUNNING, 0)
    # When
    done = call("start", "b")
    # Then
    assert "Asked to send its images (0 of 3 so far) and report, if all" in done.stdout
    work(world)
    assert world.batch("b").state is State.CLOSED


def test_a_running_batch_that_goes_on_is_not_disturbed(world: BatchWorld) -> None:
    world.create(id="b", prefix="in/")
    world.drain()
    assert call("start", "b").exit_code == 0
    world.drain()
    assert world.batch("b").state is State.RUNNING
    work(world)
    assert world.batch("b").state is State.CLOSED
    assert json.loads(world.report("summary", "b"))["statuses"] == {"done": 3}


def test_a_closed_batch_is_said_to_be_closed(world: BatchWorld) -> None:
    world.create(id="b", prefix="in/")
    work(world)
    done = call("start", "b")
    assert (done.exit_code, done.stdout) == (
        0,
        f"Batch b is closed already. Its report is {REPORT}\n",
    )
    assert sent(world) == []


@pytest.mark.parametrize("left", ["announced_at", "reported_at"])
def test_a_batch_that_is_over_and_owes_its_report_is_asked_for_it(
    world: BatchWorld, left: str
) -> None:
    world.create(id="b", prefix="in/")
    work(world)
    world.table.change("b", {}, remove=[left])
    assert call("start", "b").stdout == "Batch b is closed and goes on in AWS. Asked to report.\n"
    world.drain()
    assert None not in (world.batch("b").announced_at, world.batch("b").reported_at)


def test_a_cancelled_batch_is_reported_and_not_started_again(world: BatchWorld) -> None:
    world.create(id="b", prefix="in/")
    world.drain()
    call("cancel", "b")
    lose_messages(world)
    assert "Batch b is cancelled and goes on in AWS. Asked to report." in call("start", "b").stdout
    world.drain()
    done = call("start", "b")
    assert done.exit_code == 1
    assert f"b is cancelled and cannot be started again; its report is {REPORT}" in done.stderr


def test_a_batch_that_is_being_listed_is_asked_to_go_on(world: BatchWorld) -> None:
    world.create(id="b", prefix="in/", approved=False)
    lose_messages(world)
    assert "Asked to list its images (0 so far)." in call("start", "b").stdout
    assert sent(world) == [Work.LIST]

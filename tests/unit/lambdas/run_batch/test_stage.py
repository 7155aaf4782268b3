"""Control messages as SQS delivers them: wrong ones, failing ones, and the handler's wiring."""

import importlib
import json
from typing import Any

import boto3
import pytest

from lambdas.common import clients
from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from lambdas.common.batches.environment import RunBatchEnvironment
from lambdas.common.batches.message import batch_attributes
from tests.unit.lambdas.batches import batch
from tests.unit.lambdas.conftest import INPUT, PROCESSED, TABLE
from tests.unit.lambdas.run_batch.messages import ControlMessage, dead
from tests.unit.lambdas.run_batch.world import MAX_ATTEMPTS, PHOTOS, BatchWorld


@pytest.mark.parametrize(
    "body",
    [
        "no JSON",
        "[]",
        json.dumps({"schema": "sightline.batch-control/2", "batch": "b1", "do": "list"}),
        json.dumps({"schema": "sightline.batch-control/1", "batch": "b1", "do": "dance"}),
        json.dumps({"schema": "sightline.batch-control/1", "do": "list"}),
    ],
)
def test_a_message_that_is_none_of_ours_goes_to_the_dead_letters(
    world: BatchWorld, body: str
) -> None:
    assert not ControlMessage(world, body).deliver()
    ((letter, attributes),) = dead(world)
    assert letter == body
    assert (attributes["cause"], attributes["stage"]) == ("UnreadableMessage", "run_batch")


def test_a_message_that_fails_comes_back_and_at_last_says_why_the_batch_stands_still(
    world: BatchWorld,
) -> None:
    # Given
    world.table.create(batch(bucket=PHOTOS))
    world.steps.down = frozenset({"s3.list_objects_v2"})
    message = ControlMessage(world, Control("b1", Work.LIST))
    for _ in range(MAX_ATTEMPTS - 1):
        assert message.deliver()
        assert dead(world) == []
    # When
    assert not message.deliver()
    # Then
    ((letter, attributes),) = dead(world)
    assert (letter, attributes["cause"]) == (message.body, "CrashError")
    found = world.batch()
    assert found.state is State.LISTING
    assert "list stands still" in str(found.reason)
    assert "sightline redrive" in str(found.reason)
    # When: the dead letter is redriven
    world.steps.down = frozenset()
    assert not ControlMessage(world, letter, attributes).deliver()
    # Then
    assert world.batch().state is not State.LISTING
    assert world.batch().reason is None


def test_a_message_for_a_batch_that_is_gone_ends_as_a_dead_letter(world: BatchWorld) -> None:
    message = ControlMessage(world, Control("gone", Work.FEED))
    for _ in range(MAX_ATTEMPTS - 1):
        assert message.deliver()
    assert not message.deliver()
    ((_, attributes),) = dead(world)
    assert "there is no batch gone" in attributes["reason"]
    assert world.table.get("gone") is None


def test_a_part_of_the_work_is_one_message(world: BatchWorld) -> None:
    control = Control("b1", Work.REPORT, {"round": 1, "page": 2})
    assert world.stage.parse(world.stage.write(control)) == [control]


def test_a_function_runs_with_what_its_stack_sets(
    dynamodb: Any, s3: Any, world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    clients.client.cache_clear()
    topic = boto3.client("sns").create_topic(Name="results")["TopicArn"]
    env = RunBatchEnvironment(
        input_bucket=INPUT,
        processed_bucket=PROCESSED,
        record_table=TABLE,
        results_topic_arn=topic,
        batches_queue_url=world.urls["control"],
        batch_images_queue_url=world.urls["images"],
        text_rule="Car:90",
        queues=json.dumps([["arn", world.urls["control"], world.urls["dead"]]]),
        max_attempts=6,
        retry_seconds=30.0,
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler: Any = importlib.import_module("lambdas.run_batch.handler")
    handler.worker.cache_clear()
    world.put("1.jpg")
    world.create()
    # When: the messages of a batch without a failure, as Lambda hands them over
    for _ in range(2):
        (message,) = world.sqs.receive_message(QueueUrl=world.urls["control"])["Messages"]
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0"},
            "eventSourceARN": "arn",
        }
        context = type(
            "Context",
            (),
            {
                "function_name": "f",
                "memory_limit_in_mb": 128,
                "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                "aws_request_id": "1",
                "get_remaining_time_in_millis": lambda _self: 60_000,
            },
        )()
        assert handler.handle({"Records": [record]}, context) == {"batchItemFailures": []}
    # Then
    assert world.batch().state is State.RUNNING
    assert len(world.arrivals()) == 1
    assert handler.worker() is handler.worker()
    assert (
        handler.worker()._stage.lister.make_unsigned().list_objects_v2(Bucket=PHOTOS)["KeyCount"]
        == 1
    )
    handler.worker.cache_clear()
    clients.client.cache_clear()


def test_the_end_of_a_batch_is_published_with_its_attributes(
    world: BatchWorld,
) -> None:
    world.create(prefix="none")
    world.drain()
    assert batch_attributes(world.announced[0]) == {
        "kind": {"DataType": "String", "StringValue": "batch"},
        "status": {"DataType": "String", "StringValue": "closed"},
    }

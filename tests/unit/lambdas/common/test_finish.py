"""The topic itself; the order of an image's end is tested with crashes in inspect_image/."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from lambdas.common.finish import Finisher, ResultsTopic
from lambdas.common.image import ObjectReference
from lambdas.common.message import announcement
from lambdas.common.objects import ObjectStore
from lambdas.common.queue.failure import Failure
from lambdas.common.records.items import from_item
from lambdas.common.records.table import RecordTable
from lambdas.common.result import Result
from lambdas.common.rules import ReviewRule
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.attempts import attempts_by, begin
from tests.unit.lambdas.common.records.test_table import stored
from tests.unit.lambdas.common.test_message import huge
from tests.unit.lambdas.conftest import PROCESSED, TABLE
from tests.unit.lambdas.results import result
from tests.unit.lambdas.steps import Clock

WHERE = ObjectReference("processed", "results/1.json")


@pytest.fixture
def received(aws: None) -> Any:
    """A topic and a queue that is subscribed as the digest's is: raw."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="results")["TopicArn"]
    queue = sqs.create_queue(QueueName="digest")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={
            "RawMessageDelivery": "true",
            "FilterPolicy": json.dumps({"labels": ["Car"], "status": ["done", "in_review"]}),
        },
    )

    def publish(message: dict[str, Any]) -> Any:
        ResultsTopic(sns, topic)(message)
        answer = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])
        return answer.get("Messages", [])

    return publish


def test_a_subscriber_gets_the_announcement_as_it_is(received: Any) -> None:
    # When
    message = announcement(result(), WHERE)
    (delivered,) = received(message)
    # Then
    assert json.loads(delivered["Body"]) == message
    assert delivered["MessageAttributes"]["status"]["StringValue"] == "done"


@pytest.mark.parametrize("unwanted", [result(labels=()), result(Status.FAILED)])
def test_a_subscriber_is_spared_what_it_filters_out(received: Any, unwanted: Any) -> None:
    assert received(announcement(unwanted, WHERE)) == []


@pytest.mark.parametrize("character", ["字", "🚗", '"'])
def test_sns_takes_the_largest_announcement(received: Any, character: str) -> None:
    # moto refuses what SNS refuses; here nobody is subscribed to such labels
    assert received(announcement(huge(character), WHERE)) == []


DOWN = Failure("Down", "it is down")


@pytest.fixture
def finisher(dynamodb: Any, s3: Any) -> Callable[[str], Finisher]:
    def make(now: str) -> Finisher:
        return Finisher(
            objects=ObjectStore(s3, PROCESSED),
            records=RecordTable(dynamodb, TABLE),
            announce=lambda _message: None,
            review=ReviewRule.parse("never"),
            now=lambda: now,
        )

    return make


class TestFail:
    """What `fail` returns is the time of the failure that stands, the same each time."""

    FIRST, SECOND = "2026-11-21T10:00:00.000+00:00", "2026-11-21T11:00:00.000+00:00"

    def begun(self, dynamodb: Any) -> Result:
        begin(attempts_by(Clock(), dynamodb))
        return result(Status.RECEIVED)

    def test_a_failure_that_was_written_before_keeps_its_time(
        self, dynamodb: Any, finisher: Callable[[str], Finisher]
    ) -> None:
        begun = self.begun(dynamodb)
        assert finisher(self.FIRST).fail(begun, DOWN) == self.FIRST
        assert finisher(self.SECOND).fail(begun, DOWN) == self.FIRST
        assert from_item(stored(dynamodb, begun))["failed_at"] == self.FIRST

    def test_an_image_that_ended_well_meanwhile_did_not_fail(
        self, dynamodb: Any, finisher: Callable[[str], Finisher]
    ) -> None:
        begun = self.begun(dynamodb)
        finisher(self.FIRST).reject(begun, "no image")
        assert finisher(self.SECOND).fail(begun, DOWN) is None
        assert stored(dynamodb, begun)["status"] == {"S": "rejected"}

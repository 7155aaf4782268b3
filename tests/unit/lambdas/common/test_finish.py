"""The topic itself; the order of an image's end is tested with crashes in inspect_image/."""

import json
from typing import Any

import boto3
import pytest

from lambdas.common.finish import ResultsTopic
from lambdas.common.image import ObjectReference
from lambdas.common.message import announcement
from lambdas.common.status import Status
from tests.unit.lambdas.common.test_message import huge
from tests.unit.lambdas.results import result

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

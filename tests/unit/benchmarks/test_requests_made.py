"""The requests that the model counts with are those that the functions make."""

from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks.model.requests_made import REQUESTS, Per, Service
from lambdas.common.records.items import to_item
from tests.unit.lambdas.steps import refusal
from tests.unit.lambdas.test_requests import PLAIN, another
from tests.unit.lambdas.test_requests import REQUESTS as COUNTED
from tests.unit.lambdas.world import World, account, client

LABELLED, READ = COUNTED["labels"][1], COUNTED["labels and text"][1]
WRITES = ("dynamodb.update_item", "dynamodb.put_item")
"""The requests of `Service.WRITE` that write one item, unlike that of the labels' items."""


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def lines(service: Service, **times: int) -> int:
    """How many lines of a service there are, each so often as its kind is."""
    return sum(
        times.get(request.per.name.lower(), 0) for request in REQUESTS if request.service is service
    )


def units(service: Service, per: Per) -> float:
    """The units of a service, those of indexes aside, for one of a kind."""
    return sum(r.count for r in REQUESTS if r.service is service and r.per is per)


def made(counted: Counter[str], *names: str) -> int:
    return sum(counted[name] for name in names)


@pytest.mark.parametrize(
    ("counted", "times"),
    [(LABELLED, {"image": 1, "call": 1}), (READ, {"image": 1, "call": 2, "read": 1})],
    ids=["labels", "labels and text"],
)
def test_an_image_has_a_line_for_each_write(counted: dict[str, int], times: dict[str, int]) -> None:
    assert lines(Service.WRITE, **times) == made(Counter(counted), *WRITES)


@pytest.mark.parametrize(
    ("counted", "calls", "read"), [(LABELLED, 1, 0), (READ, 2, 1)], ids=["labels", "and text"]
)
def test_an_image_has_the_objects_and_messages_that_are_counted(
    counted: dict[str, int], calls: int, read: int
) -> None:
    def all_units(service: Service) -> float:
        return (
            units(service, Per.IMAGE)
            + calls * units(service, Per.CALL)
            + read * units(service, Per.READ)
        )

    assert all_units(Service.S3_PUT) == counted["s3.put_object"]
    # Rekognition's own reads are in the model, and are no requests of the functions.
    assert all_units(Service.S3_GET) - calls == counted["s3.get_object"]
    assert all_units(Service.SNS) == counted["sns.publish"]


def test_a_message_that_is_put_off_makes_the_requests_that_are_counted() -> None:
    # Given: no turn is free for a while, and then there is a backlog again
    world = World(**PLAIN)
    world.upload()
    soon = round((world.clock.now() + 12) * 1e6)
    client("dynamodb").update_item(
        TableName=world.table,
        Key=to_item({"image_id": "pacer#DetectLabels#0", "item": "pacer"}),
        UpdateExpression="SET #next = :next",
        ExpressionAttributeNames={"#next": "next"},
        ExpressionAttributeValues=to_item({":next": soon}),
    )
    # When
    world.steps.names.clear()
    world.upload_another(another(1))
    # Then
    further = Counter(world.steps.names) - Counter(LABELLED)
    # The turn is taken after a pause, which is one write more than in a backlog.
    assert made(further, *WRITES) - 1 == units(Service.WRITE, Per.PUT_OFF)
    assert made(further, "s3.put_object") == units(Service.S3_PUT, Per.PUT_OFF)
    assert made(further, "s3.get_object") == units(Service.S3_GET, Per.PUT_OFF)
    # The receive is Lambda's.
    assert made(further, "sqs.change_message_visibility") + 1 == units(Service.SQS, Per.PUT_OFF)


def test_a_further_attempt_makes_the_requests_that_are_counted() -> None:
    # Given: all calls of an attempt fail
    world = World(**PLAIN)
    world.upload()
    world.rekognition.script += [refusal("DetectLabels", "InternalServerError", 500)] * 3
    # When
    world.steps.names.clear()
    world.upload_another(another(1))
    # Then
    further = Counter(world.steps.names) - Counter(LABELLED)
    assert made(further, *WRITES) == units(Service.WRITE, Per.RETRY)
    assert made(further, "s3.put_object") == units(Service.S3_PUT, Per.RETRY)
    assert made(further, "s3.get_object") == units(Service.S3_GET, Per.RETRY)
    assert made(further, "sqs.change_message_visibility") + 1 == units(Service.SQS, Per.RETRY)

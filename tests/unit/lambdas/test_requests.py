"""How many requests an image costs: AWS bills each, and nobody is to add one unseen."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.status import Status
from tests.images import encoded, photo
from tests.unit.lambdas.results import result
from tests.unit.lambdas.world import World, account, make_batch

PLAIN: dict[str, Any] = {"text_rule": "never"}

# What one image costs in a container that has just analysed another, by request. With labels: its
# record (begin, end, announced), the claim of the answer and the turn of the call are the five
# updates; the copy, the thumbnail and the result are the three objects. The items of all its terms
# fit into one batch.
REQUESTS: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    "labels": (
        PLAIN,
        {
            "dynamodb.update_item": 5,
            "dynamodb.put_item": 1,
            "dynamodb.batch_write_item": 1,
            "s3.get_object": 1,
            "s3.put_object": 3,
            "rekognition.detect_labels": 1,
            "sns.publish": 1,
        },
    ),
    "labels and text": (
        {},
        {
            "dynamodb.update_item": 9,
            "dynamodb.put_item": 2,
            "dynamodb.batch_write_item": 1,
            "s3.get_object": 2,
            "s3.put_object": 4,
            "rekognition.detect_labels": 1,
            "rekognition.detect_text": 1,
            "sqs.send_message": 1,
            "sns.publish": 1,
        },
    ),
    "labels without reuse": (
        {**PLAIN, "reuse_answers": False},
        {
            "dynamodb.update_item": 4,
            "dynamodb.batch_write_item": 1,
            "s3.get_object": 1,
            "s3.put_object": 3,
            "rekognition.detect_labels": 1,
            "sns.publish": 1,
        },
    ),
}


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def another(number: int) -> bytes:
    """A picture like no other."""
    return encoded(photo(200 + number, 150), "JPEG")


@pytest.mark.parametrize("path", REQUESTS)
def test_an_image_costs_these_requests_and_no_more(path: str) -> None:
    settings, expected = REQUESTS[path]
    world = World(**settings)
    world.upload()
    world.steps.names.clear()
    world.upload_another(another(1))
    assert Counter(world.steps.names) == expected


def test_the_first_image_of_a_container_also_looks_for_the_newest_model() -> None:
    world = World(**PLAIN)
    world.upload()
    further = Counter(world.steps.names) - Counter(REQUESTS["labels"][1])
    # and is the first to see it
    assert further == {"dynamodb.get_item": 1, "dynamodb.update_item": 1}


def test_a_picture_that_is_known_costs_neither_call_nor_turn() -> None:
    world = World(**PLAIN)
    world.upload()
    world.steps.names.clear()
    world.upload_another(encoded(photo(), "JPEG", comment=b"the same pixels"))
    assert Counter(world.steps.names) == {
        "dynamodb.update_item": 4,  # the refused claim is among them, and brings the answer
        "dynamodb.batch_write_item": 1,
        "s3.get_object": 1,
        "s3.put_object": 3,
        "sns.publish": 1,
    }


def test_a_repeat_of_an_image_that_has_ended_costs_one_request() -> None:
    world = World(**PLAIN)
    world.upload()
    world.steps.names.clear()
    world.upload()
    assert world.steps.names == ["dynamodb.update_item"]


def test_an_image_that_another_message_works_on_costs_two_requests() -> None:
    world = World(**PLAIN)
    busy = result(source=world.source, image_id=world.id)
    world.attempts.begin(busy, stage=Status.RECEIVED, owner="another")
    world.steps.names.clear()
    world.sqs.send_message("images", world.event())
    world.deliver(world.sqs.of("images")[0])
    assert world.steps.names == ["dynamodb.update_item", "sqs.change_message_visibility"]


def test_an_image_of_a_batch_looks_for_its_batch_once_and_is_counted_once() -> None:
    # Given: two images of a batch of three
    world = World(**PLAIN, member=BatchMember("trip", 0))
    make_batch(world, images=3)
    world.upload()
    # When
    world.steps.names.clear()
    world.member = BatchMember("trip", 1)
    world.upload_another(another(2))
    # Then
    further = Counter(world.steps.names) - Counter(REQUESTS["labels"][1])
    assert further == {"dynamodb.update_item": 1}

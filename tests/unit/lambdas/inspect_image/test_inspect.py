"""The first stage, and what a repeated delivery finds and does."""

from collections.abc import Iterator

import pytest

from lambdas.common.image import ObjectReference
from lambdas.common.message import TextRequest
from lambdas.common.status import Status
from tests.images import encoded, exif, photo
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.steps import refusal
from tests.unit.lambdas.world import World, account

REFUSED = refusal("DetectLabels", "InvalidImageFormatException")


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def labelled_only(world: World) -> None:
    """Run the first stage, and leave what it asks for in the text queue."""
    world.sqs.send_message(url("images"), world.event())
    world.deliver(world.sqs.of("images")[0])


def names(world: World) -> list[str]:
    return [label.name for label in world.result.labels]


def test_an_image_that_the_rule_does_not_match_is_done_and_announced() -> None:
    # Given
    world = World(text_rule="Boat:90")
    # When
    world.upload()
    # Then
    assert world.status is Status.DONE
    assert world.paid == {"detect_labels": 1}
    original = {"Bucket": "input", "Name": "car.jpg", "Version": world.source.version}
    assert world.rekognition.calls[0]["Image"] == {"S3Object": original}
    assert names(world) == ["Car", "Tree"]
    assert (world.result.text, world.result.text_expected) == ((), False)
    assert world.result.paid == ("labels",)
    assert world.message_ids == [f"{world.id}:done"]


def test_an_image_that_the_rule_matches_is_labelled_and_its_reading_asked_for() -> None:
    # Given
    world = World()
    # When
    labelled_only(world)
    # Then
    assert world.status is Status.LABELLED
    (message,) = world.sqs.of("text")
    assert TextRequest.from_json(message.body).image_id == world.id
    assert world.result.status is Status.LABELLED
    assert world.result.text_expected
    assert world.announced == []


def test_a_matched_image_ends_with_labels_and_text() -> None:
    # Given
    world = World()
    # When
    world.upload()
    # Then
    assert world.history == [Status.RECEIVED, Status.LABELLED, Status.DONE]
    assert world.paid == {"detect_labels": 1, "detect_text": 1}
    assert world.result.lines == ["STOP"]
    assert world.result.models == {"labels": "3.0", "text": "3.1"}
    assert world.result.paid == ("labels", "text")
    assert [message["text"] for message in world.announced] == [["STOP"]]


def test_the_copy_is_made_by_the_recipe_and_named_in_the_result() -> None:
    world = World()
    world.upload()
    assert world.result.processed == ObjectReference("processed", f"processed/{world.id}.jpg")
    facts = world.result.facts
    assert facts is not None
    assert (facts.format, facts.width, facts.height) == ("JPEG", 320, 240)


@pytest.mark.parametrize(
    "original",
    [encoded(photo(), "WEBP"), encoded(photo(), "JPEG", exif=exif(6))],
    ids=["WebP", "sideways"],
)
def test_both_stages_see_the_copy_of_an_original_that_rekognition_cannot_take(
    original: bytes,
) -> None:
    # Given
    world = World(original=original)
    # When
    world.upload()
    # Then
    copy = {"S3Object": {"Bucket": "processed", "Name": f"rekognition/{world.id}.jpg"}}
    assert [call["Image"] for call in world.rekognition.calls] == [copy, copy]
    assert world.status is Status.DONE


@pytest.mark.parametrize(("image_format", "suffix"), [("JPEG", "jpg"), ("PNG", "png")])
def test_an_original_of_another_bucket_is_copied_as_it_is(image_format: str, suffix: str) -> None:
    # Rekognition may neither read there, nor see what replaces it there meanwhile.
    original = encoded(photo(), image_format)
    world = World(original=original, input_bucket="elsewhere")
    world.upload()
    key = f"rekognition/{world.id}.{suffix}"
    assert world.rekognition.calls[0]["Image"] == {"S3Object": {"Bucket": "processed", "Name": key}}
    assert world.read(key) == original


def test_an_unsure_image_waits_for_a_person() -> None:
    world = World(review_rule="labels:99")
    world.upload()
    assert world.status is Status.IN_REVIEW
    assert world.announced[0]["needs_review"]
    assert "below 99" in world.result.review_reasons[0]


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        (b"", r"empty (0 bytes)"),
        (b"?", "no image that can be read"),
        (encoded(photo(79, 90), "PNG"), "at least 80 x 80"),
    ],
)
def test_bad_input_is_rejected_for_nothing_with_a_reason(original: bytes, reason: str) -> None:
    # Given
    world = World(original=original)
    # When
    world.upload()
    # Then
    assert world.status is Status.REJECTED
    assert reason in str(world.result.reason)
    assert reason in world.announced[0]["reason"]
    assert not world.paid
    assert world.dead() == []


def test_an_image_that_was_deleted_before_it_was_read_is_rejected() -> None:
    world = World()
    world.delete_original()
    world.upload()
    assert world.status is Status.REJECTED


@pytest.mark.parametrize("refused", ["detect_labels", "detect_text"])
def test_what_rekognition_refuses_is_rejected_and_not_retried(refused: str) -> None:
    world = World()
    world.rekognition.always = {refused: REFUSED}
    world.upload()
    assert world.status is Status.REJECTED
    assert world.steps.names.count(f"rekognition.{refused}") == 1
    assert world.message_ids == [f"{world.id}:rejected"]


def test_labels_survive_when_only_the_text_is_refused() -> None:
    world = World()
    world.rekognition.always = {"detect_text": REFUSED}
    world.upload()
    assert names(world) == ["Car", "Tree"]


class TestReuse:
    def test_the_same_picture_in_another_object_is_not_paid_for_again(self) -> None:
        # Given
        world = World()
        world.upload()
        # When: the same pixels with other metadata
        world.upload_another(encoded(photo(), "JPEG", exif=exif(1)))
        # Then
        assert world.paid == {"detect_labels": 1, "detect_text": 1}
        assert world.status is Status.DONE
        assert (names(world), world.result.lines) == (["Car", "Tree"], ["STOP"])
        assert world.result.paid == ()
        assert world.result.models == {"labels": "3.0", "text": "3.1"}

    def test_where_answers_are_not_reused_each_is_paid_for(self) -> None:
        world = World(reuse_answers=False)
        world.upload()
        world.upload_another(encoded(photo(), "JPEG", exif=exif(1)))
        assert world.paid == {"detect_labels": 2, "detect_text": 2}
        assert world.result.content is None
        assert world.result.paid == ("labels", "text")

"""Deliveries as SQS may make them, and uploads as people make them: repeated, raced, reordered."""

import io
import json
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from lambdas.common.image import ObjectReference, image_id
from lambdas.common.status import Status
from tests.local.deployed import Deployed, paid, shown_again_after
from tests.local.faults import Faults
from tests.local.pausing import paused
from tests.local.pictures import picture
from tests.patience import eventually

ENDED_WELL = (Status.DONE, Status.IN_REVIEW)
TEN = 10


@pytest.fixture(scope="module", autouse=True)
def began() -> datetime:
    return datetime.now(UTC)


def event(*objects: dict[str, str]) -> dict[str, Any]:
    """S3's notification of objects, each with bucket, key and version."""
    return {
        "Records": [
            {
                "eventTime": "2026-11-21T09:30:00.000Z",
                "s3": {
                    "bucket": {"name": one["bucket"]},
                    "object": {"key": one["key"], "versionId": one["version"]},
                },
            }
            for one in objects
        ]
    }


def put(deployed: Deployed, key: str, body: bytes) -> dict[str, str]:
    bucket = deployed.outputs["InputBucketName"]
    answer = deployed.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return {"bucket": bucket, "key": key, "version": answer["VersionId"]}


def id_of(one: dict[str, str]) -> str:
    return image_id(ObjectReference(one["bucket"], one["key"], one["version"]))


def test_ten_deliveries_of_one_event_at_once_cost_and_say_what_one_does(deployed: Deployed) -> None:
    # Given: ten copies in the queue before anybody looks
    before = paid(deployed)
    with paused(deployed, "InspectImage", "ReadText"):
        one = put(deployed, "raced/one.jpg", picture().body)
        for _ in range(TEN - 1):
            deployed.send("ImagesQueueUrl", event(one))
    # When
    record = deployed.wait_for(id_of(one))
    eventually(deployed.queues_are_empty, "all ten are worked off")
    # Then
    assert record["status"] in ENDED_WELL
    assert paid(deployed) - before == 2
    assert deployed.announcements(id_of(one)) == 1


def test_late_and_reordered_deliveries_change_nothing(deployed: Deployed) -> None:
    # Given: three images that have ended
    before = paid(deployed)
    uploads = [put(deployed, f"late/{n}.jpg", picture().body) for n in range(3)]
    ends = [deployed.wait_for(id_of(one)) for one in uploads]
    # When: their events come again, in another order, and the request for a text as well
    for one in reversed(uploads):
        deployed.send("ImagesQueueUrl", event(one))
        request = {
            "image_id": id_of(one),
            "image": one,
            "source": one,
            "received_at": "2026-11-21T09:30:00.000+00:00",
        }
        deployed.send("TextQueueUrl", request)
    eventually(deployed.queues_are_empty, "they are worked off")
    # Then
    for one, end in zip(uploads, ends, strict=True):
        record = deployed.wait_for(id_of(one))
        assert record["finished_at"] == end["finished_at"]
        assert deployed.announcements(id_of(one)) == 1
    assert paid(deployed) - before == 2 * len(uploads)


def test_the_same_picture_is_paid_for_once_whatever_it_is_called_and_wrapped_in(
    deployed: Deployed,
) -> None:
    # Given: a picture under another name, with a comment, with EXIF, as PNG, and turned on its
    # side with the EXIF that turns it back
    before = paid(deployed)
    original = picture().body
    pixels = Image.open(io.BytesIO(original))
    exif, turned = Image.Exif(), Image.Exif()
    exif[0x010E] = "a description"
    turned[0x0112] = 6
    wrapped = {
        "same/a.jpg": original,
        "same/b.jpg": original,
        "same/comment.jpg": original[:2] + b"\xff\xfe\x00\x07hello" + original[2:],
        "same/exif.jpg": _with_exif(original, exif),
        "same/lossless.png": _saved(pixels, "PNG"),
        "same/turned.png": _saved(pixels.transpose(Image.Transpose.ROTATE_90), "PNG", exif=turned),
        "same/bitmap.bmp": _saved(pixels, "BMP"),
    }
    # When: all at once
    with paused(deployed, "InspectImage"):
        images = [deployed.upload(key, body) for key, body in wrapped.items()]
    records = [deployed.wait_for(image) for image in images]
    # Then: one paid for its labels and one for its text
    assert {record["status"] for record in records} <= set(ENDED_WELL)
    assert len({record["content"] for record in records}) == 1
    assert len({json.dumps(record["labels"], default=str) for record in records}) == 1
    assert paid(deployed) - before == 2
    assert sorted(feature for record in records for feature in record["paid"]) == ["labels", "text"]


def test_an_object_that_is_overwritten_in_between_ends_in_both_versions(
    deployed: Deployed,
) -> None:
    with paused(deployed, "InspectImage"):
        first = put(deployed, "overwritten/one.jpg", picture().body)
        second = put(deployed, "overwritten/one.jpg", picture().body)

    records = [deployed.wait_for(id_of(one)) for one in (first, second)]

    assert {record["status"] for record in records} <= set(ENDED_WELL)
    assert records[0]["content"] != records[1]["content"]


def test_an_object_that_is_deleted_in_between_is_rejected_for_nothing(deployed: Deployed) -> None:
    before = paid(deployed)
    with paused(deployed, "InspectImage"):
        one = put(deployed, "deleted/one.jpg", picture().body)
        deployed.client("s3").delete_object(
            Bucket=one["bucket"], Key=one["key"], VersionId=one["version"]
        )

    record = deployed.wait_for(id_of(one))

    assert record["status"] == Status.REJECTED
    assert "was deleted before it could be read" in record["reason"]
    assert paid(deployed) == before


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        pytest.param("dynamodb:UpdateItem", "kill-before", id="before its attempt"),
        # Its message waits for the end of the lease, which test_faults.py does for all of them.
        pytest.param("s3:GetObject", "kill-after", id="at work", marks=pytest.mark.soak),
    ],
)
def test_three_bad_ones_of_a_batch_of_ten_cost_the_other_seven_nothing(
    deployed: Deployed, what: str, kind: str
) -> None:
    # Given: ten messages that are handed over together: a poison image that kills its worker
    # once, one that is no image, one that is no message of ours, and seven good ones
    before = paid(deployed)
    poison_key = f"ten/{kind}/poison.jpg"
    with ExitStack() as stack:
        faults = Faults(deployed.stack)
        fault = stack.enter_context(faults.injected(what, kind, containing=poison_key, times=1))
        stack.enter_context(shown_again_after(deployed, 30))
        stack.callback(hand_over_one_at_a_time, deployed)
        with paused(deployed, "InspectImage", batch_size=TEN):
            good = [put(deployed, f"ten/{kind}/{n}.jpg", picture().body) for n in range(3)]
            poison = put(deployed, poison_key, picture().body)
            no_image = put(deployed, f"ten/{kind}/no-image.jpg", b"no image")
            deployed.send("ImagesQueueUrl", {"none": "of ours"})
            good += [put(deployed, f"ten/{kind}/{n}.jpg", picture().body) for n in range(3, 7)]
        # When
        ends = [deployed.wait_for(id_of(one)) for one in (*good, poison)]
        rejected = deployed.wait_for(id_of(no_image))
    # Then
    assert fault.hits == 1
    assert {record["status"] for record in ends} <= set(ENDED_WELL)
    assert rejected["status"] == Status.REJECTED
    assert paid(deployed) - before == 2 * len(ends)
    # Then: what cannot be read went straight to the dead letters, with its cause
    eventually(deployed.queues_are_empty, "they are worked off")
    (letter,) = _dead_letters(deployed)
    assert json.loads(letter["Body"]) == {"none": "of ours"}
    attributes = letter["MessageAttributes"]
    assert attributes["cause"]["StringValue"] == "UnreadableMessage"
    assert attributes["stage"]["StringValue"] == "inspect_image"


def test_the_books_are_right_whatever_was_delivered(deployed: Deployed, began: datetime) -> None:
    deployed.assert_agrees(began)


def hand_over_one_at_a_time(deployed: Deployed) -> None:
    with paused(deployed, "InspectImage", batch_size=1):
        pass


def _dead_letters(deployed: Deployed) -> list[dict[str, Any]]:
    sqs, url = deployed.client("sqs"), deployed.outputs["ImagesDeadLetterQueueUrl"]
    answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=2)
    letters: list[dict[str, Any]] = answer.get("Messages", [])
    for letter in letters:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return letters


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _with_exif(jpeg: bytes, exif: Image.Exif) -> bytes:
    """Put an EXIF segment into a JPEG without touching its pixels."""
    segment = exif.tobytes()
    if not segment.startswith(b"Exif\x00\x00"):
        segment = b"Exif\x00\x00" + segment
    return jpeg[:2] + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + jpeg[2:]

"""Deliveries as SQS may make them, and uploads as people make them: repeated, raced, reordered."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from lambdas.common.image import ObjectReference, image_id
from lambdas.common.status import Status
from tests.local.deployed import Deployed, eventually, paid, shown_again_after
from tests.local.faults import Faults
from tests.local.pausing import paused
from tests.local.pictures import picture

ENDED_WELL = (Status.DONE, Status.IN_REVIEW)
TEN = 10


@pytest.fixture
def began(deployed: Deployed) -> Iterator[datetime]:
    """Whatever a test does, the books are right afterwards."""
    start = datetime.now(UTC)
    yield start
    report = deployed.audit(start)
    assert report.agrees, "\n".join(str(finding) for finding in report.findings)


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


def announcements(deployed: Deployed, image: str) -> int:
    """How often the end of an image went out, as the function's log says."""
    found = 0
    for function in ("InspectImage", "ReadText"):
        name = deployed.outputs[f"{function}FunctionName"]
        configuration = deployed.client("lambda").get_function_configuration(FunctionName=name)
        pages = (
            deployed.client("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=configuration["LoggingConfig"]["LogGroup"])
        )
        for page in pages:
            for line in page["events"]:
                found += image in line["message"] and '"image ended"' in line["message"]
    return found


@pytest.mark.usefixtures("began")
def test_ten_deliveries_of_one_event_at_once_cost_and_say_what_one_does(deployed: Deployed) -> None:
    # Given: ten copies in the queue before anybody looks
    before = paid(deployed)
    with paused(deployed, "InspectImage", "ReadText"):
        one = put(deployed, "raced/one.jpg", picture().body)
        for _ in range(TEN - 1):
            deployed.send("ImagesQueueUrl", event(one))
    # When
    record = deployed.wait_for(id_of(one))
    eventually(lambda: _queues_are_empty(deployed), "all ten are worked off", 90)
    # Then
    assert record["status"] in ENDED_WELL
    assert paid(deployed) - before == 2
    assert announcements(deployed, id_of(one)) == 1


@pytest.mark.usefixtures("began")
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
    eventually(lambda: _queues_are_empty(deployed), "they are worked off", 60)
    # Then
    for one, end in zip(uploads, ends, strict=True):
        record = deployed.wait_for(id_of(one))
        assert record["finished_at"] == end["finished_at"]
        assert announcements(deployed, id_of(one)) == 1
    assert paid(deployed) - before == 2 * len(uploads)


@pytest.mark.usefixtures("began")
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
    records = [deployed.wait_for(image, seconds=120) for image in images]
    # Then: one paid for its labels and one for its text
    assert {record["status"] for record in records} <= set(ENDED_WELL)
    assert len({record["content"] for record in records}) == 1
    assert len({json.dumps(record["labels"], default=str) for record in records}) == 1
    assert paid(deployed) - before == 2
    assert sorted(feature for record in records for feature in record["paid"]) == ["labels", "text"]


@pytest.mark.usefixtures("began")
def test_an_object_that_is_overwritten_in_between_ends_in_both_versions(
    deployed: Deployed,
) -> None:
    with paused(deployed, "InspectImage"):
        first = put(deployed, "overwritten/one.jpg", picture().body)
        second = put(deployed, "overwritten/one.jpg", picture().body)

    records = [deployed.wait_for(id_of(one)) for one in (first, second)]

    assert {record["status"] for record in records} <= set(ENDED_WELL)
    assert records[0]["content"] != records[1]["content"]


@pytest.mark.usefixtures("began")
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


def test_three_bad_ones_of_a_batch_of_ten_cost_the_other_seven_nothing(deployed: Deployed) -> None:
    # Given: ten messages that are handed over together: a poison image that kills its worker
    # once, one that is no image, one that is no message of ours, and seven good ones
    began = datetime.now(UTC)
    before = paid(deployed)
    with shown_again_after(deployed, 5):
        with paused(deployed, "InspectImage", batch_size=TEN):
            good = [put(deployed, f"ten/{n}.jpg", picture().body) for n in range(7)]
            no_image = put(deployed, "ten/no-image.jpg", b"no image")
            poison = put(deployed, "ten/poison.jpg", picture().body)
            deployed.send("ImagesQueueUrl", {"none": "of ours"})
            kill = Faults(deployed.stack).injected(
                "s3:GetObject", "kill-after", containing="ten/poison.jpg", times=1
            )
            fault = kill.__enter__()
        # When
        try:
            ends = [deployed.wait_for(id_of(one), seconds=120) for one in (*good, poison)]
            rejected = deployed.wait_for(id_of(no_image))
        finally:
            kill.__exit__(None, None, None)
            with paused(deployed, "InspectImage", batch_size=1):
                pass
    # Then
    assert fault.hits == 1
    assert {record["status"] for record in ends} <= set(ENDED_WELL)
    assert rejected["status"] == Status.REJECTED
    assert paid(deployed) - before == 2 * len(ends)
    report = deployed.audit(began)
    assert report.agrees, "\n".join(str(finding) for finding in report.findings)
    # Then: what cannot be read went straight to the dead letters, with its cause
    (letter,) = _dead_letters(deployed)
    assert json.loads(letter["Body"]) == {"none": "of ours"}
    attributes = letter["MessageAttributes"]
    assert attributes["cause"]["StringValue"] == "UnreadableMessage"
    assert attributes["stage"]["StringValue"] == "inspect_image"


def _dead_letters(deployed: Deployed) -> list[dict[str, Any]]:
    sqs, url = deployed.client("sqs"), deployed.outputs["ImagesDeadLetterQueueUrl"]
    answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=2)
    letters: list[dict[str, Any]] = answer.get("Messages", [])
    for letter in letters:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return letters


def _queues_are_empty(deployed: Deployed) -> bool:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for queue in ("ImagesQueueUrl", "TextQueueUrl"):
        answer = deployed.client("sqs").get_queue_attributes(
            QueueUrl=deployed.outputs[queue], AttributeNames=names
        )
        if any(answer["Attributes"][name] != "0" for name in names):
            return False
    return True


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

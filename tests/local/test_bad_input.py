"""Input of every kind, good and bad: each ends, none reaches a DLQ, none kills a function."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from skimage import data

from lambdas.common.image import ObjectReference, image_id
from lambdas.common.status import Status
from tests.local.deployed import Deployed
from tests.patience import eventually

ENDED_WELL = {Status.DONE, Status.IN_REVIEW}


@dataclass(frozen=True)
class Case:
    """An object, and how it should end: with part of the reason, or well with its format."""

    key: str
    body: bytes
    reason: str = ""
    format: str = ""


def _photo(mode: str = "RGB", size: tuple[int, int] = (512, 512)) -> Image.Image:
    return Image.fromarray(data.astronaut()).resize(size).convert(mode)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def _bomb(side: int) -> bytes:
    """A PNG that claims `side` x `side` pixels, in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(3 * side + 1) * 20, 9)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _cases() -> Iterator[Case]:
    jpeg = _saved(_photo(), "JPEG")
    gradient = np.tile(np.linspace(0, 65535, 300).astype(np.uint16), (200, 1))
    yield Case("empty.jpg", b"", reason="the file is empty (0 bytes)")
    yield Case("text.jpg", b"I am no image.", reason="no image that can be read")
    yield Case("cut-off.jpg", jpeg[: len(jpeg) // 2], reason="damaged or cut off")
    yield Case("bomb.png", _bomb(50_000), reason="more pixels than can be decoded safely")
    yield Case("small.png", _saved(_photo(size=(79, 100)), "PNG"), reason="at least 80 x 80")
    yield Case("heavy.jpg", _saved(_noise(3000, 2800), "JPEG", quality=100), format="JPEG")
    yield Case("long.jpg", _saved(_photo(size=(12_000, 600)), "JPEG"), format="JPEG")
    yield Case("a key/with spaces + plus/ünï-日本.JPG", jpeg, format="JPEG")
    yield Case("photo.png", _saved(_photo(), "PNG"), format="PNG")
    yield Case("photo.webp", _saved(_photo(), "WEBP"), format="WEBP")
    frames = {"save_all": True, "append_images": [_photo().rotate(90)]}
    yield Case("moving.gif", _saved(_photo("P"), "GIF", **frames), format="GIF")
    yield Case("photo.tiff", _saved(_photo(), "TIFF", compression="tiff_lzw"), format="TIFF")
    yield Case("photo.bmp", _saved(_photo(), "BMP"), format="BMP")
    yield Case("photo.avif", _saved(_photo(), "AVIF"), format="AVIF")
    heic = io.BytesIO()
    pillow_heif.from_pillow(_photo()).save(heic)
    yield Case("photo.heic", heic.getvalue(), format="HEIF")
    yield Case("print.jpg", _saved(_photo("CMYK"), "JPEG"), format="JPEG")
    yield Case("palette.png", _saved(_photo("P"), "PNG"), format="PNG")
    yield Case("alpha.png", _saved(_photo("RGBA"), "PNG"), format="PNG")
    yield Case("sixteen-bits.png", _saved(Image.fromarray(gradient), "PNG"), format="PNG")


CASES = list(_cases())


@pytest.fixture(scope="module")
def images(deployed: Deployed) -> dict[str, str]:
    """All of them are on their way together; image ids by key."""
    return {case.key: deployed.upload(case.key, case.body) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_input_ends_as_it_should(deployed: Deployed, images: dict[str, str], case: Case) -> None:
    record = deployed.wait_for(images[case.key])

    if case.reason:
        assert record["status"] == Status.REJECTED
        assert case.reason in record["reason"]
        assert deployed.result(images[case.key]).reason == record["reason"]
    else:
        assert record["status"] in ENDED_WELL, record.get("reason")
        assert record["format"] == case.format
    deployed.wait_until_announced(images[case.key])


def test_what_rekognition_cannot_take_is_made_into_a_jpeg_it_can(
    deployed: Deployed, images: dict[str, str]
) -> None:
    for key, side in (("long.jpg", 4096), ("heavy.jpg", 3000), ("photo.webp", 512)):
        deployed.wait_for(images[key])
        made = deployed.result(images[key]).rekognition_image
        assert made is not None
        assert made.bucket == deployed.outputs["ProcessedBucketName"], key
        body = deployed.client("s3").get_object(Bucket=made.bucket, Key=made.key)["Body"].read()
        with Image.open(io.BytesIO(body)) as image:
            assert (image.format, image.mode, max(image.size)) == ("JPEG", "RGB", side), key
        assert len(body) <= 15 * 1024 * 1024, key


def test_a_deleted_object_is_rejected(deployed: Deployed) -> None:
    bucket = deployed.outputs["InputBucketName"]
    gone = {"key": "gone.jpg", "versionId": "no-such-version"}

    deployed.send("ImagesQueueUrl", _event(bucket, gone))

    image = image_id(ObjectReference(bucket, "gone.jpg", "no-such-version"))
    record = deployed.wait_for(image)
    assert record["status"] == Status.REJECTED
    assert "deleted before it could be read" in record["reason"]


def test_a_message_with_several_records_ends_each(deployed: Deployed) -> None:
    bucket = deployed.outputs["InputBucketName"]
    gone = [{"key": f"several+{number}.jpg", "versionId": "gone"} for number in range(3)]

    deployed.send("ImagesQueueUrl", _event(bucket, *gone))

    for number in range(3):
        # A plus sign in an event's key is a space of the object's.
        image = image_id(ObjectReference(bucket, f"several {number}.jpg", "gone"))
        assert deployed.wait_for(image)["status"] == Status.REJECTED


def test_the_test_event_of_s3_is_taken_off_the_queue(deployed: Deployed) -> None:
    bucket = deployed.outputs["InputBucketName"]

    deployed.send(
        "ImagesQueueUrl", {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": bucket}
    )

    eventually(deployed.queues_are_empty, "all are worked off")


def test_nothing_failed_and_nothing_is_a_dead_letter(
    deployed: Deployed, images: dict[str, str]
) -> None:
    for image in images.values():
        deployed.wait_for(image)
    eventually(deployed.queues_are_empty, "all are worked off")

    for queue in ("ImagesDeadLetterQueueUrl", "TextDeadLetterQueueUrl", "DigestDeadLetterQueueUrl"):
        assert deployed.messages(queue) == 0, queue
    assert _errors(deployed) == 0


def _event(bucket: str, *objects: dict[str, str]) -> dict[str, Any]:
    time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "Records": [
            {
                "eventName": "ObjectCreated:Put",
                "eventTime": time,
                "s3": {"bucket": {"name": bucket}, "object": found},
            }
            for found in objects
        ]
    }


def _errors(deployed: Deployed) -> float:
    """Return how many invocations of the two stages failed so far."""
    total = 0.0
    for output in ("InspectImageFunctionName", "ReadTextFunctionName"):
        points = deployed.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": deployed.outputs[output]}],
            StartTime=datetime.now(UTC) - timedelta(hours=1),
            EndTime=datetime.now(UTC) + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )["Datapoints"]
        total += sum(point["Sum"] for point in points)
    return total

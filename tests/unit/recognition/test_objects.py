from io import BytesIO

import pytest
from botocore.response import StreamingBody

from local.recognition.errors import ApiError
from local.recognition.objects import Objects
from tests.unit.recognition.fakes import ROLE, StubbedEmulator
from vision.errors import ImageTooLargeError
from vision.images import MAX_S3_BYTES

REFERENCE = {"Bucket": "pictures", "Name": "a b.jpg"}


def body(content: bytes, length: int | None = None) -> dict[str, object]:
    length = len(content) if length is None else length
    return {"Body": StreamingBody(BytesIO(content), len(content)), "ContentLength": length}


def read(emulator: StubbedEmulator, **more: str) -> bytes:
    return Objects(emulator).read(ROLE, "eu-west-1", {**REFERENCE, **more})


def test_an_object_is_read() -> None:
    emulator = StubbedEmulator()
    emulator.s3_stub.add_response(
        "get_object", body(b"image"), {"Bucket": "pictures", "Key": "a b.jpg"}
    )
    assert read(emulator) == b"image"


def test_a_version_is_asked_for() -> None:
    emulator = StubbedEmulator()
    expected = {"Bucket": "pictures", "Key": "a b.jpg", "VersionId": "v1"}
    emulator.s3_stub.add_response("get_object", body(b"image"), expected)
    assert read(emulator, Version="v1") == b"image"


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket", "AccessDenied", "NoSuchVersion"])
def test_an_object_that_cannot_be_read_has_rekognitions_message(code: str) -> None:
    emulator = StubbedEmulator()
    emulator.s3_stub.add_client_error("get_object", code, http_status_code=404)
    with pytest.raises(ApiError) as refused:
        read(emulator)
    assert refused.value.code == "InvalidS3ObjectException"
    assert refused.value.message == (
        "Unable to get object metadata from S3. Check object key, region and/or access permissions."
    )


def test_a_fault_of_s3_is_not_the_callers() -> None:
    emulator = StubbedEmulator()
    for _ in range(2):  # botocore tries twice
        emulator.s3_stub.add_client_error("get_object", "InternalError", http_status_code=500)
    with pytest.raises(ApiError) as failed:
        read(emulator)
    assert failed.value.status == 500


def test_above_15_megabytes_nothing_is_read() -> None:
    emulator = StubbedEmulator()
    emulator.s3_stub.add_response("get_object", body(b"", MAX_S3_BYTES + 1))
    with pytest.raises(ImageTooLargeError, match="15,728,640"):
        read(emulator)

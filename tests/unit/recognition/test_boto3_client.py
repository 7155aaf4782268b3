"""A real boto3 client against the endpoint, with real recognition."""

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
import uvicorn
from botocore.config import Config
from botocore.exceptions import ClientError

from local.recognition.aws import Credentials
from local.recognition.server import make_app
from local.recognition.service import Service
from tests.unit.recognition.fakes import ROLE, FakeRecognizer, Fakes
from tests.unit.vision.pictures import encoded, sign
from vision.recognizer import Recognizer

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    fakes = Fakes(FakeRecognizer())
    fakes.permitted.add("rekognition:DetectText")
    fakes.objects["pictures", "sign.png", None] = encoded(sign("AB12 CDE"), "PNG")
    service = Service(Recognizer(), fakes, fakes, fakes)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # here, so that a client can connect before the thread has started
        config = uvicorn.Config(
            make_app(service),
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def client(endpoint: str, keys: Credentials) -> "RekognitionClient":
    return boto3.client(
        "rekognition",
        region_name="eu-west-1",
        endpoint_url=endpoint,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret,
        aws_session_token=keys.token,
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def rekognition(endpoint: str) -> Iterator["RekognitionClient"]:
    made = client(endpoint, ROLE.credentials)
    yield made
    made.close()


def test_detect_labels_of_bytes(rekognition: "RekognitionClient") -> None:
    answer = rekognition.detect_labels(
        Image={"Bytes": encoded(sign("SPEED LIMIT 30", "AB12 CDE"))},
        Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"],
        MaxLabels=10,
    )
    assert {label["Name"] for label in answer["Labels"]} == {"Text", "License Plate"}
    assert answer["LabelModelVersion"].startswith("local-")
    assert answer["ImageProperties"]["DominantColors"][0]["CSSColor"] == "white"


def test_detect_text_of_an_object(rekognition: "RekognitionClient") -> None:
    answer = rekognition.detect_text(
        Image={"S3Object": {"Bucket": "pictures", "Name": "sign.png"}},
        Filters={"WordFilter": {"MinConfidence": 90}},
    )
    assert answer["TextDetections"][0]["DetectedText"] == "AB12 CDE"


def test_errors_are_rekognitions_exceptions(rekognition: "RekognitionClient") -> None:
    with pytest.raises(rekognition.exceptions.InvalidImageFormatException):
        rekognition.detect_labels(Image={"Bytes": b"GIF89a"})
    with pytest.raises(rekognition.exceptions.InvalidS3ObjectException):
        rekognition.detect_text(Image={"S3Object": {"Bucket": "pictures", "Name": "none"}})
    with pytest.raises(ClientError, match="the local endpoint does not"):
        rekognition.detect_faces(Image={"Bytes": b"GIF89a"})


def test_a_wrong_secret_is_refused(endpoint: str) -> None:
    made = client(endpoint, Credentials("ASIAROLE", "wrong", "role-token"))
    with pytest.raises(ClientError) as refused:
        made.detect_labels(Image={"Bytes": b"GIF89a"})
    assert refused.value.response["Error"]["Code"] == "InvalidSignatureException"
    made.close()

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.common.errors import RejectedImageError, RetryableError
from lambdas.common.image import ObjectReference
from lambdas.common.recognition.answers import Answers
from lambdas.common.recognition.calls import RekognitionCalls
from lambdas.common.recognition.recognition import Labels, Recognition, Subject, Text
from lambdas.common.result import Label, TextDetection
from tests.unit.lambdas.common.recognition.test_calls import FakePacer
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.fakes import FakeRekognition
from tests.unit.lambdas.results import BOX, CAR
from tests.unit.lambdas.steps import Clock

VERSIONED = ObjectReference("input", "a b.jpg", "v1")
S3_OBJECT = {"S3Object": {"Bucket": "input", "Name": "a b.jpg", "Version": "v1"}}
PLAIN = ObjectReference("processed", "rekognition/1.jpg")
AWS_BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}


@pytest.fixture
def stubber() -> Iterator[Stubber]:
    client = boto3.client(
        "rekognition",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def recognition(
    client: Any,
    *,
    clock: Clock | None = None,
    dynamodb: Any = None,
    owner: str = "a",
    exists: bool = True,
) -> Recognition:
    """The calls of a container; answers are kept in `dynamodb`."""
    clock = clock or Clock()
    pacer: Any = FakePacer(clock)
    answers = Answers(
        dynamodb=dynamodb, table=TABLE, owner=owner, lease_seconds=75, days=365, now=clock.now
    )
    calls = RekognitionCalls(client, pacer, seconds=45, sleep=clock.sleep, clock=clock.now)
    return Recognition(calls, answers, lambda _image: exists, clock.sleep)


def detect(
    found_by: Recognition,
    content: str | None = None,
    image: ObjectReference = VERSIONED,
    image_id: str = "1",
) -> Labels:
    return found_by.detect_labels(
        Subject(image, image_id, content),
        features=["GENERAL_LABELS"],
        max_labels=50,
        min_confidence=55.0,
    )


def read(found_by: Recognition, content: str | None = None, image_id: str = "1") -> Text:
    return found_by.detect_text(Subject(VERSIONED, image_id, content), min_confidence=80.0)


def labels(stub: Stubber, image: ObjectReference = VERSIONED) -> Labels:
    return detect(recognition(stub.client), image=image)


def text(stub: Stubber) -> Text:
    return read(recognition(stub.client))


def test_labels_are_asked_for_with_our_settings_and_read_whole(stubber: Stubber) -> None:
    # Given: the arguments that Rekognition's own model allows
    answer = {
        "Labels": [
            {
                "Name": "Car",
                "Confidence": 97.5,
                "Instances": [{"Confidence": 96.25, "BoundingBox": AWS_BOX}],
                "Parents": [{"Name": "Vehicle"}],
                "Aliases": [{"Name": "Automobile"}],
                "Categories": [{"Name": "Vehicles"}],
            },
            {"Name": "Road", "Confidence": 60.0},
        ],
        "ImageProperties": {"Quality": {"Brightness": 81.5}},
        "LabelModelVersion": "3.0",
    }
    expected = {
        "Image": S3_OBJECT,
        "Features": ["GENERAL_LABELS"],
        "MaxLabels": 50,
        "MinConfidence": 55.0,
    }
    stubber.add_response("detect_labels", answer, expected)
    # When
    found = labels(stubber)
    # Then
    assert found == Labels(
        labels=(CAR, Label("Road", 60.0)),
        properties={"Quality": {"Brightness": 81.5}},
        model="3.0",
    )


def test_an_unversioned_copy_is_asked_for_without_a_version(stubber: Stubber) -> None:
    stubber.add_response(
        "detect_labels",
        {"Labels": [], "LabelModelVersion": "3.0"},
        {
            "Image": {"S3Object": {"Bucket": "processed", "Name": "rekognition/1.jpg"}},
            "Features": ["GENERAL_LABELS"],
            "MaxLabels": 50,
            "MinConfidence": 55.0,
        },
    )
    assert labels(stubber, PLAIN) == Labels(labels=(), properties=None, model="3.0")


def test_text_is_read_with_its_lines_and_words(stubber: Stubber) -> None:
    # Given
    geometry = {"BoundingBox": AWS_BOX, "Polygon": [{"X": 0.1, "Y": 0.2}]}
    line = {"DetectedText": "STOP", "Confidence": 99.1, "Geometry": geometry}
    answer = {
        "TextDetections": [
            {"Id": 0, "Type": "LINE", **line},
            {"Id": 1, "ParentId": 0, "Type": "WORD", **line},
        ],
        "TextModelVersion": "3.1",
    }
    expected = {"Image": S3_OBJECT, "Filters": {"WordFilter": {"MinConfidence": 80.0}}}
    stubber.add_response("detect_text", answer, expected)
    # When
    found = text(stubber)
    # Then: a line has no parent; 0 is one
    assert found == Text(
        detections=(
            TextDetection(0, "LINE", "STOP", 99.1, BOX, None),
            TextDetection(1, "WORD", "STOP", 99.1, BOX, 0),
        ),
        model="3.1",
    )


@pytest.mark.parametrize(
    "code", ["ImageTooLargeException", "InvalidImageFormatException", "InvalidParameterException"]
)
@pytest.mark.parametrize("operation", ["detect_labels", "detect_text"])
def test_an_image_that_rekognition_cannot_take_is_rejected_in_its_words(
    stubber: Stubber, operation: str, code: str
) -> None:
    stubber.add_client_error(operation, code, "Request has invalid image format")
    call: Any = labels if operation == "detect_labels" else text
    with pytest.raises(
        RejectedImageError, match="cannot take this image: Request has invalid image format"
    ):
        call(stubber)


def test_a_rejection_without_words_has_the_code(stubber: Stubber) -> None:
    stubber.add_client_error("detect_labels", "InvalidParameterException", "")
    with pytest.raises(RejectedImageError, match="InvalidParameterException"):
        labels(stubber)


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "HumanLoopQuotaExceededException",
        "InvalidS3ObjectException",
    ],
)
def test_an_error_that_may_pass_does_not_blame_the_image(stubber: Stubber, code: str) -> None:
    stubber.add_client_error("detect_labels", code, "later")
    with pytest.raises(ClientError, match=code):
        labels(stubber)


@pytest.mark.parametrize(("exists", "error"), [(False, RejectedImageError), (True, ClientError)])
def test_an_object_that_rekognition_cannot_read_is_rejected_only_if_it_is_gone(
    stubber: Stubber, exists: bool, error: type[Exception]
) -> None:
    # Given: what Rekognition answers for a deleted object and for a missing permission alike
    stubber.add_client_error("detect_text", "InvalidS3ObjectException", "Unable to get object")
    # When / Then
    with pytest.raises(error):
        read(recognition(stubber.client, exists=exists))


@pytest.mark.parametrize(
    "answer", [{}, {"Labels": None, "LabelModelVersion": "3.0"}, {"Labels": [{"Name": "Car"}]}]
)
def test_an_answer_that_is_none_is_tried_again_later(answer: Any) -> None:
    rekognition = FakeRekognition(Clock())
    rekognition.detect_labels = lambda **_arguments: answer  # type: ignore[method-assign]
    with pytest.raises(RetryableError, match="something that is no answer"):
        detect(recognition(rekognition))

import json
from typing import Any

import pytest

from local.recognition.errors import ApiError
from local.recognition.protocol import operation_of, parse_request, write_error, write_response
from tests.unit.recognition.fakes import IMAGE

LABELS = operation_of("RekognitionService.DetectLabels")
TEXT = operation_of("RekognitionService.DetectText")


def refusal(body: dict[str, Any] | bytes) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(ApiError) as refused:
        parse_request(LABELS, content)
    return refused.value


@pytest.mark.parametrize("target", ["", "DetectLabels", "RekognitionService.Nothing", "S3.Get"])
def test_an_unknown_action_is_named(target: str) -> None:
    with pytest.raises(ApiError) as refused:
        operation_of(target)
    assert refused.value.code == "UnknownOperationException"


def test_blobs_are_decoded_and_nulls_left_out() -> None:
    body = json.dumps({**IMAGE, "MaxLabels": None, "MinConfidence": 70}).encode()
    assert parse_request(LABELS, body) == {"Image": {"Bytes": b"an image"}, "MinConfidence": 70}


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b'{"Image": {"Bytes": "a"}}'])
def test_what_is_no_json_or_base64_cannot_be_serialised(body: bytes) -> None:
    assert refusal(body).code == "SerializationException"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"Image": None}, 'Missing required parameter in input: "Image"'),
        ({"MaxLabels": "10"}, "Invalid type for parameter MaxLabels"),
        ({"MaxLabels": -1}, "Invalid value for parameter MaxLabels"),
        ({"Settings": []}, "Invalid type for parameter Settings"),
        ({"Confidence": 3}, 'Unknown parameter in input: "Confidence"'),
    ],
)
def test_a_wrong_type_is_an_invalid_parameter(more: dict[str, Any], message: str) -> None:
    error = refusal({**IMAGE, **more})
    assert error.code == "InvalidParameterException"
    assert message in error.message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"MinConfidence": 101}, "Member must have value less than or equal to 100"),
        ({"Features": ["ALL"]}, "value set: [GENERAL_LABELS, IMAGE_PROPERTIES]"),
        ({"Features": ["GENERAL_LABELS"] * 3}, "length less than or equal to 2"),
        ({"Image": {"S3Object": {"Bucket": "a b", "Name": "x"}}}, "regular expression pattern"),
        ({"Settings": {"ImageProperties": {"MaxDominantColors": 21}}}, "Settings.ImageProperties"),
    ],
)  # fmt: skip
def test_a_value_outside_the_model_is_a_validation_error(
    more: dict[str, Any], message: str
) -> None:
    error = refusal({**IMAGE, **more})
    assert error.code == "ValidationException"
    assert message in error.message
    assert error.message.startswith("1 validation error detected: ")


def test_an_answer_of_the_models_shape_is_written() -> None:
    label = {"Name": "Text", "Confidence": 90.5, "Instances": [], "Parents": [{"Name": "A"}]}
    answer = {"Labels": [label], "LabelModelVersion": "local-1"}
    assert json.loads(write_response(LABELS, answer)) == answer


@pytest.mark.parametrize(
    "answer",
    [
        {"Labels": "none"},
        {"Labels": [{"Name": "Text", "Confidence": 100.5}]},
        {"Labels": [{"Name": "Text", "Colour": "red"}]},
        {"OrientationCorrection": "ROTATE_45"},
        {"TextDetections": []},
    ],
)
def test_an_answer_of_another_shape_is_our_fault(answer: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as failed:
        write_response(LABELS, answer)
    assert (failed.value.code, failed.value.status) == ("InternalServerError", 500)


def test_an_error_is_written_as_aws_does() -> None:
    written = json.loads(write_error(ApiError("InvalidParameterException", "No.")))
    assert written["__type"] == written["Code"] == "InvalidParameterException"
    assert written["message"] == written["Message"] == "No."

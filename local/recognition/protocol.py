"""Rekognition's JSON 1.1 protocol, checked against botocore's model of the service."""

import base64
import binascii
import json
from typing import Any

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from local.recognition.constraints import problems
from local.recognition.errors import ApiError, internal_error

MEDIA_TYPE = "application/x-amz-json-1.1"
_TARGET_PREFIX = "RekognitionService."
_MODEL = botocore.session.get_session().get_service_model("rekognition")


def operation_of(target: str) -> OperationModel:
    """Answer the model of the action in an `X-Amz-Target` header."""
    name = target.removeprefix(_TARGET_PREFIX)
    if not target.startswith(_TARGET_PREFIX) or name not in _MODEL.operation_names:
        raise ApiError("UnknownOperationException", f"Unknown operation: {target!r}")
    return _MODEL.operation_model(name)


def parse_request(operation: OperationModel, body: bytes) -> dict[str, Any]:
    """Read the parameters of a request, blobs as bytes; raises an ApiError for bad ones."""
    try:
        document = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("SerializationException", f"The body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ApiError("SerializationException", "The body is not a JSON object.")
    shape = operation.input_shape
    if shape is None:
        return {}
    parameters: dict[str, Any] = _read(document, shape, "")
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise ApiError(
            "InvalidParameterException",
            f"Request has invalid parameters: {report.generate_report()}",
        )
    found = list(problems(parameters, shape))
    if found:
        count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected"
        raise ApiError("ValidationException", f"{count}: {'; '.join(found)}")
    return parameters


def write_response(operation: OperationModel, answer: dict[str, Any]) -> bytes:
    """Serialise an answer; raises InternalServerError for one that is not of the model's shape."""
    shape = operation.output_shape
    if shape is None:
        raise internal_error(f"{operation.name} has no response to answer.")
    report = ParamValidator().validate(answer, shape)
    found = [report.generate_report()] if report.has_errors() else list(problems(answer, shape))
    if found:
        raise internal_error(f"The answer is not a {operation.name} response: {'; '.join(found)}")
    return json.dumps(answer).encode()


def write_error(error: ApiError) -> bytes:
    """Serialise an error as AWS does."""
    document = {"__type": error.code, "Code": error.code, "Message": error.message}
    return json.dumps({**document, "message": error.message}).encode()


def _read(value: Any, shape: Shape, path: str) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: _read(item, shape.members[name], f"{path}.{name}")
            if name in shape.members
            else item
            for name, item in value.items()
            if item is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_read(item, shape.member, path) for item in value]
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ApiError("SerializationException", f"{path[1:]} is not base64.") from error
    return value

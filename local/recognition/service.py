"""Answer one Rekognition request: who calls, may they, what is asked, and what is in the image."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.model import OperationModel

from local.recognition.errors import ApiError, internal_error
from local.recognition.identity import Caller
from local.recognition.protocol import operation_of, parse_request, write_response
from local.recognition.signature import SignedRequest
from vision.errors import RecognitionError
from vision.images import MAX_INLINE_BYTES, MAX_S3_BYTES
from vision.recognizer import Recognizer


class FindsCallers(Protocol):
    """Knows whose an access key is."""

    def find(self, access_key: str, region: str) -> Caller:
        """Answer the owner, or raise UnrecognizedClientException."""


class ChecksPermissions(Protocol):
    """Knows what a caller may do."""

    def check(self, caller: Caller, action: str) -> None:
        """Raise AccessDeniedException unless the caller may."""


class ReadsObjects(Protocol):
    """Reads images from S3."""

    def read(self, caller: Caller, region: str, reference: dict[str, str]) -> bytes:
        """Answer the bytes, or raise InvalidS3ObjectException."""


@dataclass
class Call:
    """What the log says of a request; filled in as it becomes known."""

    action: str = "-"
    caller: str = "-"


@dataclass(frozen=True)
class Question:
    """A request that may be answered: its image has been read and its caller is permitted."""

    operation: OperationModel
    content: bytes
    max_bytes: int
    parameters: dict[str, Any]


class Service:
    """The endpoint's logic, without HTTP."""

    def __init__(
        self,
        recognizer: Recognizer,
        identities: FindsCallers,
        permissions: ChecksPermissions,
        objects: ReadsObjects,
    ) -> None:
        self.recognizer = recognizer
        self._identities = identities
        self._permissions = permissions
        self._objects = objects
        self._actions = {
            "DetectLabels": recognizer.detect_labels,
            "DetectText": recognizer.detect_text,
        }

    def prepare(self, headers: Mapping[str, str], body: bytes, call: Call) -> Question:
        """Do all that needs no processor: identify, authorise, validate, read the image.

        `headers` has names in lower case. Raises an ApiError, or an ImageTooLargeError of S3.
        """
        operation = operation_of(headers.get("x-amz-target", ""))
        call.action = operation.name
        signed = SignedRequest.parse(headers, body)
        caller = self._authenticate(signed)
        call.caller = caller.name
        self._permissions.check(caller, f"rekognition:{operation.name}")
        if operation.name not in self._actions:
            raise ApiError(
                "UnsupportedOperationException",
                f"Rekognition has {operation.name}, and the local endpoint does not: it has "
                f"{' and '.join(self._actions)}.",
            )
        parameters = parse_request(operation, body)
        image = parameters.pop("Image")
        if len(image) != 1:
            raise ApiError(
                "InvalidParameterException",
                "Request has invalid parameters: Image has to have either Bytes or S3Object.",
            )
        if "Bytes" in image:
            return Question(operation, image["Bytes"], MAX_INLINE_BYTES, parameters)
        reference = image["S3Object"]
        if not {"Bucket", "Name"} <= set(reference):
            raise ApiError(
                "InvalidParameterException",
                "Request has invalid parameters: S3Object has to have Bucket and Name.",
            )
        content = self._objects.read(caller, signed.region, reference)
        return Question(operation, content, MAX_S3_BYTES, parameters)

    def answer(self, question: Question) -> bytes:
        """Recognise, and answer the body of the response."""
        recognise = self._actions[question.operation.name]
        found = recognise(question.content, question.parameters, max_bytes=question.max_bytes)
        return write_response(question.operation, found)

    def _authenticate(self, signed: SignedRequest) -> Caller:
        caller = self._identities.find(signed.access_key, signed.region)
        expected = caller.credentials.token
        if expected and signed.token != expected:
            raise ApiError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )
        signed.check(caller.credentials.secret)
        return caller


def api_error(error: RecognitionError) -> ApiError:
    """Answer the error to send for one of the recognisers'."""
    if error.code == "InternalServerError":
        return internal_error(str(error))
    return ApiError(error.code, str(error))

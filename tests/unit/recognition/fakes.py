"""Stand-ins for the recogniser and for the emulator's identities, IAM and S3; signed requests."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import anyio
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from botocore.stub import Stubber
from starlette.applications import Starlette

from local.recognition.aws import Credentials, Emulator
from local.recognition.errors import ApiError
from local.recognition.identity import Caller
from local.recognition.server import make_app
from local.recognition.service import Service
from vision.recognizer import Recognizer

ROLE = Caller(
    "arn:aws:sts::000000000000:assumed-role/looker/inspect-image",
    "looker",
    Credentials("ASIAROLE", "role-secret", "role-token"),
)
ROOT = Caller("arn:aws:iam::000000000000:root", "", Credentials("test", "root-secret"))
IMAGE = {"Image": {"Bytes": base64.b64encode(b"an image").decode()}}


class FakeRecognizer:
    label_model_version = "local-labels"
    text_model_version = "local-text"

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.limits: list[int] = []
        self.answer: Callable[[], dict[str, Any]] = lambda: {"LabelModelVersion": "local-labels"}

    def detect_labels(
        self, content: bytes, parameters: Mapping[str, Any], *, max_bytes: int
    ) -> dict[str, Any]:
        self.contents.append(content)
        self.limits.append(max_bytes)
        return self.answer()

    detect_text = detect_labels


class Fakes:
    """The service's collaborators in one: two callers, permissions and objects in memory."""

    def __init__(self, recognizer: FakeRecognizer) -> None:
        self.recognizer = recognizer
        self.permitted = {"rekognition:DetectLabels", "rekognition:DetectFaces"}
        self.objects = {("pictures", "a b.jpg", None): b"an object"}

    def find(self, access_key: str, region: str) -> Caller:
        for caller in (ROLE, ROOT):
            if caller.credentials.access_key == access_key:
                return caller
        raise ApiError("UnrecognizedClientException", "unknown")

    def check(self, caller: Caller, action: str) -> None:
        if caller is ROLE and action not in self.permitted:
            raise ApiError("AccessDeniedException", f"{caller.arn} may not {action}")

    def read(self, caller: Caller, region: str, reference: dict[str, str]) -> bytes:
        key = (reference["Bucket"], reference["Name"], reference.get("Version"))
        if key not in self.objects:
            raise ApiError("InvalidS3ObjectException", "missing")
        return self.objects[key]

    def app(self, max_concurrent: int | None = None) -> Starlette:
        recognizer = cast("Recognizer", self.recognizer)
        return make_app(Service(recognizer, self, self, self), max_concurrent)


class StubbedEmulator(Emulator):
    """An emulator whose clients' answers are set with botocore's Stubber; nothing is sent."""

    def __init__(self) -> None:
        super().__init__("https://localhost:1", None, Credentials("test", "root-secret"))
        self._functions = super().functions("eu-west-1")
        self._objects = super().objects(ROLE.credentials, "eu-west-1")
        self.lambda_stub = Stubber(self._functions)
        self.s3_stub = Stubber(self._objects)
        self.lambda_stub.activate()
        self.s3_stub.activate()

    def functions(self, region: str) -> Any:
        return self._functions

    def objects(self, credentials: Credentials, region: str) -> Any:
        return self._objects


def signed(
    body: Mapping[str, Any] | bytes = IMAGE,
    action: str = "DetectLabels",
    credentials: Credentials = ROLE.credentials,
) -> tuple[bytes, dict[str, str]]:
    """The body and headers of a request, signed by botocore."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = AWSRequest(
        "POST",
        "https://localhost/",
        data=content,
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"RekognitionService.{action}",
        },
    )
    keys = BotoCredentials(credentials.access_key, credentials.secret, credentials.token or None)
    SigV4Auth(keys, "rekognition", "eu-west-1").add_auth(request)
    return content, dict(request.headers.items())


def exchange(app: Starlette, *requests: tuple[bytes, dict[str, str]] | str) -> list[httpx.Response]:
    """Send requests one after the other: a body and headers to POST, or a path to GET."""

    async def send_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
            return [
                await client.get(request)
                if isinstance(request, str)
                else await client.post("/", content=request[0], headers=request[1])
                for request in requests
            ]

    return anyio.run(send_all)

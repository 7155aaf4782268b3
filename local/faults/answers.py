"""What a fault answers: an error as the service itself would say it, or no answer at all."""

import json
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from local.faults.requests import JSON, PROTOCOLS, QUERY

MESSAGE = "A fault injected into this local stack."

_JSON_NAMESPACES = {"dynamodb": "com.amazonaws.dynamodb.v20120810#", "sqs": "com.amazonaws.sqs#"}
_JSON_TYPES = {
    "dynamodb": "application/x-amz-json-1.0",
    "sqs": "application/x-amz-json-1.0",
    "rekognition": "application/x-amz-json-1.1",
    "logs": "application/x-amz-json-1.1",
}


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    media_type: str
    body: bytes
    request_id: str

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """As ASGI wants them."""
        return [
            (b"content-type", self.media_type.encode()),
            (b"content-length", b"%d" % len(self.body)),
            (b"x-amzn-requestid", self.request_id.encode()),
            (b"x-amz-request-id", self.request_id.encode()),
        ]


def error(service: str, code: str, status: int) -> Answer:
    """An error in the protocol of the service: S3's XML, SNS's XML, or JSON with `__type`."""
    request_id = str(uuid.uuid4())
    if PROTOCOLS[service] == JSON:
        document = {"__type": f"{_JSON_NAMESPACES.get(service, '')}{code}", "message": MESSAGE}
        return Answer(status, _JSON_TYPES[service], json.dumps(document).encode(), request_id)
    said = f"<Code>{escape(code)}</Code><Message>{MESSAGE}</Message>"
    if PROTOCOLS[service] == QUERY:
        fault = "Receiver" if status >= 500 else "Sender"
        text = (
            f"<ErrorResponse><Error><Type>{fault}</Type>{said}</Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    else:
        text = f"<Error>{said}<RequestId>{request_id}</RequestId></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Answer(status, "application/xml", body, request_id)


def garbage() -> Answer:
    """A success that is not from AWS, as a proxy in between might send; neither JSON nor XML."""
    body = b"<html><p>This is not the answer to your request.\n"
    return Answer(200, "text/html", body, str(uuid.uuid4()))


def wrong_shape() -> Answer:
    """Rekognition's members in valid JSON, with values that none of its answers has."""
    document = {
        "LabelModelVersion": 3, "Labels": [{"Confidence": "much"}],
        "TextModelVersion": 3, "TextDetections": [{"Id": "first"}],
    }  # fmt: skip
    body = json.dumps(document).encode()
    return Answer(200, _JSON_TYPES["rekognition"], body, str(uuid.uuid4()))

"""Requests as botocore's clients send them, caught before they leave."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

from tests.patience import PATIENCE_SECONDS

FUNCTION = "ASIAFUNCTION"
REGION = "eu-west-1"


SESSION = boto3.Session()


def client(
    service: str, endpoint: str = "http://localhost:1", key: str = FUNCTION, **config: Any
) -> Any:
    """A client with a function's key, or another; one attempt, unless `retries` say otherwise."""
    settings = {
        "retries": {"total_max_attempts": 1},
        "read_timeout": PATIENCE_SECONDS,
        "proxies": {},
        **config,
    }
    factory: Any = SESSION.client
    return factory(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key="secret",
        config=Config(**settings),
    )


def request(service: str, operation: str, style: str = "path", **parameters: Any) -> dict[str, Any]:
    """The ASGI scope of a call, with its body under `body`."""
    try:
        _catching_client(service, style)._make_api_call(operation, parameters)
    except _Caught as caught:
        sent = caught.request
    parts = urlsplit(str(sent.url))
    headers = {**sent.headers, "host": parts.netloc}
    body = sent.body if isinstance(sent.body, bytes) else str(sent.body or "").encode()
    return {
        "type": "http",
        "method": sent.method,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(_bytes(name), _bytes(value)) for name, value in headers.items()],
        "body": body,
    }


class _Caught(Exception):  # noqa: N818 -- nothing is wrong
    def __init__(self, request: AWSPreparedRequest) -> None:
        self.request = request


@cache
def _catching_client(service: str, style: str) -> Any:
    caller = client(service, s3={"addressing_style": style})

    def catch(request: AWSPreparedRequest, **_: Any) -> None:
        raise _Caught(request)

    caller.meta.events.register("before-send", catch)
    return caller


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()

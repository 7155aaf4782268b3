"""AWS clients, made once per container when first used, with bounded waits and retries."""

from functools import cache
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

CONNECT_SECONDS = 2
READ_SECONDS = 15
"""Of one attempt. Rekognition answers in about a second; S3 takes longest for large originals."""

# Attempts of one call, by the SDK. Rekognition's are made by us, each in its turn of the schedule.
# DynamoDB keeps the books: giving up there may mean to pay twice.
_ATTEMPTS = {"rekognition": 1, "dynamodb": 6}
_STOCK_ATTEMPTS = 3


@cache
def client(service: str, *, unsigned: bool = False) -> Any:
    """Return this container's client of an AWS service; region and credentials are Lambda's.

    An `unsigned` one has no credentials: it reads what is public.
    """
    config = Config(
        signature_version=UNSIGNED if unsigned else None,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=5 if service == "dynamodb" else READ_SECONDS,
        retries={
            "mode": "standard",
            "total_max_attempts": _ATTEMPTS.get(service, _STOCK_ATTEMPTS),
        },
        tcp_keepalive=True,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]

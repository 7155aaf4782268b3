"""AWS clients, made once per container when first used, with bounded waits and retries."""

from functools import cache
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

CONNECT_SECONDS = 2
READ_SECONDS = 15
"""Of one attempt. Rekognition answers in about a second; S3 takes longest for large originals."""

WAITED_FOR_SECONDS, WAITED_FOR_ATTEMPTS = 4, 2
"""Of one attempt, and attempts, where a person waits: one service that hangs leaves the API's
function time to say so."""

# Attempts of one call, by the SDK. Rekognition's are made by us, each in its turn of the schedule.
# DynamoDB keeps the books: giving up there may mean to pay twice.
_ATTEMPTS = {"rekognition": 1, "dynamodb": 6}
_STOCK_ATTEMPTS = 3

CONNECTIONS = 12
"""That a client keeps open: as many as one is asked by at a time (lambdas/api/statistics.py)."""


@cache
def client(service: str, *, unsigned: bool = False, waited_for: bool = False) -> Any:
    """Return this container's client of an AWS service; region and credentials are Lambda's.

    An `unsigned` one has no credentials: it reads what is public. One that is `waited_for` by a
    person gives up within the seconds that the API has.
    """
    attempts = _ATTEMPTS.get(service, _STOCK_ATTEMPTS)
    seconds = 5 if service == "dynamodb" else READ_SECONDS
    config = Config(
        signature_version=UNSIGNED if unsigned else None,
        connect_timeout=1 if waited_for else CONNECT_SECONDS,
        read_timeout=WAITED_FOR_SECONDS if waited_for else seconds,
        retries={
            "mode": "standard",
            "total_max_attempts": WAITED_FOR_ATTEMPTS if waited_for else attempts,
        },
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]

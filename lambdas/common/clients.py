"""AWS clients, made once per container when first used, with bounded waits and retries."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# Worst case of one call: 3 attempts of 2 + 15 s, plus back-off. Rekognition answers in about a
# second; S3 needs the longer read for the largest originals.
CONFIG = Config(
    connect_timeout=2,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 3},
    tcp_keepalive=True,
)


@cache
def client(service: str) -> Any:
    """Return this container's client of an AWS service; region and credentials are Lambda's."""
    return boto3.client(service, config=CONFIG)  # type: ignore[call-overload]

"""What an audit reads from AWS, page by page."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from cli.audit.period import Period
from cli.deployment import Deployment
from lambdas.common.image import ObjectReference
from lambdas.common.queue.messages import RetryPolicy
from lambdas.common.records.queries import RecordQueries
from lambdas.common.status import Status
from stacks.settings import Settings

_DAY_SECONDS = 86_400
_VISIBILITY_FACTOR = 6
"""Visibility timeout in function timeouts, as in `stacks/constructs/queue.py`."""
_CONTROL_SECONDS = 120.0
"""Timeout of the function that runs batches, as in `stacks/constructs/batches.py`."""


@dataclass(frozen=True)
class Listed:
    """One version of an object in the input bucket."""

    source: ObjectReference
    modified: datetime
    is_current: bool


def originals(s3: Any, bucket: str, period: Period) -> Iterator[Listed]:
    """Yield the versions that arrived in the period; "folders" and delete markers are none.

    S3 lists by key, so the whole bucket is listed whatever the period.
    """
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for found in page.get("Versions", []):
            if found["Key"].endswith("/") or not period.holds(found["LastModified"]):
                continue
            # `null` is what S3 calls a version from before there were versions.
            version = None if found["VersionId"] == "null" else found["VersionId"]
            source = ObjectReference(bucket, found["Key"], version)
            yield Listed(source, found["LastModified"], found["IsLatest"])


Rules = Sequence[dict[str, Any]]
"""The rules of a bucket's lifecycle."""


def lifecycle(s3: Any, bucket: str) -> Rules:
    """Return the rules by which objects of a bucket expire."""
    try:
        rules: Rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
            return []
        raise
    return rules


def kept_days(rules: Rules, key: str) -> float | None:
    """Return after how many days objects with keys that start like this expire; None for never."""
    return min(_expirations(rules, key), default=None)


def _expirations(rules: Rules, key: str) -> Iterator[float]:
    for rule in rules:
        days = rule.get("Expiration", {}).get("Days")
        prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
        if days and rule["Status"] == "Enabled" and key.startswith(prefix):
            yield days


def record_days(queries: RecordQueries) -> float | None:
    """Return after how many days records expire, as the newest one has it; None for never."""
    newest = [
        record
        for status in Status
        if status is not Status.DELETED  # these expire in another way
        for record in queries.newest(limit=1, status=status)
    ]
    if not newest:
        return None
    record = max(newest, key=lambda record: str(record["received_at"]))
    if not record.get("expires_at"):
        return None
    received = datetime.fromisoformat(record["received_at"]).timestamp()
    return (float(record["expires_at"]) - received) / _DAY_SECONDS


def longest_retry_seconds(deployment: Deployment) -> float:
    """Return after how long all attempts of an image are over, whatever they end in."""
    public = _public_settings(deployment)
    # A function's timeout is for all the images that it gets at once.
    timeout = public["seconds_per_image"] * public["batch_size"]
    return _longest_seconds(public, timeout)


def longest_control_seconds(deployment: Deployment) -> float:
    """Return after how long all attempts of a step of a batch are over."""
    return _longest_seconds(_public_settings(deployment), _CONTROL_SECONDS)


def _public_settings(deployment: Deployment) -> dict[str, float]:
    public = json.loads(deployment.outputs.get("PublicSettings", "{}"))
    names = ("max_attempts", "retry_seconds", "seconds_per_image", "batch_size")
    return {name: float(public.get(name, getattr(Settings(), name))) for name in names}


def _longest_seconds(public: dict[str, float], timeout: float) -> float:
    """Count what all attempts take if each is killed, which the visibility timeout shows."""
    attempts = int(public["max_attempts"])
    pauses = RetryPolicy(attempts, public["retry_seconds"]).longest_seconds
    return pauses + attempts * timeout * _VISIBILITY_FACTOR

"""What an audit reads from AWS, page by page."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from cli.audit.period import Period
from cli.deployment import Deployment
from lambdas.common.image import ObjectReference, result_key
from lambdas.common.queue_messages import RetryPolicy
from lambdas.common.record_queries import RecordQueries
from lambdas.common.records import BY_DAY
from lambdas.common.status import Status
from stacks.settings import Settings

_DAY_SECONDS = 86_400
_VISIBILITY_FACTOR = 6
"""Visibility timeout in function timeouts, as in `stacks/constructs/queue.py`."""


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


def recorded_ids(dynamodb: Any, table: str, period: Period) -> Iterator[str]:
    """Yield the ids of the images whose records were made in the period."""
    query = dynamodb.get_paginator("query")
    for day in period.days():
        pages = query.paginate(
            TableName=table,
            IndexName=BY_DAY,
            KeyConditionExpression="#day = :day AND received_at BETWEEN :since AND :until",
            ExpressionAttributeNames={"#day": "day"},
            ExpressionAttributeValues={
                ":day": {"S": day.isoformat()},
                ":since": {"S": period.since.isoformat()},
                ":until": {"S": period.until.isoformat()},
            },
        )
        for page in pages:
            for item in page["Items"]:
                yield item["image_id"]["S"]


def result_days(s3: Any, bucket: str) -> float | None:
    """Return after how many days results expire in the processed bucket; None for never."""
    try:
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
            return None
        raise
    return min(_expirations(rules), default=None)


def _expirations(rules: Iterable[dict[str, Any]]) -> Iterator[float]:
    for rule in rules:
        days = rule.get("Expiration", {}).get("Days")
        prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
        if days and rule["Status"] == "Enabled" and result_key("").startswith(prefix):
            yield days


def record_days(queries: RecordQueries) -> float | None:
    """Return after how many days records expire, as the newest one has it; None for never."""
    newest = [record for status in Status for record in queries.newest(limit=1, status=status)]
    if not newest:
        return None
    record = max(newest, key=lambda record: str(record["received_at"]))
    if not record.get("expires_at"):
        return None
    received = datetime.fromisoformat(record["received_at"]).timestamp()
    return (float(record["expires_at"]) - received) / _DAY_SECONDS


def longest_retry_seconds(deployment: Deployment) -> float:
    """Return after how long all attempts of an image are over, whatever they end in.

    Each attempt may be killed, which shows when the visibility timeout is over.
    """
    stock = Settings()
    public = json.loads(deployment.outputs.get("PublicSettings", "{}"))
    attempts = int(public.get("max_attempts", stock.max_attempts))
    pause = float(public.get("retry_seconds", stock.retry_seconds))
    timeout = float(public.get("seconds_per_image", stock.seconds_per_image))
    pauses = RetryPolicy(max_attempts=attempts, first_pause_seconds=pause).longest_seconds
    return pauses + attempts * timeout * _VISIBILITY_FACTOR

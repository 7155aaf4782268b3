from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.common.records.table import BY_STATUS, INDEX_KEYS

REGION = "us-east-1"
TABLE, INPUT, PROCESSED = "records", "input", "processed"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account in memory."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def dynamodb(aws: None) -> Any:
    """A client, and the record table as stacks/constructs/records.py makes it."""
    create_table(client("dynamodb"), TABLE)
    return client("dynamodb")


@pytest.fixture
def s3(aws: None) -> Any:
    """A client, the versioned input bucket and the unversioned processed bucket."""
    create_buckets(client("s3"))
    return client("s3")


@cache
def client(service: str) -> Any:
    """A client of whichever account in memory there is: making one takes longer than most tests."""
    return boto3.client(  # type: ignore[call-overload]
        service, REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def create_table(dynamodb: Any, name: str) -> None:
    attributes = ["image_id", "item", "received_at", *INDEX_KEYS.values()]
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    with_status = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status"]}
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        KeySchema=[
            {"AttributeName": "image_id", "KeyType": "HASH"},
            {"AttributeName": "item", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": attribute, "KeyType": "HASH"},
                    {"AttributeName": "received_at", "KeyType": "RANGE"},
                ],
                "Projection": with_status if index == BY_STATUS else keys_only,
            }
            for index, attribute in INDEX_KEYS.items()
        ],
    )


def create_buckets(s3: Any) -> None:
    for bucket in (INPUT, PROCESSED):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=INPUT, VersioningConfiguration={"Status": "Enabled"})

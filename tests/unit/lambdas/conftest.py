from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.common.records import BY_DAY, BY_LABEL, BY_STATUS

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
    client = boto3.client("dynamodb")
    indexes = {BY_STATUS: "status", BY_DAY: "day", BY_LABEL: "label"}
    attributes = ["image_id", "item", "received_at", *indexes.values()]
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
        KeySchema=[
            {"AttributeName": "image_id", "KeyType": "HASH"},
            {"AttributeName": "item", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": name, "KeyType": "HASH"},
                    {"AttributeName": "received_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, name in indexes.items()
        ],
    )
    return client


@pytest.fixture
def s3(aws: None) -> Any:
    """A client, the versioned input bucket and the unversioned processed bucket."""
    client = boto3.client("s3")
    for bucket in (INPUT, PROCESSED):
        client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=INPUT, VersioningConfiguration={"Status": "Enabled"})
    return client

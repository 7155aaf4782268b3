from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from cli.dead_letters import held as held_letters
from cli.dead_letters import move_task
from cli.deployment import Target
from cli.queues import QUEUES
from tests.unit.cli.repair.world import INPUT, PROCESSED, TABLE, World
from tests.unit.lambdas.conftest import create_table


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An empty stack, which the commands find."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    # moto has all messages at once: nothing is gained by waiting for more.
    monkeypatch.setattr(held_letters, "_WAIT_SECONDS", 0)
    monkeypatch.setattr(move_task, "_POLL_SECONDS", 0)
    with mock_aws():
        s3, dynamodb, sqs = boto3.client("s3"), boto3.client("dynamodb"), boto3.client("sqs")
        for bucket in (INPUT, PROCESSED):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=INPUT, VersioningConfiguration={"Status": "Enabled"})
        create_table(dynamodb, TABLE)
        outputs = {
            "InputBucketName": INPUT,
            "ProcessedBucketName": PROCESSED,
            "RecordTableName": TABLE,
        }
        for prefix in QUEUES.values():
            for kind in ("Queue", "DeadLetterQueue"):
                outputs[f"{prefix}{kind}Url"] = sqs.create_queue(QueueName=f"{prefix}{kind}")[
                    "QueueUrl"
                ]
        world = World({"s3": s3, "dynamodb": dynamodb, "sqs": sqs}, outputs)
        monkeypatch.setattr(Target, "find", lambda _self: world.deployment)
        yield world

"""Emptying the buckets before a stack is torn down."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from cli.deployment import Deployment, Target
from cli.empty import empty

OUTPUTS = {
    "InputBucketName": "originals",
    "ProcessedBucketName": "processed",
    "AccessLogsBucketName": "access-logs",
}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for bucket in OUTPUTS.values():
            client.create_bucket(Bucket=bucket)
        client.put_bucket_versioning(
            Bucket="originals", VersioningConfiguration={"Status": "Enabled"}
        )
        deployment = Deployment("a test's stack", OUTPUTS, lambda _service: client)
        monkeypatch.setattr(Target, "find", lambda _self: deployment)
        yield client


def test_every_version_and_delete_marker_goes(s3: Any) -> None:
    for _ in range(2):
        s3.put_object(Bucket="originals", Key="a.jpg", Body=b"x")
    s3.delete_object(Bucket="originals", Key="a.jpg")
    s3.put_object(Bucket="processed", Key="results/a.json", Body=b"{}")

    done = CliRunner().invoke(empty, ["--yes"])

    assert done.exit_code == 0, done.output
    for bucket in OUTPUTS.values():
        left = s3.list_object_versions(Bucket=bucket)
        assert "Versions" not in left, bucket
        assert "DeleteMarkers" not in left, bucket


def test_without_a_yes_nothing_is_deleted(s3: Any) -> None:
    s3.put_object(Bucket="originals", Key="a.jpg", Body=b"x")

    done = CliRunner().invoke(empty, input="n\n")

    assert done.exit_code == 1
    assert len(s3.list_object_versions(Bucket="originals")["Versions"]) == 1

"""The operation is read off a request as botocore sends it."""

from typing import Any

import botocore.session
import pytest

from local.faults.requests import (
    S3_OPERATIONS,
    headers_of,
    operation_of,
    signed_by,
    target_of,
)
from tests.unit.local.faults.requests import request

MODEL = botocore.session.get_session().get_service_model("s3")
VALUES: dict[str, Any] = {
    "Bucket": "pictures",
    "Key": "a/b c.jpg",
    "CopySource": "pictures/other.jpg",
    "UploadId": "u",
    "PartNumber": 1,
    "ObjectAttributes": ["ETag"],
    "Tagging": {"TagSet": []},
    "Delete": {"Objects": [{"Key": "a"}]},
}


def read(scope: dict[str, Any]) -> tuple[str, str]:
    headers = headers_of(scope)
    signed = signed_by(headers)
    assert signed is not None
    assert (signed.access_key, signed.region) == ("ASIAFUNCTION", "eu-west-1")
    return signed.service, operation_of(signed.service, scope, headers, scope["body"])


@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("operation", sorted(S3_OPERATIONS))
def test_s3(operation: str, style: str) -> None:
    shape = MODEL.operation_model(operation).input_shape
    assert shape is not None
    needed = {name: VALUES[name] for name in shape.required_members}
    assert read(request("s3", operation, style, **needed)) == ("s3", operation)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("GetObject", {"VersionId": "v", "Range": "bytes=0-1"}),
        ("PutObject", {"Body": b"x", "IfNoneMatch": "*"}),
        ("ListObjectsV2", {"Prefix": "a/", "ContinuationToken": "t"}),
    ],
)
def test_s3_with_options(operation: str, parameters: dict[str, Any]) -> None:
    named = {} if operation == "ListObjectsV2" else {"Key": "a"}
    scope = request("s3", operation, Bucket="pictures", **named, **parameters)
    assert read(scope) == ("s3", operation)


def test_s3_operation_that_is_not_known_has_no_name() -> None:
    assert read(request("s3", "PutBucketVersioning", Bucket="b",
                        VersioningConfiguration={"Status": "Enabled"})) == ("s3", "")  # fmt: skip
    assert read(request("s3", "ListBuckets")) == ("s3", "")


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("dynamodb", "UpdateItem", {"TableName": "t", "Key": {"a": {"S": "1"}}}),
        ("sqs", "SendMessage", {"QueueUrl": "http://localhost:1/0/q", "MessageBody": "b"}),
        ("sns", "Publish", {"TopicArn": "arn:aws:sns:eu-west-1:0:t", "Message": "Action=No&é"}),
        ("rekognition", "DetectLabels", {"Image": {"Bytes": b"x"}}),
        ("logs", "CreateLogStream", {"logGroupName": "g", "logStreamName": "s"}),
    ],
)
def test_other_services(service: str, operation: str, parameters: dict[str, Any]) -> None:
    assert read(request(service, operation, **parameters)) == (service, operation)


@pytest.mark.parametrize("authorization", ["", "Bearer x", "AWS4-HMAC-SHA256 Credential=x"])
def test_request_that_nobody_signed_is_nobodys(authorization: str) -> None:
    assert signed_by({"authorization": authorization}) is None


def test_request_to_a_service_without_faults_is_not_looked_at() -> None:
    scope = request("sts", "GetCallerIdentity")
    assert signed_by(headers_of(scope)) is None


def test_target_is_the_path_with_the_query() -> None:
    scope = request("s3", "GetObject", Bucket="pictures", Key="a b", VersionId="v")
    assert target_of(scope) == "/pictures/a%20b?versionId=v"

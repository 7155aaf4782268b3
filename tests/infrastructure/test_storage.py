"""Buckets, table and logs: private, encrypted, kept, cleaned up."""

import json
from typing import Any

import pytest
from aws_cdk import App

from app import build
from tests.infrastructure.conftest import Template, context

STATEFUL = {
    "StorageAccessLogs96FB524C",
    "StorageInput124FA7A1",
    "StorageProcessedA33E9072",
    "RecordsTableC9B7A30B",
    "TopicsKey64CE8550",
    "ConsoleFiles2D43986C",
    "UsersPoolBFC35D3B",
}
"""Renaming one of these replaces it, and loses what it holds."""


def test_stateful_resources_keep_their_logical_ids(template: Template) -> None:
    kinds = (
        *("AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::KMS::Key"),
        "AWS::Cognito::UserPool",
    )
    found = {name for kind in kinds for name in template.of_type(kind)}

    assert found == STATEFUL


def test_stateful_resources_survive_the_stack(template: Template) -> None:
    for name in STATEFUL:
        assert template.resources[name]["DeletionPolicy"] == "Retain", name
        assert template.resources[name]["UpdateReplacePolicy"] == "Retain", name


def test_every_bucket_is_private_and_encrypted(template: Template) -> None:
    buckets = template.of_type("AWS::S3::Bucket")

    assert len(buckets) == 4
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert properties["BucketEncryption"], name
        assert properties["OwnershipControls"]["Rules"] == [
            {"ObjectOwnership": "BucketOwnerEnforced"}
        ], name


def test_every_bucket_refuses_plain_http_and_old_tls(template: Template) -> None:
    policies = template.of_type("AWS::S3::BucketPolicy")

    assert len(policies) == 4
    for name, policy in policies.items():
        conditions = [
            statement["Condition"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny" and statement["Principal"] == {"AWS": "*"}
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions, name
        assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions, name


def test_input_bucket_keeps_versions_and_logs_access(template: Template) -> None:
    properties = template.resources["StorageInput124FA7A1"]["Properties"]

    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["LoggingConfiguration"]["LogFilePrefix"] == "input/"
    processed = template.resources["StorageProcessedA33E9072"]["Properties"]
    assert processed["LoggingConfiguration"]["LogFilePrefix"] == "processed/"


def test_every_new_object_is_announced_whatever_its_suffix(template: Template) -> None:
    properties = template.resources["StorageInput124FA7A1"]["Properties"]

    (announced,) = properties["NotificationConfiguration"]["QueueConfigurations"]
    assert announced["Event"] == "s3:ObjectCreated:*"
    assert "Filter" not in announced


def test_the_bucket_waits_for_the_policy_that_lets_it_announce(template: Template) -> None:
    # S3 tries the queue while it makes the bucket, and refuses to make it without.
    depends_on = template.resources["StorageInput124FA7A1"]["DependsOn"]

    (policy,) = [
        name
        for name, found in template.of_type("AWS::SQS::QueuePolicy").items()
        if found["Metadata"]["aws:cdk:path"].endswith("Pipeline/Images/Queue/Policy/Resource")
    ]
    assert policy in depends_on


def test_originals_are_archived_expired_and_cleaned_up(template: Template) -> None:
    rules = _rules(template, "StorageInput124FA7A1")

    assert rules["originals"]["Transitions"] == [
        {"StorageClass": "GLACIER", "TransitionInDays": 30}
    ]
    assert rules["originals"]["ExpirationInDays"] == 365
    assert rules["originals"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rules["delete-markers"]["ExpiredObjectDeleteMarker"] is True
    assert rules["incomplete-uploads"]["AbortIncompleteMultipartUpload"]


def test_processed_copies_have_their_own_retention_and_are_never_archived(
    template: Template,
) -> None:
    rules = _rules(template, "StorageProcessedA33E9072")

    assert rules["processed"]["ExpirationInDays"] == 365
    assert not [rule for rule in rules.values() if "Transitions" in rule]


def test_records_are_found_by_status_day_and_label(template: Template) -> None:
    properties = template.resources["RecordsTableC9B7A30B"]["Properties"]

    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in properties["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        "by_status": ["status_shard", "received_at"],
        "by_day": ["day_shard", "received_at"],
        "by_term": ["term", "received_at"],
        "by_owner": ["owner_key", "received_at"],
    }
    projections = {
        index["IndexName"]: index["Projection"] for index in properties["GlobalSecondaryIndexes"]
    }
    assert projections == {
        "by_status": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status"]},
        "by_day": {"ProjectionType": "KEYS_ONLY"},
        "by_term": {"ProjectionType": "KEYS_ONLY"},
        "by_owner": {"ProjectionType": "KEYS_ONLY"},
    }
    (replica,) = properties["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_logs_are_kept_for_the_days_of_the_settings(template: Template) -> None:
    groups = template.of_type("AWS::Logs::LogGroup")

    assert len(groups) == 6
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {30}


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"days_to_glacier": 0}, {"ExpirationInDays": 365}),
        ({"days_to_glacier": 0, "days_to_expiry": 0, "noncurrent_days": 0}, "nothing"),
        ({"archive_class": "DEEP_ARCHIVE", "days_to_glacier": 1, "days_to_expiry": 181}, None),
    ],
)
def test_retention_follows_the_settings(settings: dict[str, Any], rule: object) -> None:
    app = App(context=context() | settings)
    stack = build(app)
    document = json.loads(json.dumps(app.synth().get_stack_by_name(stack.stack_name).template))

    rules = document["Resources"]["StorageInput124FA7A1"]["Properties"]["LifecycleConfiguration"]
    found = [rule for rule in rules["Rules"] if rule["Id"] == "originals"]
    if rule == "nothing":
        assert found == []
        return
    (originals,) = found

    if rule is None:
        assert originals["Transitions"] == [{"StorageClass": "DEEP_ARCHIVE", "TransitionInDays": 1}]
        assert originals["ExpirationInDays"] == 181
    else:
        assert "Transitions" not in originals
        assert originals["ExpirationInDays"] == 365


def _rules(template: Template, bucket: str) -> dict[str, dict[str, Any]]:
    configuration = template.resources[bucket]["Properties"]["LifecycleConfiguration"]
    return {rule["Id"]: rule for rule in configuration["Rules"] if "Id" in rule}

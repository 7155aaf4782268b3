"""What the emulator's own APIs say about a deployed resource, in the template's words.

One function for each resource type that has properties which something relies on. Each takes a
client factory and the physical id, and returns the properties that it can tell.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from local.environment import REGION

Clients = Callable[[str], Any]
Properties = dict[str, Any]


def _queue(clients: Clients, url: str) -> Properties:
    answer = clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    attributes: Properties = answer["Attributes"]
    renamed = {
        "DelaySeconds": attributes.get("DelaySeconds"),
        "MessageRetentionPeriod": attributes.get("MessageRetentionPeriod"),
        "VisibilityTimeout": attributes.get("VisibilityTimeout"),
        "ReceiveMessageWaitTimeSeconds": attributes.get("ReceiveMessageWaitTimeSeconds"),
    }
    if "RedrivePolicy" in attributes:
        renamed["RedrivePolicy"] = json.loads(attributes["RedrivePolicy"])
    return renamed


def _bucket(clients: Clients, name: str) -> Properties:
    s3 = clients("s3")
    versioning = s3.get_bucket_versioning(Bucket=name)
    notifications = s3.get_bucket_notification_configuration(Bucket=name)
    queues = [
        {"Event": event, "Queue": entry["QueueArn"]}
        for entry in notifications.get("QueueConfigurations", [])
        for event in entry["Events"]
    ]
    return {
        "VersioningConfiguration": {"Status": versioning.get("Status")},
        "NotificationConfiguration": {"QueueConfigurations": queues},
        "PublicAccessBlockConfiguration": _public_access(s3, name),
    }


def _public_access(s3: Any, name: str) -> Properties:
    answer: Properties = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    return answer


def _subscription(clients: Clients, arn: str) -> Properties:
    answer = clients("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    policy = answer.get("FilterPolicy")
    return {
        "FilterPolicy": json.loads(policy) if policy else None,
        "FilterPolicyScope": answer.get("FilterPolicyScope"),
        "RawMessageDelivery": answer.get("RawMessageDelivery"),
    }


def _topic(clients: Clients, arn: str) -> Properties:
    answer = clients("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    return {"DisplayName": answer.get("DisplayName")}


def _function(clients: Clients, name: str) -> Properties:
    answer = clients("lambda").get_function_configuration(FunctionName=name)
    names = ("Handler", "Timeout", "MemorySize", "Runtime", "Environment", "LoggingConfig", "Role")
    layers = [layer["Arn"] for layer in answer.get("Layers", [])]
    return {**{key: answer.get(key) for key in names}, "Layers": layers}


def _event_source(clients: Clients, uuid: str) -> Properties:
    answer = clients("lambda").get_event_source_mapping(UUID=uuid)
    names = (
        "BatchSize", "MaximumBatchingWindowInSeconds", "ScalingConfig", "FunctionResponseTypes",
        "EventSourceArn", "FilterCriteria", "StartingPosition",
    )  # fmt: skip
    return {key: answer[key] for key in names if key in answer}


def _log_group(clients: Clients, name: str) -> Properties:
    groups = clients("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return {"RetentionInDays": groups[0].get("retentionInDays")} if groups else {}


def _alarm(clients: Clients, name: str) -> Properties:
    alarms = clients("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(alarms[0]) if alarms else {}


def _key(clients: Clients, key_id: str) -> Properties:
    status = clients("kms").get_key_rotation_status(KeyId=key_id)
    return {"EnableKeyRotation": status["KeyRotationEnabled"]}


def _table(clients: Clients, name: str) -> Properties:
    dynamodb = clients("dynamodb")
    table = dynamodb.describe_table(TableName=name)["Table"]
    indexes = table.get("GlobalSecondaryIndexes", [])
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    return {
        "KeySchema": table["KeySchema"],
        "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "TimeToLiveSpecification": {
            "AttributeName": ttl.get("AttributeName"),
            "Enabled": ttl["TimeToLiveStatus"] == "ENABLED",
        },
        "GlobalSecondaryIndexes": [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection") if key in index}
            for index in indexes
        ],
        "StreamSpecification": table.get("StreamSpecification"),
        "Replicas": [_replica(dynamodb, name, table)],
    }


def _replica(dynamodb: Any, name: str, table: Properties) -> Properties:
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    return {
        "Region": REGION,
        "GlobalSecondaryIndexes": [
            {"IndexName": index["IndexName"]} for index in table.get("GlobalSecondaryIndexes", [])
        ],
        "DeletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery == "ENABLED"},
    }


OBSERVE: Mapping[str, Callable[[Clients, str], Properties]] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::EventSourceMapping": _event_source,
    "AWS::Lambda::Function": _function,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
}

"""The buckets: originals, processed copies with results, and who accessed them."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.settings import Settings

ACCESS_LOG_DAYS = 90
INCOMPLETE_UPLOAD_DAYS = 7
REKOGNITION_COPY_DAYS = 29
"""Longer than a message can wait: 14 days in a queue and 14 in its dead-letter queue."""

_PRIVATE: Mapping[str, Any] = {
    "encryption": s3.BucketEncryption.S3_MANAGED,
    "block_public_access": s3.BlockPublicAccess.BLOCK_ALL,
    "object_ownership": s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    "enforce_ssl": True,
    "minimum_tls_version": 1.2,
}


class Storage(Construct):
    """Private, encrypted, TLS-only buckets with lifecycles from the settings."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._removal_policy = removal_policy
        self.access_logs = self._bucket(
            "AccessLogs", rules=[s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))]
        )
        Validations.of(self.access_logs).acknowledge(
            Acknowledgment(
                id="AwsSolutions-S1",
                reason="This bucket receives the access logs; logging itself would never end.",
            )
        )
        self.input = self._bucket("Input", rules=_original_rules(settings), versioned=True)
        self.processed = self._bucket("Processed", rules=_processed_rules(settings))

    def grant_objects(self, role: iam.IRole, bucket: s3.Bucket, prefix: str, *actions: str) -> None:
        """Let a role do these actions on the objects of a bucket whose keys start with `prefix`."""
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=list(actions), resources=[bucket.arn_for_objects(f"{prefix}*")]
            )
        )
        logical_id = Stack.of(bucket).resolve(_resource(bucket).logical_id)
        Validations.of(role).acknowledge(
            Acknowledgment(
                id=f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/{prefix}*]",
                reason="Objects are named by those who upload or by the image's id: the narrowest "
                "that can be said beforehand is the prefix.",
            )
        )

    def announce_arrivals(self, queue: sqs.Queue) -> None:
        """Send a message to the queue for every object that is created in the input bucket.

        Written on the bucket itself: CDK's own notifications add a custom resource with a
        function of its own. No filter on suffixes, which would be case-sensitive.
        """
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                resources=[queue.queue_arn],
                # By account, not by bucket: S3 tries the queue while it makes the bucket, so the
                # policy must be there before the bucket has a name.
                conditions={"StringEquals": {"aws:SourceAccount": self.input.env.account}},
            )
        )
        policy = queue.node.find_child("Policy").node.default_child
        if not isinstance(policy, sqs.CfnQueuePolicy):
            raise TypeError("expected the CloudFormation resource of the queue's policy")
        bucket = _resource(self.input)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*", queue=queue.queue_arn
                )
            ]
        )
        bucket.add_resource_dependency(policy)

    def private_bucket(
        self,
        scope: Construct,
        construct_id: str,
        *,
        rules: list[s3.LifecycleRule],
        log_prefix: str,
        removal_policy: RemovalPolicy,
    ) -> s3.Bucket:
        """Make a bucket of somebody else's in the way that these are made, logged here."""
        return s3.Bucket(
            scope,
            construct_id,
            **_PRIVATE,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=log_prefix,
            lifecycle_rules=[*rules, _incomplete_uploads()],
            removal_policy=removal_policy,
        )

    def _bucket(
        self, construct_id: str, *, rules: list[s3.LifecycleRule], versioned: bool = False
    ) -> s3.Bucket:
        is_log_bucket = construct_id == "AccessLogs"
        return s3.Bucket(
            self,
            construct_id,
            **_PRIVATE,
            versioned=versioned,
            server_access_logs_bucket=None if is_log_bucket else self.access_logs,
            server_access_logs_prefix=None if is_log_bucket else f"{construct_id.lower()}/",
            lifecycle_rules=[*rules, _incomplete_uploads()],
            removal_policy=self._removal_policy,
        )


def _resource(bucket: s3.Bucket) -> s3.CfnBucket:
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError("expected the CloudFormation resource of the bucket")
    return resource


def _original_rules(settings: Settings) -> list[s3.LifecycleRule]:
    transitions = [
        s3.Transition(
            storage_class=s3.StorageClass(str(settings.archive_class)),
            transition_after=Duration.days(settings.days_to_glacier),
        )
    ]
    originals = s3.LifecycleRule(
        id="originals",
        transitions=transitions if settings.days_to_glacier else None,
        expiration=_days(settings.days_to_expiry),
        noncurrent_version_expiration=_days(settings.noncurrent_days),
    )
    has_any = settings.days_to_glacier or settings.days_to_expiry or settings.noncurrent_days
    return [
        *([originals] if has_any else []),
        # Its own rule: S3 takes it together with an expiration in days in no other way.
        s3.LifecycleRule(id="delete-markers", expired_object_delete_marker=True),
    ]


def _processed_rules(settings: Settings) -> list[s3.LifecycleRule]:
    # Never to Glacier: objects this small cost more there than they save.
    rules = [
        # Only read again by a redrive, and a copy of every image where batches are concerned.
        s3.LifecycleRule(
            id="copies-for-rekognition",
            prefix="rekognition/",
            expiration=Duration.days(REKOGNITION_COPY_DAYS),
        )
    ]
    if settings.processed_days:
        rules.append(s3.LifecycleRule(id="processed", expiration=_days(settings.processed_days)))
    return rules


def _incomplete_uploads() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="incomplete-uploads",
        abort_incomplete_multipart_upload_after=Duration.days(INCOMPLETE_UPLOAD_DAYS),
    )


def _days(days: int) -> Duration | None:
    return Duration.days(days) if days else None

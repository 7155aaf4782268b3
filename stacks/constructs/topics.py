"""The topics, encrypted with one key, and their email subscriptions."""

from collections.abc import Iterable

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.setting_types import Emails
from stacks.settings import Settings


class Topics(Construct):
    """Results (one message per image), emails, reviews and operations.

    A key of our own, because CloudWatch alarms cannot publish to a topic that is encrypted with
    the key that AWS manages for SNS.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="Encrypts Sightline's topics",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        self.results = self._topic("Results", ())
        self.email = self._topic("Email", settings.notify_emails)
        self.review = self._topic("Review", settings.review_emails)
        self.operations = self._topic("Operations", settings.operations_emails)
        self._let_alarms_publish()

    def grant_publish(self, topic: sns.Topic, role: iam.IRole) -> None:
        """Let a role publish to a topic, which takes the use of the key."""
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
        )
        self.key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")

    def _topic(self, construct_id: str, emails: Emails) -> sns.Topic:
        topic = sns.Topic(self, construct_id, master_key=self.key, enforce_ssl=True)
        _subscribe(topic, emails)
        return topic

    def _let_alarms_publish(self) -> None:
        cloudwatch = iam.ServicePrincipal("cloudwatch.amazonaws.com")
        in_account = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[cloudwatch],
                # In a key's own policy, * is that key. No condition on the source: CloudWatch uses
                # the key before SNS says for whom, and a refusal is silent. The topic's has one.
                resources=["*"],
            )
        )
        self.operations.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[cloudwatch],
                resources=[self.operations.topic_arn],
                conditions=in_account,
            )
        )


def _subscribe(topic: sns.Topic, emails: Iterable[str]) -> None:
    for email in emails:
        topic.add_subscription(subscriptions.EmailSubscription(email))

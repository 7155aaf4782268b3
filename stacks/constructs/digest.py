"""The digest: announcements gathered over a window become one email."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from lambdas.common.environment import SendDigestEnvironment
from stacks.constructs.function import PythonFunction
from stacks.constructs.layers import Layers
from stacks.constructs.queue import WorkQueue
from stacks.constructs.topics import Topics
from stacks.settings import Settings

TIMEOUT = Duration.seconds(30)
MEMORY_MB = 256
MAX_IMAGES = 1000
"""Images in one email; at about 2 KB each, far below Lambda's 6 MB of payload."""
CONCURRENCY = 2
"""The least that an event source takes: two emails at a time never reach SNS's rate for email."""


class Digest(Construct):
    """A queue on the results topic, and the function that turns it into emails."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        topics: Topics,
        layers: Layers,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue = WorkQueue(
            self,
            "Announcements",
            timeout=TIMEOUT,
            window=Duration.seconds(settings.digest_window_seconds),
        )
        topics.results.add_subscription(
            subscriptions.SqsSubscription(self.queue.queue, raw_message_delivery=True)
        )
        self.send_digest = PythonFunction(
            self,
            "SendDigest",
            package="send_digest",
            environment=SendDigestEnvironment(
                queues=Stack.of(self).to_json_string([self.queue.address]),
                max_attempts=settings.max_attempts,
                retry_seconds=settings.retry_seconds,
                email_topic_arn=topics.email.topic_arn,
                review_topic_arn=topics.review.topic_arn,
                stage=settings.stage,
            ),
            layers=[layers.powertools],
            timeout=TIMEOUT,
            memory_mb=MEMORY_MB,
            log_days=settings.log_days,
            removal_policy=removal_policy,
        )
        self.queue.feed(
            self.send_digest,
            batch_size=MAX_IMAGES if settings.digest_window_seconds else 10,
            max_concurrency=CONCURRENCY,
        )
        for topic in (topics.email, topics.review):
            topics.grant_publish(topic, self.send_digest.role)

"""Entry point of `send_digest`: a window's announcements become one email."""

from functools import cache
from typing import Any

from lambdas.common.clients import client
from lambdas.common.environment import SendDigestEnvironment
from lambdas.common.queue.messages import QueueMessages, Queues, RetryPolicy
from lambdas.common.telemetry import logger
from lambdas.send_digest.digest import DigestSender, Email


@cache
def sender() -> DigestSender:
    """Wire this container's sender from its environment, on first use."""
    env = SendDigestEnvironment.load()

    def publish(topic_arn: str, email: Email) -> None:
        client("sns").publish(TopicArn=topic_arn, Subject=email.subject, Message=email.body)

    return DigestSender(
        publish=publish,
        messages=QueueMessages(client("sqs"), Queues.parse(env.queues), stage="send_digest"),
        policy=RetryPolicy(env.max_attempts, env.retry_seconds),
        email_topic_arn=env.email_topic_arn,
        review_topic_arn=env.review_topic_arn,
        stage=env.stage,
    )


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Handle an SQS event of announcements; return the messages that come back."""
    return sender().run(event)

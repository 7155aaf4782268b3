"""The `AWS/SNS` metrics that AWS publishes by itself: published, delivered, failed.

A delivery fails when its queue, function or URL does not take it. AWS tries a URL several times
before; the emulator once. Emails never fail here. Raw deliveries to a URL are not counted, because
they do not name their topic.
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import json
import urllib.error
from typing import Any

from local.emulator.internals import cloudwatch, lambda_service, require, sns, sqs


def publish_topic_metrics() -> None:
    """Start counting what topics publish and deliver."""
    require(sns, "_fanout", "_deliver_to_sqs", "_deliver_to_lambda", "_http_post_sync")
    require(sqs, "_queue_by_arn")
    require(lambda_service, "_get_func_record_for_ref")
    fanout, to_queue = sns._fanout, sns._deliver_to_sqs
    to_function, post = sns._deliver_to_lambda, sns._http_post_sync

    def counted_fanout(topic_arn: str, *args: Any, **kwargs: Any) -> None:
        _count("NumberOfMessagesPublished", topic_arn)
        fanout(topic_arn, *args, **kwargs)

    def counted_to_queue(
        endpoint: str, envelope: str, raw: Any, message: str, *args: Any, **kwargs: Any
    ) -> None:
        to_queue(endpoint, envelope, raw, message, *args, **kwargs)
        body = message if raw else envelope
        queue = sqs._queue_by_arn(endpoint) or {"messages": []}
        # The very string that was delivered: another message of the same text does not count.
        arrived = any(found["body"] is body for found in reversed(list(queue["messages"])))
        _count_delivery(kwargs["topic_arn"], delivered=arrived)

    def counted_to_function(endpoint: str, envelope: str, topic_arn: str, *args: Any) -> None:
        record = lambda_service._get_func_record_for_ref(endpoint)
        _count_delivery(topic_arn, delivered=bool(record[0]))
        to_function(endpoint, envelope, topic_arn, *args)

    def counted_post(endpoint: str, payload: str, kind: str) -> int:
        topic_arn = _topic_of(payload) if kind == "Notification" else None
        try:
            status: int = post(endpoint, payload, kind)
        except (urllib.error.URLError, OSError):
            if topic_arn:
                _count_delivery(topic_arn, delivered=False)
            raise
        if topic_arn:
            _count_delivery(topic_arn, delivered=True)
        return status

    sns._fanout, sns._deliver_to_sqs = counted_fanout, counted_to_queue
    sns._deliver_to_lambda, sns._http_post_sync = counted_to_function, counted_post


def _topic_of(payload: str) -> str | None:
    try:
        envelope = json.loads(payload)
    except json.JSONDecodeError:
        return None
    return envelope.get("TopicArn") if isinstance(envelope, dict) else None


def _count_delivery(topic_arn: str, *, delivered: bool) -> None:
    outcome = "NumberOfNotificationsDelivered" if delivered else "NumberOfNotificationsFailed"
    _count(outcome, topic_arn)


def _count(metric: str, topic_arn: str) -> None:
    dimensions = {"TopicName": topic_arn.rsplit(":", 1)[-1]}
    cloudwatch.record_metric("AWS/SNS", metric, 1, "Count", dimensions)

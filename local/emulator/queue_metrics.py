"""The `AWS/SQS` metrics that AWS publishes by itself, from what really happens in the queues.

Gauges are sampled. Receives and deletes are counted where the emulator performs them. Messages sent
follow from conservation: what is there now, minus what was there, plus what has left. As on AWS,
messages that redrive moves into a dead-letter queue do not count as sent.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.internals import ACCOUNT, REGION, cloudwatch, require, responses, sqs

SAMPLE_SECONDS = 2.0
# A gauge that does not change is repeated, so that every minute of it has a datapoint.
REPEAT_SECONDS = 30.0
KEEP_SECONDS = 24 * 3600.0

Messages = list[dict[str, Any]]


def gauges(messages: Messages, now: float) -> dict[str, float]:
    """The sampled metrics of one queue. An age counts, in seconds, from the send or the redrive."""
    visible = [m for m in messages if m["visible_at"] <= now]
    hidden = [m for m in messages if m["visible_at"] > now]
    ages = [now - float(m.get("redriven_at") or m["sent_at"]) for m in messages]
    return {
        "ApproximateNumberOfMessagesVisible": len(visible),
        "ApproximateNumberOfMessagesNotVisible": sum(1 for m in hidden if m["receive_count"]),
        "ApproximateNumberOfMessagesDelayed": sum(1 for m in hidden if not m["receive_count"]),
        "ApproximateAgeOfOldestMessage": int(max(ages, default=0)),
    }


class QueueCounts:
    """What happened in each queue since the last sample, by the queue's name."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.since: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._length: dict[str, int] = {}

    def add(self, queue: str, what: str, count: int) -> None:
        """Count something that happened in a queue."""
        if count:
            with self.lock:
                self.since[queue][what] += count

    def take(self, queue: str, length: int) -> dict[str, int]:
        """The counts of one queue since they were last taken, given its length now."""
        with self.lock:
            counts = self.since.pop(queue, Counter())
        grown = length - self._length.get(queue, 0)
        self._length[queue] = length
        left = counts["deleted"] + counts["expired"] + counts["redriven"]
        return {
            "NumberOfMessagesSent": max(0, grown + left - counts["arrived by redrive"]),
            "NumberOfMessagesReceived": counts["received"],
            "NumberOfMessagesDeleted": counts["deleted"],
        }


def publish_queue_metrics() -> None:
    """Start publishing every queue's metrics."""
    names = ("_collect_msgs", "_expire_retained", "_dlq_sweep", "_delete_messages_for_esm")
    require(sqs, "_queues", "_HANDLERS", "_get_q", "_queue_by_arn", *names)
    require(cloudwatch, "record_metric", "_metrics")
    counts = QueueCounts()
    _count_in_queues(counts)
    publisher = threading.Thread(target=_publish, args=(counts,), name="queue-metrics", daemon=True)
    publisher.start()


def _count_in_queues(counts: QueueCounts) -> None:
    collect, expire, sweep = sqs._collect_msgs, sqs._expire_retained, sqs._dlq_sweep
    delete_for_mapping = sqs._delete_messages_for_esm

    def collected(queue: dict[str, Any], *args: Any) -> Messages:
        received: Messages = collect(queue, *args)
        counts.add(queue["name"], "received", len(received))
        return received

    def expired(queue: dict[str, Any]) -> None:
        before = len(queue["messages"])
        expire(queue)
        counts.add(queue["name"], "expired", before - len(queue["messages"]))

    def swept(queue: dict[str, Any]) -> None:
        before = len(queue["messages"])
        sweep(queue)
        moved = before - len(queue["messages"])
        if moved:
            counts.add(queue["name"], "redriven", moved)
            dead_letters = sqs._queue_by_arn(_dead_letter_arn(queue))
            counts.add(dead_letters["name"], "arrived by redrive", moved)
            for message in dead_letters["messages"][-moved:]:
                message["redriven_at"] = time.time()

    def deleted_for_mapping(queue_url: str, handles: set[str]) -> None:
        queue = sqs._get_q(queue_url)
        before = len(queue["messages"])
        delete_for_mapping(queue_url, handles)
        counts.add(queue["name"], "deleted", before - len(queue["messages"]))

    sqs._collect_msgs, sqs._expire_retained, sqs._dlq_sweep = collected, expired, swept
    sqs._delete_messages_for_esm = deleted_for_mapping
    for action, kind in (
        ("DeleteMessage", "deleted"),
        ("DeleteMessageBatch", "deleted"),
        ("PurgeQueue", "expired"),
        # What a move task takes away was not deleted by a consumer; it is sent to its target.
        ("StartMessageMoveTask", "expired"),
    ):
        sqs._HANDLERS[action] = _counted(sqs._HANDLERS[action], counts, kind)


def _counted(
    action: Callable[[dict[str, Any], str], Any], counts: QueueCounts, kind: str
) -> Callable[[dict[str, Any], str], Any]:
    def counted(data: dict[str, Any], path_url: str) -> Any:
        source = data.get("SourceArn", "").rsplit(":", 1)[-1]
        queue = sqs._get_q(source or data.get("QueueUrl") or path_url)
        before = len(queue["messages"])
        result = action(data, path_url)
        counts.add(queue["name"], kind, before - len(queue["messages"]))
        return result

    return counted


def _dead_letter_arn(queue: Mapping[str, Any]) -> str:
    arn: str = json.loads(queue["attributes"]["RedrivePolicy"])["deadLetterTargetArn"]
    return arn


def _publish(counts: QueueCounts) -> None:
    last: dict[tuple[str, str], tuple[float, float]] = {}
    while True:
        with responses.request_scope(ACCOUNT, REGION):
            now = time.time()
            for queue in list(sqs._queues.values()):
                name, messages = queue["name"], list(queue["messages"])
                sample = {**gauges(messages, now), **counts.take(name, len(messages))}
                for metric, value in sample.items():
                    value_before, at = last.get((name, metric), (None, 0.0))
                    counted = metric.startswith("NumberOf")
                    if now - at >= REPEAT_SECONDS or (value if counted else value != value_before):
                        last[name, metric] = (value, now)
                        unit = "Seconds" if "Age" in metric else "Count"
                        cloudwatch.record_metric(
                            "AWS/SQS", metric, value, unit, {"QueueName": name}
                        )
            _forget_before(now - KEEP_SECONDS)
        time.sleep(SAMPLE_SECONDS)


def _forget_before(cutoff: float) -> None:
    for (namespace, _metric, _dimensions), points in list(cloudwatch._metrics.items()):
        if namespace == "AWS/SQS" and points and points[0]["Timestamp"] < cutoff:
            points[:] = [point for point in points if point["Timestamp"] >= cutoff]

"""Batching windows and batches of more than ten, which the emulator stores but does not act on.

AWS Lambda invokes a function when the batch is full or when the window since its first message has
passed, whichever comes first, and gathers up to `BatchSize` messages over several receives.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import time
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.internals import lambda_service, require, sqs

Message = dict[str, Any]
Receive = Callable[[str, int], list[Message]]

# The most that one ReceiveMessage returns.
RECEIVE_SIZE = 10


def honour_batching_windows() -> None:
    """Make event source mappings wait for their window and fill their whole batch."""
    require(sqs, "_receive_messages_for_esm", "_get_q")
    require(lambda_service, "_iter_all_esms")
    receive: Receive = sqs._receive_messages_for_esm

    def receive_batch(queue_url: str, batch_size: int) -> list[Message]:
        queue = sqs._get_q(queue_url)
        window = _window_seconds(queue["attributes"].get("QueueArn", ""))
        if window and not is_due(queue["messages"], batch_size, window, time.time()):
            return []
        return fill(receive, queue_url, batch_size)

    sqs._receive_messages_for_esm = receive_batch


def is_due(messages: list[Message], batch_size: int, window_seconds: float, now: float) -> bool:
    """Is a batch full, or has its first message waited for the whole window?"""
    waiting = [_visible_since(message) for message in messages if message["visible_at"] <= now]
    if len(waiting) >= batch_size:
        return True
    return bool(waiting) and now - min(waiting) >= window_seconds


def fill(receive: Receive, queue_url: str, batch_size: int) -> list[Message]:
    """Receive ten at a time until the batch is full or the queue has no more."""
    batch: list[Message] = []
    while len(batch) < batch_size:
        received = receive(queue_url, min(RECEIVE_SIZE, batch_size - len(batch)))
        if not received:
            break
        batch += received
    return batch


def _visible_since(message: Mapping[str, Any]) -> float:
    return max(float(message["sent_at"]), float(message["visible_at"]))


def _window_seconds(queue_arn: str) -> float:
    windows = [
        float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        for _account, _region, mapping in lambda_service._iter_all_esms()
        if mapping.get("EventSourceArn") == queue_arn
    ]
    return max(windows, default=0.0)

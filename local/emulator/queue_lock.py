"""One change of a queue at a time.

The emulator replaces a queue's list of messages when it deletes one, and appends to it in other
threads: a message that arrives in between would be gone.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import inspect
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from local.emulator.internals import require, s3, sns, sqs

QUEUES = threading.RLock()
"""Held by whoever changes a queue's messages or wants to see them unchanged."""


def lock_queues() -> None:
    """Make whatever changes a queue hold the lock. Call it after the other supplements."""
    require(sqs, "_HANDLERS", "_expire_retained", "_dlq_sweep", "_collect_msgs")
    require(sqs, "_receive_messages_for_esm", "_delete_messages_for_esm")
    require(s3, "_deliver_event_to_sqs")
    require(sns, "_deliver_to_sqs")
    for action, handler in sqs._HANDLERS.items():
        # The one that waits, ReceiveMessage, changes queues by the functions below.
        if not inspect.iscoroutinefunction(handler):
            sqs._HANDLERS[action] = _locked(handler)
    for name in ("_expire_retained", "_dlq_sweep", "_collect_msgs"):
        setattr(sqs, name, _locked(getattr(sqs, name)))
    for name in ("_receive_messages_for_esm", "_delete_messages_for_esm"):
        setattr(sqs, name, _locked(getattr(sqs, name)))
    s3._deliver_event_to_sqs = _locked(s3._deliver_event_to_sqs)
    sns._deliver_to_sqs = _locked(sns._deliver_to_sqs)


def _locked(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with QUEUES:
            return function(*args, **kwargs)

    return locked

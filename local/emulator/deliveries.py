"""An upload's notifications, which the emulator delivers in another thread after it has answered.

A process that is killed in between would leave an object of which nobody was told.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any

from local.emulator.internals import require, s3

_deliveries: ContextVar[list["Future[None]"] | None] = ContextVar("deliveries", default=None)
_delivery: ContextVar["Future[None] | None"] = ContextVar("delivery", default=None)


def begin_request() -> list["Future[None]"]:
    """Return the deliveries that the present request starts, as they come."""
    deliveries: list[Future[None]] = []
    _deliveries.set(deliveries)
    return deliveries


def follow_deliveries() -> None:
    """Let a response wait for the notifications of its object, which another thread delivers."""
    require(s3, "_fire_s3_event", "_fire_s3_event_async", "_bucket_notifications")
    fire, fire_async = s3._fire_s3_event, s3._fire_s3_event_async

    def followed_async(bucket: str, *args: Any, **kwargs: Any) -> None:
        deliveries = _deliveries.get()
        if deliveries is None or bucket not in s3._bucket_notifications:
            fire_async(bucket, *args, **kwargs)
            return
        done: Future[None] = Future()
        token = _delivery.set(done)
        try:
            fire_async(bucket, *args, **kwargs)
        finally:
            _delivery.reset(token)
        deliveries.append(done)

    def followed(*args: Any, **kwargs: Any) -> None:
        done = _delivery.get()
        try:
            fire(*args, **kwargs)
        finally:
            if done is not None and not done.done():
                done.set_result(None)

    s3._fire_s3_event, s3._fire_s3_event_async = followed, followed_async

"""The rate at which the account may call an operation, and what Rekognition answers beyond it.

Rekognition's quotas are transactions per second for each operation in a region. What exceeds them
gets ProvisionedThroughputExceededException with status 400: "the number of requests exceeded your
throughput limit". (Its ThrottlingException says that the service itself is temporarily unable.)
https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
"""

import time
from collections.abc import Callable, Mapping

from local.recognition.errors import ApiError

THROTTLED = "ProvisionedThroughputExceededException"
# AWS does not say how much of a burst it takes. A second's calls is the least that "calls a second"
# can mean.
BURST_SECONDS = 1.0
_ROUNDING = 1e-6


class Quota:
    """A token bucket for each operation with a rate, in calls a second; the others are free.

    In any `t` seconds it admits at most `rate * t + capacity` calls, where the capacity is a
    second's calls, and at least one.
    """

    def __init__(
        self, rates: Mapping[str, float | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._buckets = {
            operation: _Bucket(rate, clock()) for operation, rate in rates.items() if rate
        }

    def admit(self, operation: str) -> None:
        """Take a token, or raise the error that Rekognition answers. For one thread."""
        bucket = self._buckets.get(operation)
        if bucket and not bucket.take(self._clock()):
            raise ApiError(THROTTLED, "Provisioned rate exceeded")


class _Bucket:
    def __init__(self, rate: float, now: float) -> None:
        self._rate, self._capacity = rate, max(1.0, rate * BURST_SECONDS)
        self._tokens, self._filled_at = self._capacity, now

    def take(self, now: float) -> bool:
        filled = self._tokens + (now - self._filled_at) * self._rate
        self._tokens, self._filled_at = min(self._capacity, filled), now
        if self._tokens < 1 - _ROUNDING:
            return False
        self._tokens -= 1
        return True

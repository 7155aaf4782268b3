"""What the model assumes of the pipeline and of AWS; every number has its source beside it."""

import math
from dataclasses import dataclass

from lambdas.common.recognition.pacer import CALLS_PER_SHARD, USE
from stacks.settings import MAX_CONCURRENCY, Settings

POLLERS_AT_START = 5
POLLERS_A_SECOND = 300 / 60
"""Batches that an SQS event source begins with, and by how many it grows: "five batches at a time",
"up to 300 more concurrent invokes per minute" (AWS Lambda Developer Guide, Configuring scaling
behavior for SQS event source mappings; read November 2026)."""

IMAGE_SECONDS, TEXT_SECONDS = 2.0, 1.5
"""Seconds an image that the derived concurrency counts with, as stacks/constructs/pipeline.py."""

MAX_CALLS, MAX_THROTTLED = 3, 3
THROTTLED_SECONDS = 20.0, 40.0
CALL_PAUSE_SECONDS = 0.5
"""Calls of an attempt, throttled calls before the message waits, how long it then waits, and the
first pause between calls: lambdas/common/recognition/calls.py."""

PAUSE_GROWTH, LONGEST_PAUSE_SECONDS, PAUSE_JITTER = 4, 3600.0, (0.8, 1.2)
"""Pauses between attempts: `RetryPolicy` in lambdas/common/queue/messages.py."""

VISIBILITY_FACTOR = 6
"""Visibility timeout in function timeouts: stacks/constructs/queue.py."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One function and the API that it calls; times in seconds, means of what varies.

    `quota` is what the settings say, `granted` what AWS lets through: less when somebody else
    calls from the same account, None for the same.

    `before_seconds` is what it does until the call (reading, decoding, copies), `after_seconds`
    what it does with the answer. `spread` is the sigma of the log-normal latency of the call.
    `pollers_at_start` and `pollers_a_second` say how many messages the event source hands out.
    """

    quota: float
    concurrency: int
    memory_gb: float
    before_seconds: float
    call_seconds: float
    after_seconds: float
    spread: float = 0.35
    granted: float | None = None
    pollers_at_start: int = POLLERS_AT_START
    pollers_a_second: float = POLLERS_A_SECOND

    @property
    def busy_seconds(self) -> float:
        """How long a function has an image, without waiting for its turn."""
        return self.before_seconds + self.call_seconds + self.after_seconds

    @property
    def pace(self) -> float:
        """Calls a second that the shared schedule lets through."""
        return self.quota * USE

    @property
    def shards(self) -> int:
        """Items that the schedule lies in."""
        return max(1, round(self.quota / CALLS_PER_SHARD))


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Two stages and what may go wrong.

    `text_share` of the images go to the text stage. `error_rate` is the share of calls that fail
    in a way that may pass, `kill_rate` the share of attempts whose function is killed.
    `jitter_seconds` is the most by which a call is late at AWS, `burst_seconds` how many seconds'
    calls AWS lets come at once: it publishes neither.
    """

    labels: Stage
    text: Stage
    text_share: float = 0.2
    error_rate: float = 0.0005
    kill_rate: float = 0.0
    jitter_seconds: float = 0.05
    burst_seconds: float = 1.0
    max_attempts: int = Settings.max_attempts
    retry_seconds: float = Settings.retry_seconds
    visibility_seconds: float = Settings.seconds_per_image * VISIBILITY_FACTOR


def stock(labels_per_second: float, text_per_second: float | None = None) -> Pipeline:
    """Return the pipeline with stock settings at these quotas; the text quota may be the same.

    1.5 s in `inspect_image` with 1 GB and 1 s in `read_text` with a quarter: what README.md's cost
    table assumes. How they divide, and the latency of Rekognition, are assumptions too: it
    publishes none. `sightline estimate` and the pace do not depend on them; Lambda's bill does.
    """
    text_per_second = text_per_second or labels_per_second
    return Pipeline(
        labels=Stage(
            quota=labels_per_second,
            concurrency=derived_concurrency(labels_per_second, IMAGE_SECONDS),
            memory_gb=Settings.memory_mb / 1024,
            before_seconds=0.5,
            call_seconds=0.75,
            after_seconds=0.25,
        ),
        text=Stage(
            quota=text_per_second,
            concurrency=derived_concurrency(text_per_second, TEXT_SECONDS),
            memory_gb=0.25,
            before_seconds=0.1,
            call_seconds=0.7,
            after_seconds=0.2,
        ),
    )


def derived_concurrency(quota: float, seconds: float) -> int:
    """Return the concurrency that a setting of 0 means: `Settings.concurrency`."""
    return min(max(math.ceil(quota * seconds), 2), MAX_CONCURRENCY)

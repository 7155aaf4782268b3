"""What a simulated stage is doing, and what it did."""

import math
from collections import deque
from dataclasses import dataclass, field

from benchmarks.model.parameters import Stage


@dataclass
class StageRun:
    """What one stage did: counts, and seconds of functions that were busy."""

    receives: int = 0
    calls: int = 0
    throttled: int = 0
    put_off: int = 0
    retries: int = 0
    failed: int = 0
    busy_seconds: float = 0.0
    peak_busy: int = 0
    peak_in_flight: int = 0
    ends: list[float] = field(default_factory=list)
    """When each image left the stage."""
    busy_at_ends: list[float] = field(default_factory=list)
    """`busy_seconds` at these times."""
    answered: list[float] = field(default_factory=list)
    """When each call was made that AWS let through."""

    @property
    def seconds(self) -> float:
        """When the last image left the stage."""
        return max(self.ends, default=0.0)

    @property
    def steady_rate(self) -> float:
        """Images a second in the second half without its end: neither ramp nor tail."""
        first, last = self._steady
        return (last - first) / (self.ends[last] - self.ends[first]) if last > first else 0.0

    @property
    def steady_busy_seconds(self) -> float:
        """How long a function then has an image, waiting for its turn included."""
        first, last = self._steady
        busy = self.busy_at_ends[last] - self.busy_at_ends[first] if last > first else 0.0
        return busy / max(last - first, 1)

    @property
    def _steady(self) -> tuple[int, int]:
        return len(self.ends) // 2, len(self.ends) * 9 // 10


@dataclass
class Run:
    """A whole run.

    `in_system_seconds` is the area under the number of images under way, `sojourn_seconds` the
    sum of the times that each was: Little's law says that they are the same.
    """

    images: int
    labels: StageRun
    text: StageRun
    done: int = 0
    failed: int = 0
    in_system_seconds: float = 0.0
    sojourn_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """When the last image ended."""
        return max(self.labels.seconds, self.text.seconds)


class StageState:
    """One stage while it runs: its queue, its functions, its schedule, AWS's bucket of tokens."""

    def __init__(self, stage: Stage, burst_seconds: float) -> None:
        self.stage = stage
        self.run = StageRun()
        self.queue: deque[int] = deque()
        self.busy = 0
        self.put_off = 0  # received and not deleted: in flight
        self.since: dict[int, float] = {}  # images that functions have, and from when
        self.calls: dict[int, int] = {}  # failed calls of the present attempt
        self.throttled: dict[int, int] = {}  # throttled calls of it
        self.attempts: dict[int, int] = {}  # failed attempts
        self.started_at: float | None = None
        self.tick_is_due = False
        self.shard = 0
        self.next_turn = [0.0] * stage.shards
        self.slowdown = [1.0] * stage.shards
        self.changed_at = [0.0] * stage.shards
        self.granted = stage.granted or stage.quota
        self.burst = max(1.0, self.granted * burst_seconds)
        self.tokens, self.tokens_at = self.burst, 0.0
        # Such that the mean of the log-normal latency is call_seconds.
        self.log_median = math.log(stage.call_seconds) - stage.spread**2 / 2

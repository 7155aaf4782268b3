"""The pipeline, event by event: queues, pollers, functions, the shared schedule, the quota.

One heap of events in the order of time, and one random generator: the same seed gives the same
run. A hundred thousand images take a few seconds.
"""

import heapq
import math
import random
from collections.abc import Callable

from benchmarks.model.parameters import (
    CALL_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    MAX_CALLS,
    MAX_THROTTLED,
    PAUSE_GROWTH,
    PAUSE_JITTER,
    THROTTLED_SECONDS,
    Pipeline,
)
from benchmarks.model.stage_run import Run, StageState
from lambdas.common.recognition.pacer import (
    CATCH_UP_SECONDS,
    EASE_SECONDS,
    FASTER,
    MAX_SLOWDOWN,
    MAX_WAIT_SECONDS,
    SLOW_SECONDS,
    SLOWER,
)

Handler = Callable[[float, StageState, int], None]
_WORK_VARIES = 0.75, 1.25


def simulate(
    pipeline: Pipeline,
    images: int,
    *,
    arrivals_per_second: float | None = None,
    until: float = math.inf,
    seed: int = 1,
) -> Run:
    """Run images through a pipeline, to the end or to the second `until`.

    All are there at the start, or come at a rate.
    """
    return _Simulation(pipeline, images, seed).run(arrivals_per_second, until)


class _Simulation:
    def __init__(self, pipeline: Pipeline, images: int, seed: int) -> None:
        self._pipeline = pipeline
        self._random = random.Random(seed)
        self._events: list[tuple[float, int, Handler, StageState, int]] = []
        self._number = 0
        self._labels = StageState(pipeline.labels, pipeline.burst_seconds)
        self._text = StageState(pipeline.text, pipeline.burst_seconds)
        self._arrived = [0.0] * images
        self._is_read = [self._random.random() < pipeline.text_share for _ in range(images)]
        self._in_system, self._in_system_since = 0, 0.0
        self._run = Run(images, self._labels.run, self._text.run)

    def run(self, arrivals_per_second: float | None, until: float) -> Run:
        if arrivals_per_second is None:
            self._labels.queue.extend(range(self._run.images))
            self._in_system = self._run.images
            self._fill(self._labels, 0.0)
        else:
            for image in range(self._run.images):
                self._at(image / arrivals_per_second, self._arrive, self._labels, image)
        while self._events:
            now, _, handle, state, image = heapq.heappop(self._events)
            if now > until:
                break
            handle(now, state, image)
        return self._run

    def _at(self, when: float, handle: Handler, state: StageState, image: int) -> None:
        self._number += 1  # so that events of one time keep their order
        heapq.heappush(self._events, (when, self._number, handle, state, image))

    def _arrive(self, now: float, state: StageState, image: int) -> None:
        self._count(now, 1)
        self._arrived[image] = now
        state.queue.append(image)
        self._fill(state, now)

    def _fill(self, state: StageState, now: float) -> None:
        """Hand messages to functions, as many as pollers and concurrency allow."""
        if not state.queue:
            return
        if state.started_at is None:
            state.started_at = now
        stage = state.stage
        grown = int((now - state.started_at) * stage.pollers_a_second + 1e-9)
        allowed = min(stage.concurrency, stage.pollers_at_start + grown)
        while state.queue and state.busy < allowed:
            self._receive(now, state, state.queue.popleft())
        if state.queue and allowed < stage.concurrency and not state.tick_is_due:
            state.tick_is_due = True
            next_one = state.started_at + (grown + 1) / stage.pollers_a_second
            self._at(next_one, self._tick, state, -1)

    def _tick(self, now: float, state: StageState, _image: int) -> None:
        state.tick_is_due = False
        self._fill(state, now)

    def _receive(self, now: float, state: StageState, image: int) -> None:
        run = state.run
        run.receives += 1
        state.busy += 1
        state.since[image] = now
        state.calls[image] = state.throttled[image] = 0
        run.peak_busy = max(run.peak_busy, state.busy)
        run.peak_in_flight = max(run.peak_in_flight, state.busy + state.put_off)
        ready = now + state.stage.before_seconds * self._random.uniform(*_WORK_VARIES)
        killed = self._random.random() < self._pipeline.kill_rate
        self._at(ready, self._killed if killed else self._turn, state, image)

    def _turn(self, now: float, state: StageState, image: int) -> None:
        """Take a turn in the shared schedule, as lambdas/common/recognition/pacer.py does."""
        shard = state.shard = (state.shard + 1) % len(state.next_turn)
        turn = state.next_turn[shard]
        if turn > now + MAX_WAIT_SECONDS:
            self._put_off(now, state, image, turn - now)
            return
        if turn < now - CATCH_UP_SECONDS:
            turn = now  # nobody has called for a while: begin from now
        spacing = len(state.next_turn) / state.stage.pace
        state.next_turn[shard] = turn + spacing * state.slowdown[shard]
        if state.slowdown[shard] > 1 and now - state.changed_at[shard] >= EASE_SECONDS:
            state.slowdown[shard] = max(state.slowdown[shard] * FASTER, 1.0)
            state.changed_at[shard] = now
        late = self._random.uniform(0, self._pipeline.jitter_seconds)
        self._at(max(now, turn) + late, self._call, state, image)

    def _call(self, now: float, state: StageState, image: int) -> None:
        """Call Rekognition, which lets as many calls through as its bucket has tokens."""
        state.run.calls += 1
        refilled = state.tokens + (now - state.tokens_at) * state.granted
        state.tokens, state.tokens_at = min(state.burst, refilled), now
        if state.tokens < 1:
            self._throttled(now, state, image)
            return
        state.tokens -= 1
        state.run.answered.append(now)
        answered = now + self._random.lognormvariate(state.log_median, state.stage.spread)
        if self._random.random() >= self._pipeline.error_rate:
            after = state.stage.after_seconds * self._random.uniform(*_WORK_VARIES)
            self._at(answered + after, self._end, state, image)
            return
        state.calls[image] += 1
        tries = state.calls[image]
        if tries < MAX_CALLS:
            pause = self._random.uniform(0.5, 1) * CALL_PAUSE_SECONDS * 2**tries
            self._at(answered + pause, self._turn, state, image)
        else:
            self._at(answered, self._attempt_failed, state, image)

    def _throttled(self, now: float, state: StageState, image: int) -> None:
        state.run.throttled += 1
        shard = state.shard
        if now - state.changed_at[shard] >= SLOW_SECONDS:
            state.slowdown[shard] = min(state.slowdown[shard] * SLOWER, MAX_SLOWDOWN)
            state.changed_at[shard] = now
        state.throttled[image] += 1
        if state.throttled[image] < MAX_THROTTLED:
            self._turn(now, state, image)
        else:
            self._put_off(now, state, image, self._random.uniform(*THROTTLED_SECONDS))

    def _put_off(self, now: float, state: StageState, image: int, seconds: float) -> None:
        """Put a message back; that is no attempt."""
        state.run.put_off += 1
        self._leave(now, state, image)
        self._come_back(now + seconds, state, image)
        self._fill(state, now)

    def _attempt_failed(self, now: float, state: StageState, image: int) -> None:
        attempt = state.attempts.get(image, 0) + 1
        pause = min(
            self._pipeline.retry_seconds * PAUSE_GROWTH ** (attempt - 1), LONGEST_PAUSE_SECONDS
        )
        self._retry(now, state, image, pause * self._random.uniform(*PAUSE_JITTER))

    def _killed(self, now: float, state: StageState, image: int) -> None:
        # Nobody sets a pause: the message comes back at the end of its visibility timeout.
        self._retry(now, state, image, self._pipeline.visibility_seconds)

    def _retry(self, now: float, state: StageState, image: int, pause: float) -> None:
        self._leave(now, state, image)
        attempts = state.attempts[image] = state.attempts.get(image, 0) + 1
        if attempts < self._pipeline.max_attempts:
            state.run.retries += 1
            self._come_back(now + pause, state, image)
        else:
            state.run.failed += 1
            self._left_stage(now, state)
            self._run.failed += 1
            self._finish(now, image)
        self._fill(state, now)

    def _come_back(self, when: float, state: StageState, image: int) -> None:
        state.put_off += 1
        self._at(when, self._back, state, image)

    def _back(self, now: float, state: StageState, image: int) -> None:
        state.put_off -= 1
        state.queue.append(image)
        self._fill(state, now)

    def _end(self, now: float, state: StageState, image: int) -> None:
        self._leave(now, state, image)
        self._left_stage(now, state)
        if state is self._labels and self._is_read[image]:
            self._text.queue.append(image)
            self._fill(self._text, now)
        else:
            self._run.done += 1
            self._finish(now, image)
        self._fill(state, now)

    def _leave(self, now: float, state: StageState, image: int) -> None:
        state.busy -= 1
        state.run.busy_seconds += now - state.since.pop(image)

    def _left_stage(self, now: float, state: StageState) -> None:
        state.run.ends.append(now)
        state.run.busy_at_ends.append(state.run.busy_seconds)

    def _finish(self, now: float, image: int) -> None:
        self._count(now, -1)
        self._run.sojourn_seconds += now - self._arrived[image]

    def _count(self, now: float, change: int) -> None:
        self._run.in_system_seconds += self._in_system * (now - self._in_system_since)
        self._in_system += change
        self._in_system_since = now

"""An invocation takes a worker that becomes free, rather than wait for one of its own to start.

The emulator starts a worker for each invocation that finds none free. AWS does so on machines of
its own; here a start takes a processor for a second. So a few requests at once, all starting
workers, hold up the ones at work, which are then not free for the next requests, which start more:
30 people at a console were enough for requests of half a minute, and it did not end by itself.
Here starts get half of the processors, and who waits takes whatever is free first.

Concurrency is not limited: who waits starts a worker in the end. A start waits for no other
invocation; if it should, it keeps others from starting no longer than AWS's init phase may take.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from local.emulator.internals import lambda_runtime, lambda_service, require

LONGEST_START_SECONDS = 10.0
"""Of AWS's init phase: a start that takes longer no longer counts."""


class StartGate:
    """Lets a bounded number of workers start at once; `is_up` says whether a worker runs."""

    def __init__(
        self,
        at_once: int,
        is_up: Callable[[Any], bool],
        longest_start: float = LONGEST_START_SECONDS,
    ) -> None:
        self._at_once, self._is_up, self._longest_start = at_once, is_up, longest_start
        self._changed = threading.Condition()
        self._starting: dict[int, float] = {}
        self._waiting: dict[str, list[Callable[[], tuple[int, bool]]]] = {}

    def take(
        self, function: str, workers: Callable[[], tuple[int, bool]], acquire: Callable[[], Any]
    ) -> Any:
        """Return what `acquire` does, once a worker is free or one may start.

        `workers` says how many the function has, and whether one is free. `acquire` returns the
        worker first, None for a throttled invocation, and does not wait.
        """
        with self._changed:
            waiting = self._waiting.setdefault(function, [])
            waiting.append(workers)
            try:
                while not workers()[1] and (wait := self._wait(function)) > 0:
                    self._changed.wait(wait)
            finally:
                waiting.pop()
                if not waiting:
                    del self._waiting[function]
            taken = acquire()
            worker = taken[0]
            if worker is not None and not self._is_up(worker):
                self._starting[id(worker)] = time.monotonic()
            # The place that is left may be for another function now.
            self._changed.notify_all()
        return taken

    def _wait(self, function: str) -> float:
        """Return after how many seconds to look again; 0 if the function may start a worker."""
        if (seconds := self._seconds_until_a_place()) > 0:
            return seconds
        # Those with the fewest go first: a function with a hundred requests that wait must not keep
        # one from starting that has a single message.
        counts = {name: waiting[0]()[0] for name, waiting in self._waiting.items()}
        return 0 if counts[function] == min(counts.values()) else self._longest_start

    def _seconds_until_a_place(self) -> float:
        """Return how long the starts under way leave no place for another, at most."""
        now = time.monotonic()
        self._starting = {
            worker: began
            for worker, began in self._starting.items()
            if now - began < self._longest_start
        }
        if len(self._starting) < self._at_once:
            return 0
        return min(self._starting.values()) + self._longest_start - now

    def started(self, worker: Any) -> None:
        """Note that a worker has started, has failed to, or is free."""
        with self._changed:
            self._starting.pop(id(worker), None)
            self._changed.notify_all()


def start_few_workers_at_once() -> None:
    """Have invocations take their workers through a gate."""
    require(lambda_service, "acquire_worker", "release_worker")
    require(lambda_runtime, "Worker", "_workers", "_lock", "_worker_key")
    gate = StartGate(max(1, (os.cpu_count() or 1) // 2), _is_up)
    worker_class = lambda_runtime.Worker
    acquire, release, spawn = (
        lambda_service.acquire_worker,
        lambda_service.release_worker,
        worker_class._spawn,
    )

    def acquire_through_gate(
        name: str, config: dict[str, Any], code: bytes, **options: Any
    ) -> tuple[Any, str]:
        key = lambda_runtime._worker_key(name, config, options.get("qualifier", "$LATEST"))

        def workers() -> tuple[int, bool]:
            with lambda_runtime._lock:
                there = lambda_runtime._workers.get(key, ())
                return len(there), any(not worker.in_use for worker in there)

        taken: tuple[Any, str] = gate.take(
            key, workers, lambda: acquire(name, config, code, **options)
        )
        return taken

    def release_and_tell(worker: Any) -> None:
        release(worker)
        gate.started(worker)

    def spawn_and_tell(self: Any) -> None:
        try:
            spawn(self)
        finally:
            gate.started(self)

    lambda_service.acquire_worker = acquire_through_gate
    lambda_service.release_worker = release_and_tell
    worker_class._spawn = spawn_and_tell


def _is_up(worker: Any) -> bool:
    process = worker._proc
    return process is not None and process.poll() is None

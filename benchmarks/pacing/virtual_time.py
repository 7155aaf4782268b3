"""Virtual time: threads that sleep without waiting, one of which runs at a time.

A thread that sleeps hands over to the one whose sleep ends first, and the clock jumps to that
moment. So a thousand functions run for minutes in the time that their code alone takes, and the
same run has the same outcome every time.
"""

import heapq
import threading
from collections.abc import Callable, Iterable
from itertools import count


class VirtualTime:
    """A clock, and the threads that it wakes; its methods stand for those of `time`."""

    def __init__(self, start: float) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._numbers = count()
        self._failure: BaseException | None = None
        self._over = threading.Event()

    def time(self) -> float:
        """Return the virtual time, seconds since the epoch."""
        return self._now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        """Let others run until the clock has moved on by so many seconds."""
        awake = threading.Event()
        self._push(self._now + max(seconds, 0), awake)
        self._wake_next()
        awake.wait()

    def run(self, programs: Iterable[Callable[[], None]]) -> None:
        """Run programs until all have returned; raise what the first that failed raised."""
        programs = list(programs)
        self._running = len(programs)
        for program in programs:
            started = threading.Event()
            self._push(self._now, started)
            threading.Thread(target=self._run, args=(program, started), daemon=True).start()
        self._wake_next()
        self._over.wait()
        if self._failure is not None:
            raise self._failure

    def _run(self, program: Callable[[], None], started: threading.Event) -> None:
        started.wait()
        try:
            program()
        except BaseException as error:  # noqa: BLE001
            # Raised again by `run`; the other threads are never woken and end with the process.
            self._failure = error
            self._over.set()
            return
        self._running -= 1
        if self._running:
            self._wake_next()
        else:
            self._over.set()

    def _push(self, at: float, awake: threading.Event) -> None:
        heapq.heappush(self._sleepers, (at, next(self._numbers), awake))

    def _wake_next(self) -> None:
        at, _, awake = heapq.heappop(self._sleepers)
        self._now = max(self._now, at)
        awake.set()

"""Which invocations start a worker, and which wait for one that is at work."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from local.emulator.cold_starts import StartGate

ENOUGH = 5.0


@dataclass(eq=False)
class Worker:
    is_up: bool = False
    in_use: bool = True


@dataclass
class Pool:
    """As the emulator has it: a free worker, or a new one."""

    workers: list[Worker] = field(default_factory=list)

    name: str = "function"

    def count(self) -> tuple[int, bool]:
        return len(self.workers), any(not worker.in_use for worker in self.workers)

    def acquire(self) -> tuple[Worker | None, str]:
        for worker in self.workers:
            if not worker.in_use:
                worker.in_use = True
                return worker, "reused"
        self.workers.append(Worker())
        return self.workers[-1], "spawn"


def gate(at_once: int = 1, longest_start: float = ENOUGH) -> StartGate:
    return StartGate(at_once, lambda worker: worker.is_up, longest_start)


def free(gate: StartGate, worker: Worker) -> None:
    worker.in_use = False
    gate.started(worker)


def up(gate: StartGate, worker: Worker) -> None:
    worker.is_up = True
    gate.started(worker)


def test_as_many_start_at_once_as_may() -> None:
    gated, pool = gate(at_once=2), Pool()

    assert [gated.take(pool.name, pool.count, pool.acquire)[1] for _ in range(2)] == ["spawn"] * 2


def test_who_waits_takes_the_worker_that_becomes_free() -> None:
    gated, pool = gate(), Pool([Worker(is_up=True)])
    gated.take(pool.name, pool.count, pool.acquire)  # starts, and stays at it

    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(gated.take, pool.name, pool.count, pool.acquire)
        time.sleep(0.05)
        assert not waiting.done()
        free(gated, pool.workers[0])
        taken = waiting.result(ENOUGH)

    assert taken == (pool.workers[0], "reused")
    assert len(pool.workers) == 2


def test_who_waits_starts_a_worker_when_the_one_before_is_up() -> None:
    gated, pool = gate(), Pool()
    first, _ = gated.take(pool.name, pool.count, pool.acquire)

    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(gated.take, pool.name, pool.count, pool.acquire)
        time.sleep(0.05)
        assert not waiting.done()
        up(gated, first)  # at work from now on, and not free
        assert waiting.result(ENOUGH)[1] == "spawn"


def test_a_free_worker_is_taken_at_once_whoever_starts() -> None:
    gated, pool = gate(longest_start=60), Pool()
    gated.take(pool.name, pool.count, pool.acquire)
    pool.workers.append(Worker(is_up=True, in_use=False))

    assert gated.take(pool.name, pool.count, pool.acquire)[1] == "reused"


def test_a_start_that_does_not_end_holds_nobody_up_for_good() -> None:
    gated, pool = gate(longest_start=0.05), Pool()
    gated.take(pool.name, pool.count, pool.acquire)

    assert gated.take(pool.name, pool.count, pool.acquire)[1] == "spawn"


def test_who_has_waited_long_does_not_start_beside_the_others() -> None:
    gated, pool = gate(longest_start=0.2), Pool()
    began = time.monotonic()

    with ThreadPoolExecutor(4) as others:
        list(others.map(lambda _: gated.take(pool.name, pool.count, pool.acquire), range(4)))

    # One at a time, though each of them has waited longer than a start may take.
    assert time.monotonic() - began >= 0.6


def test_a_free_worker_whose_process_has_died_counts_as_a_start() -> None:
    gated, pool = gate(longest_start=0.05), Pool([Worker(is_up=False, in_use=False)])
    assert gated.take(pool.name, pool.count, pool.acquire)[1] == "reused"

    began = time.monotonic()
    gated.take(pool.name, pool.count, pool.acquire)
    assert time.monotonic() - began >= 0.05


def test_a_throttled_invocation_holds_no_place() -> None:
    gated, pool = gate(longest_start=60), Pool()

    assert gated.take(pool.name, pool.count, lambda: (None, "func_cap")) == (None, "func_cap")
    assert gated.take(pool.name, pool.count, pool.acquire)[1] == "spawn"


def test_a_function_with_few_workers_starts_one_before_those_that_have_more() -> None:
    gated = gate(longest_start=60)
    many, none = Pool([Worker(is_up=True)] * 3, "many"), Pool(name="none")
    first, _ = gated.take(many.name, many.count, many.acquire)

    with ThreadPoolExecutor(2) as others:
        early = others.submit(gated.take, many.name, many.count, many.acquire)
        time.sleep(0.05)
        late = others.submit(gated.take, none.name, none.count, none.acquire)
        time.sleep(0.05)
        up(gated, first)
        young, _ = late.result(ENOUGH)
        time.sleep(0.05)
        assert not early.done()
        up(gated, young)
        assert early.result(ENOUGH)[1] == "spawn"


def test_of_a_burst_only_the_last_ones_wait_and_few_workers_are_made() -> None:
    gated, pool = gate(at_once=2), Pool()
    together = threading.Barrier(20)

    def invoke(_: int) -> None:
        together.wait(ENOUGH)
        worker, _how = gated.take(pool.name, pool.count, pool.acquire)
        if not worker.is_up:
            time.sleep(0.1)
            up(gated, worker)
        time.sleep(0.005)
        free(gated, worker)

    with ThreadPoolExecutor(20) as burst:
        list(burst.map(invoke, range(20)))

    # One for each invocation without it.
    assert len(pool.workers) < 20

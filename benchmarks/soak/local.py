"""Backlogs on a local stack of their own."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, islice

import psutil

from benchmarks.progress import say
from benchmarks.soak.backlog import Backlog
from benchmarks.soak.logs import endpoint_calls, function_visits
from benchmarks.soak.pictures import picture
from benchmarks.throughput import cpu_seconds, local_stack, upload_and_wait
from benchmarks.timing import Alone, Call, Visit, alone, steady_rate
from cli.audit import Period, audit_until_rest
from cli.audit.report import Report as Audit
from cli.deployment import Deployment
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.status import Status
from local.endpoint import LocalStack

CONCURRENCY = 6
"""Functions of each stage: from here on more of them do not feed two cores any better."""
LABELS, TEXT = "DetectLabels", "DetectText"
FUNCTIONS = {LABELS: "InspectImageFunctionName", TEXT: "ReadTextFunctionName"}
"""Operations, and the outputs that name the functions which call them."""
UNPACED = 1000.0
"""What the functions are told where the endpoint has no quota: more than any laptop feeds."""

_WARM_UP, _WARM_UP_SECONDS = 3 * CONCURRENCY, 120.0
_ALONE = 15
_PAUSE_SECONDS = 0.5  # longer than the schedule's spacing: none waits for its turn
_SETTLE_SECONDS = 2.0
_AUDIT_SECONDS = 60


@dataclass(frozen=True)
class Plan:
    """What is to be run: quotas are calls a second; without one for labels nothing is refused.

    Without a quota for text no image is read.
    """

    images: int
    labels: float | None = None
    text: float | None = None

    @property
    def operations(self) -> tuple[str, ...]:
        """The APIs that are called."""
        return (LABELS, TEXT) if self.text else (LABELS,)

    @property
    def timeout(self) -> float:
        """Seconds after which something is wrong: four times what the quotas ask for."""
        slowest = min(quota for quota in (self.labels, self.text, UNPACED) if quota)
        return 120 + 4 * self.images / slowest

    def context(self) -> dict[str, str]:
        """The settings of the deployment."""
        return {
            "text_rule": "always" if self.text else "never",
            "labels_per_second": f"{self.labels or UNPACED:g}",
            "text_per_second": f"{self.text or UNPACED:g}",
            "images_concurrency": str(CONCURRENCY),
            "text_concurrency": str(CONCURRENCY),
        }


@dataclass(frozen=True)
class Busy:
    """Processors that were busy on average, all of the machine's and those of the stack's."""

    machine: float
    stack: float

    @property
    def others(self) -> float:
        """What else the machine had to do."""
        return max(self.machine - self.stack, 0.0)


@dataclass(frozen=True)
class Observed:
    """Calls of the endpoint and visits of images to functions, by operation."""

    calls: dict[str, list[Call]]
    visits: dict[str, list[Visit]]

    @property
    def rate(self) -> float:
        """Answered calls of DetectLabels a second, steady."""
        return steady_rate([call.came_at for call in self.calls[LABELS] if call.answered])


@dataclass(frozen=True)
class WorkedOff:
    """A backlog that was worked off."""

    ids: list[str]
    observed: Observed
    busy: Busy


@dataclass(frozen=True)
class Fed:
    """What the machine feeds without a quota: the same backlog several times on one stack."""

    backlogs: list[WorkedOff]
    alone: dict[str, Alone]


@dataclass(frozen=True)
class LocalRun:
    """What came of a plan: seconds from the first function's start to the last end."""

    plan: Plan
    seconds: float
    worked_off: WorkedOff
    alone: dict[str, Alone]
    ended: int
    audit: Audit


def feed(images: int, times: int) -> Fed:
    """Work backlogs off that no quota holds back."""
    with _prepared(Plan(images)) as prepared:
        return Fed([prepared.work_off() for _ in range(times)], prepared.alone)


def run_locally(plan: Plan) -> LocalRun:
    """Work one backlog off, and audit what it left."""
    with _prepared(plan) as prepared:
        began = datetime.now(UTC)
        worked_off = prepared.work_off()
        stack = prepared.stack
        records = _records(stack, worked_off.ids)
        deployment = Deployment("the stack", stack.outputs(), stack.client)
        audit = audit_until_rest(deployment, Period(began, datetime.now(UTC)), wait=_AUDIT_SECONDS)
        say(audit.summary)
    last_end = max(_ended_at(record) for record in records if "finished_at" in record)
    return LocalRun(
        plan=plan,
        seconds=last_end - min(visit.began_at for visit in worked_off.observed.visits[LABELS]),
        worked_off=worked_off,
        alone=prepared.alone,
        ended=sum(record["status"] in (Status.DONE, Status.IN_REVIEW) for record in records),
        audit=audit,
    )


@dataclass
class _Prepared:
    """A stack whose functions have all started, and how long they have an image that is alone."""

    plan: Plan
    stack: LocalStack
    backlog: Backlog
    alone: dict[str, Alone]
    pictures: Iterator[bytes]
    _numbers: Iterator[int] = field(default_factory=count)

    def work_off(self) -> WorkedOff:
        """Work a backlog of pictures off that there have not been before."""
        files = list(islice(self.pictures, self.plan.images))
        ids = self.backlog.pile_up(files, f"soak/{next(self._numbers)}")
        time.sleep(_SETTLE_SECONDS)
        say(f"{len(files)} images are waiting")
        opened_at, before = time.time(), self._busy_seconds()
        self.backlog.work_off(self.plan.timeout)
        seconds = time.time() - opened_at
        machine, own = (
            (after - earlier) / seconds
            for after, earlier in zip(self._busy_seconds(), before, strict=True)
        )
        observed = _observed(self.stack, self.plan, opened_at)
        say(f"{observed.rate:.2f} calls a second")
        return WorkedOff(ids, observed, Busy(machine, own))

    def _busy_seconds(self) -> tuple[float, float]:
        """Return the processor time so far, the machine's and the stack's."""
        times = psutil.cpu_times()
        machine = float(times.user + times.nice + times.system)
        return machine, sum(cpu_seconds(self.stack).values())


@contextmanager
def _prepared(plan: Plan) -> Iterator[_Prepared]:
    quotas = {"labels_per_second": plan.labels, "text_per_second": plan.text}
    pictures = map(picture, count())
    with local_stack(plan.context(), **quotas) as stack:
        backlog = Backlog(stack)
        backlog.warm_up(list(islice(pictures, _WARM_UP)), "warm-up", _WARM_UP_SECONDS)
        by_itself = _one_at_a_time(stack, plan, list(islice(pictures, _ALONE)))
        yield _Prepared(plan, stack, backlog, by_itself, pictures)


def _one_at_a_time(stack: LocalStack, plan: Plan, files: Sequence[bytes]) -> dict[str, Alone]:
    say(f"{len(files)} images, one at a time")
    time.sleep(_SETTLE_SECONDS)
    since = time.time()
    for number, file in enumerate(files):
        upload_and_wait(stack, [file], f"alone/{number}")
        time.sleep(_PAUSE_SECONDS)
    seen = _observed(stack, plan, since)
    return {name: alone(seen.visits[name], seen.calls[name]) for name in plan.operations}


def _observed(stack: LocalStack, plan: Plan, since: float) -> Observed:
    """Return the calls and the visits since a time, seconds since the epoch."""
    time.sleep(_SETTLE_SECONDS)  # what has just ended is still to be logged
    outputs = stack.outputs()
    calls, visits = {}, {}
    for name in plan.operations:
        configuration = stack.client("lambda").get_function_configuration(
            FunctionName=outputs[FUNCTIONS[name]]
        )
        group = configuration["LoggingConfig"]["LogGroup"]
        calls[name] = endpoint_calls(stack.files.log("recognition"), name, since)
        visits[name] = function_visits(stack.client("logs"), group, since)
    return Observed(calls, visits)


def _records(stack: LocalStack, ids: Sequence[str]) -> list[Record]:
    queries = RecordQueries(stack.client("dynamodb"), stack.outputs()["RecordTableName"])
    return list(queries.get(sorted(ids)).values())


def _ended_at(record: Record) -> float:
    return datetime.fromisoformat(record["finished_at"]).timestamp()

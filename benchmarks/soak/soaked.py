"""A run on a local stack or in virtual time, in the same words."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.model.measured import MeasuredRun, MeasuredStage
from benchmarks.soak.local import CONCURRENCY, LABELS, TEXT, Busy, LocalRun
from benchmarks.timing import Alone, steady_rate


@dataclass(frozen=True)
class OnAStack:
    """What there is to say of a run on a stack of this machine beside its times."""

    busy: Busy
    audit: str
    audit_agrees: bool


@dataclass(frozen=True)
class Soaked:
    """A run, how many of its images ended well, and how many messages are dead letters."""

    run: MeasuredRun
    ended: int
    dead: int
    on_a_stack: OnAStack | None = None


def soaked_locally(run: LocalRun, alone: Mapping[str, Alone]) -> Soaked:
    """Return a run on a local stack; `alone` has the functions' times for all such runs."""
    seen = run.worked_off.observed
    stages = {
        name: MeasuredStage(
            quota=quota,
            concurrency=CONCURRENCY,
            # The emulator hands out as many messages at once as the event source may.
            pollers_at_start=CONCURRENCY,
            pollers_a_second=1.0,
            alone=alone[name],
            rate=steady_rate([call.came_at for call in seen.calls[name] if call.answered]),
            calls=len(seen.calls[name]),
            throttled=sum(not call.answered for call in seen.calls[name]),
            function_seconds=sum(visit.seconds for visit in seen.visits[name]),
        )
        for name, quota in ((LABELS, run.plan.labels), (TEXT, run.plan.text))
        if quota
    }
    return Soaked(
        run=MeasuredRun(
            where="local stack",
            images=run.plan.images,
            seconds=run.seconds,
            labels=stages[LABELS],
            text=stages.get(TEXT),
        ),
        ended=run.ended,
        dead=run.audit.dead_letters,
        on_a_stack=OnAStack(run.worked_off.busy, run.audit.summary, run.audit.agrees),
    )

"""What the runs of a soak say: claims, tables, and the audits' words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.machine import machine_facts
from benchmarks.model import measured
from benchmarks.model.measured import MeasuredStage
from benchmarks.report import Claim, Report, Table
from benchmarks.soak.local import LABELS, TEXT, Busy
from benchmarks.soak.soaked import Soaked
from benchmarks.timing import Alone

NAME = "soak"
LEAST_USED, MOST_THROTTLED = 0.95, 0.01
MOST_SECONDS = 1.1
"""Of both stages together, times what one alone takes at its quota: one after the other is 2."""


@dataclass(frozen=True)
class Calibration:
    """What this machine feeds without a quota, and the quota that is a share of that.

    `rates` are calls a second of as many backlogs, `busy` the processors meanwhile; `alone` has the
    times of functions by what they are of.
    """

    images: int
    rates: Sequence[float]
    busy: Sequence[Busy]
    share: float
    quota: int
    alone: Mapping[str, Alone]


def make_report(calibration: Calibration, runs: Sequence[Soaked]) -> Report:
    """Return the report of all runs."""
    return Report(
        name=NAME,
        machine=machine_facts(["pillow", "opencv-python-headless", "rapidocr", "onnxruntime"]),
        claims=[
            *(claim for soaked in runs for claim in _claims(soaked)),
            *measured.claims([soaked.run for soaked in runs]),
        ],
        tables=[_found(calibration), _runs(runs), _alone(calibration)],
        notes=[
            f"Audit of {soaked.run.name}: {soaked.on_a_stack.audit}"
            for soaked in runs
            if soaked.on_a_stack
        ],
    )


def _stages(soaked: Soaked) -> list[tuple[str, MeasuredStage]]:
    return list(zip((LABELS, TEXT), soaked.run.stages, strict=False))


def _claims(soaked: Soaked) -> list[Claim]:
    run, claims = soaked.run, []
    for name, stage in _stages(soaked):
        claims += [
            Claim(
                f"{run.name}: at least {LEAST_USED:.0%} of the quota of {name} is used",
                f"{stage.used:.1%}",
                stage.used >= LEAST_USED,
            ),
            Claim(
                f"{run.name}: under {MOST_THROTTLED:.0%} of the calls of {name} are throttled",
                f"{stage.throttled_share:.2%}",
                stage.throttled_share < MOST_THROTTLED,
            ),
        ]
    answered = [stage.answered for stage in run.stages]
    claims.append(
        Claim(
            f"{run.name}: every image ends well and is paid for once, and nothing is a dead letter",
            f"{soaked.ended:,} ended, {' and '.join(f'{n:,}' for n in answered)} paid calls, "
            f"{soaked.dead} dead letters",
            {soaked.ended, *answered} == {run.images} and not soaked.dead,
        )
    )
    if run.text:
        at_quota = run.images / min(run.labels.quota, run.text.quota)
        claims.append(
            Claim(
                f"{run.name}: both stages work at the same time, and take at most {MOST_SECONDS:g} "
                "times what one takes at its quota",
                f"{run.seconds / at_quota:.2f} times",
                run.seconds <= MOST_SECONDS * at_quota,
            )
        )
    if soaked.on_a_stack:
        claims.append(
            Claim(
                f"{run.name}: the audit agrees",
                "agrees" if soaked.on_a_stack.audit_agrees else soaked.on_a_stack.audit,
                soaked.on_a_stack.audit_agrees,
            )
        )
    return claims


def _found(calibration: Calibration) -> Table:
    backlogs = f"{len(calibration.rates)} backlogs of {calibration.images:,} images"
    quota = f"{calibration.share:.0%} of the median, rounded down"
    return Table(
        "What this machine feeds when there is no quota",
        ["", "measured"],
        [
            [f"calls a second, steady, of {backlogs}", _each(calibration.rates, 1)],
            ["processors busy with them", _each([busy.stack for busy in calibration.busy], 2)],
            ["processors busy with something else", _each([b.others for b in calibration.busy], 2)],
            ["median of the calls a second", f"{median(calibration.rates):.1f}"],
            [f"the quota of the fastest local run: {quota}", f"{calibration.quota}"],
        ],
    )


def _each(numbers: Sequence[float], digits: int) -> str:
    return ", ".join(f"{number:.{digits}f}" for number in numbers)


def _runs(runs: Sequence[Soaked]) -> Table:
    rows = []
    for soaked in runs:
        busy = soaked.on_a_stack.busy if soaked.on_a_stack else None
        for name, stage in _stages(soaked):
            rows.append(
                [
                    f"{soaked.run.name}: {name}",
                    f"{soaked.run.seconds:.1f}",
                    f"{stage.rate:.2f}",
                    f"{stage.used:.1%}",
                    f"{stage.throttled:,} of {stage.calls:,}",
                    f"{busy.stack:.2f}" if busy else "",
                    f"{busy.others:.2f}" if busy else "",
                ]
            )
    columns = [
        *("", "seconds", "calls a second, steady", "of the quota"),
        *("throttled", "processors busy", "with something else"),
    ]
    return Table("A backlog at a quota", columns, rows)


def _alone(calibration: Calibration) -> Table:
    return Table(
        "One image alone in a function, median seconds: what the model gets of a run",
        ["", "until the call", "call", "after it"],
        [
            [name, *(f"{seconds:.3f}" for seconds in (each.before, each.call, each.after))]
            for name, each in calibration.alone.items()
        ],
    )

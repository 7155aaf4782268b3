"""Runs of the real pipeline, on a local stack and in virtual time, beside what the model says.

`python -m benchmarks soak` makes the runs and keeps them in benchmarks/results/soak_runs.json. The
model gets of a run what was set, how its event source hands out messages, and how long a function
has one image alone; it gets nothing of what became of the run.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.model.parameters import Pipeline, Stage, stock
from benchmarks.model.simulation import simulate
from benchmarks.report import RESULTS, Claim, Table
from benchmarks.timing import Alone, steady_rate

RUNS = RESULTS / "soak_runs.json"
TOLERANCE = 0.1
"""By how much the model may be off: a second or two of start and end, in runs of half a minute."""
FUNCTION_TOLERANCE = 0.15
"""Of the time in functions. The emulator leaves a place of an event source empty for some 25 ms
between two messages; at 25 messages a second and six places that is a tenth of their time."""
BURST_SECONDS = 1.0
"""The bucket of both endpoints: local/recognition/quota.py and benchmarks/pacing/services.py."""


@dataclass(frozen=True, kw_only=True)
class MeasuredStage:
    """One function and its API in a run.

    `alone` is of an image that nothing holds up. `rate` is answered calls a second without start
    and end, `function_seconds` how long functions had images, all together.
    """

    quota: float
    concurrency: int
    pollers_at_start: int
    pollers_a_second: float
    alone: Alone
    rate: float
    calls: int
    throttled: int
    function_seconds: float

    @property
    def answered(self) -> int:
        """Calls that got an answer."""
        return self.calls - self.throttled

    @property
    def used(self) -> float:
        """Share of the quota."""
        return self.rate / self.quota

    @property
    def throttled_share(self) -> float:
        """Share of all calls."""
        return self.throttled / self.calls


@dataclass(frozen=True, kw_only=True)
class MeasuredRun:
    """A backlog of images and the seconds from the first function's start to the last end.

    `text` is None where no image was read; else all were.
    """

    where: str
    images: int
    seconds: float
    labels: MeasuredStage
    text: MeasuredStage | None = None

    @property
    def name(self) -> str:
        """How tables and claims name it."""
        text = f", text at {self.text.quota:g}/s" if self.text else ""
        return f"{self.images:,} at {self.labels.quota:g}/s{text}, {self.where}"

    @property
    def stages(self) -> list[MeasuredStage]:
        """The stages that had images."""
        return [self.labels, *([self.text] if self.text else [])]

    @property
    def function_seconds(self) -> float:
        """How long functions had images, all together."""
        return sum(stage.function_seconds for stage in self.stages)


@dataclass(frozen=True)
class Modelled:
    """The same of the model; `text_rate` is None where no image was read."""

    seconds: float
    labels_rate: float
    text_rate: float | None
    throttled: int
    function_seconds: float


def modelled(measured: MeasuredRun) -> Modelled:
    """Return what the model says of a run."""
    run = simulate(pipeline_of(measured), measured.images)
    return Modelled(
        seconds=run.seconds,
        labels_rate=steady_rate(run.labels.answered),
        text_rate=steady_rate(run.text.answered) if measured.text else None,
        throttled=run.labels.throttled + run.text.throttled,
        function_seconds=run.labels.busy_seconds + run.text.busy_seconds,
    )


def pipeline_of(measured: MeasuredRun) -> Pipeline:
    """Return the pipeline that a run was made with; no call failed there."""
    text = measured.text
    pipeline = stock(measured.labels.quota, text.quota if text else None)
    return replace(
        pipeline,
        text_share=1.0 if text else 0.0,
        error_rate=0.0,
        burst_seconds=BURST_SECONDS,
        labels=_stage(pipeline.labels, measured.labels),
        text=_stage(pipeline.text, text) if text else pipeline.text,
    )


def _stage(stage: Stage, measured: MeasuredStage) -> Stage:
    return replace(
        stage,
        concurrency=measured.concurrency,
        pollers_at_start=measured.pollers_at_start,
        pollers_a_second=measured.pollers_a_second,
        before_seconds=measured.alone.before,
        call_seconds=measured.alone.call,
        after_seconds=measured.alone.after,
    )


def write_runs(runs: Sequence[MeasuredRun], path: Path = RUNS) -> None:
    """Keep runs for the model, in the place of those before."""
    path.parent.mkdir(exist_ok=True)
    text = json.dumps([asdict(run) for run in runs], indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def read_runs(path: Path = RUNS) -> list[MeasuredRun]:
    """Return the runs that were kept; none where there were none yet."""
    if not path.exists():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [
        MeasuredRun(
            **{
                **run,
                "labels": _read_stage(run["labels"]),
                "text": _read_stage(run["text"]) if run["text"] else None,
            }
        )
        for run in found
    ]


def _read_stage(document: dict[str, Any]) -> MeasuredStage:
    return MeasuredStage(**{**document, "alone": Alone(**document["alone"])})


def claims(runs: Sequence[MeasuredRun]) -> list[Claim]:
    """Return whether the model agrees with all runs; no claim where there are no runs."""
    if not runs:
        return []
    seconds, rates, functions = [], [], []
    for run in runs:
        model = modelled(run)
        seconds.append((_off(run.seconds, model.seconds), run.name))
        rates.append((_off(run.labels.rate, model.labels_rate), run.name))
        if run.text and model.text_rate:
            rates.append((_off(run.text.rate, model.text_rate), run.name))
        functions.append((_off(run.function_seconds, model.function_seconds), run.name))
    return [
        Claim(
            f"the model and each measured run agree to {tolerance:.0%} on {what}",
            f"{worst:.1%} off at most ({name})",
            worst <= tolerance,
        )
        for what, (worst, name), tolerance in (
            ("the time until all have ended", max(seconds), TOLERANCE),
            ("the steady rate of calls", max(rates), TOLERANCE),
            ("the time in functions, waiting included", max(functions), FUNCTION_TOLERANCE),
        )
    ]


def _off(measured: float, model: float) -> float:
    return abs(measured / model - 1)


def table(runs: Sequence[MeasuredRun]) -> Table:
    """Return measured runs beside the model's figures."""
    rows = []
    for run in runs:
        model, text = modelled(run), run.text
        rows.append(
            [
                run.name,
                _beside(run.seconds, model.seconds),
                _beside(run.labels.rate, model.labels_rate),
                _beside(text.rate, model.text_rate) if text and model.text_rate else "",
                _beside(run.function_seconds / run.images, model.function_seconds / run.images),
                f"{sum(stage.throttled for stage in run.stages):,} / {model.throttled:,}",
            ]
        )
    columns = [
        *("", "seconds until all have ended", "DetectLabels a second", "DetectText a second"),
        *("function seconds an image", "throttled calls"),
    ]
    title = "Measured / the model (ratio)"
    return Table(title, columns, rows or [["(none yet)", *[""] * (len(columns) - 1)]])


def _beside(measured: float, model: float) -> str:
    return f"{measured:,.2f} / {model:,.2f} ({measured / model:.2f})"

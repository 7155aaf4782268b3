"""What a run of the users says: claims, times of each route and step, processors, settings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmarks.load.figures import percentile, share_within
from benchmarks.load.journeys import (
    CALLS,
    LABELS,
    STEPS,
    TEXT,
    Journey,
    Seen,
    journeys,
    seconds_by_record,
    seconds_by_user,
)
from benchmarks.load.notes import Asked, Notes
from benchmarks.load.pace import ENDED_WELL
from benchmarks.load.pictures import SIZE
from benchmarks.load.settings import (
    LABELS_SECONDS,
    LONGEST_WAIT_SECONDS,
    SHARE,
    SPREAD,
    TEXT_SECONDS,
    UPLOAD_EVERY_SECONDS,
    WITHIN_SECONDS,
    Plan,
)
from benchmarks.machine import machine_facts
from benchmarks.report import Claim, Report, Table

_SETTINGS = ("text_rule", "images_concurrency", "text_concurrency")
_MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Run:
    """A run: `busy` are processors by who had them, `context` the settings, `stage` the API's."""

    plan: Plan
    notes: Notes
    seen: Seen
    busy: Mapping[str, float]
    context: Mapping[str, str]
    stage: Mapping[str, Any]

    @property
    def failed(self) -> list[Asked]:
        """The requests that count as failed."""
        return [asked for asked in self.notes.asked if asked.problem]


def make_report(run: Run) -> Report:
    """Return the report of a run; a short one has another name, so that no document takes it."""
    went_through = journeys(run.seen)
    return Report(
        name="load" if run.plan.is_stock else "load_short",
        machine=machine_facts(["pillow"]),
        claims=_claims(run, went_through),
        tables=[
            _whole(run),
            *([_steps(went_through)] if went_through else []),
            _routes(run),
            _busy(run),
            _settings(run),
        ],
        notes=_notes(run, went_through),
    )


def _claims(run: Run, went_through: Sequence[Journey]) -> list[Claim]:
    plan, uploads = run.plan, run.plan.uploads
    sent, asked = run.notes.uploaded, run.notes.asked
    well = sum(upload.status in ENDED_WELL for upload in sent)
    calls = {name: sum(call.operation == name for call in run.seen.calls) for name in CALLS}
    done = run.notes.ended.users if run.notes.ended else 0
    return [
        Claim(
            f"{plan.users} signed-in users upload a photo every {UPLOAD_EVERY_SECONDS:.0f} s, "
            f"{uploads:,} in all, and come to their end",
            f"{len(sent):,} uploads, {done} users",
            len(sent) == uploads and done == plan.users,
        ),
        Claim(
            "no request fails",
            f"{len(run.failed):,} of {len(asked):,}",
            bool(asked) and not run.failed,
        ),
        _in_time("for the user, who looks as the console does", seconds_by_user(sent), uploads),
        _in_time("by the record", seconds_by_record(run.seen), uploads),
        Claim(
            "every image ends as done or in_review, with one call of each API",
            f"{well:,} ended; {calls[LABELS]:,} and {calls[TEXT]:,} calls",
            {well, *calls.values()} == {uploads},
        ),
        Claim(
            "the breakdown is of at least 95% of the images",
            f"{len(went_through):,} of {uploads:,}",
            len(went_through) >= 0.95 * uploads,
        ),
    ]


def _in_time(how: str, seconds: Sequence[float | None], uploads: int) -> Claim:
    share = share_within(seconds, WITHIN_SECONDS, uploads)
    late = f"; 95% within {_seconds(percentile(seconds, 95))} s" if seconds else ""
    return Claim(
        f"{SHARE:.0%} of the images have their result within {WITHIN_SECONDS:.0f} s of the "
        f"upload's end, {how}",
        f"{share:.1%}{late}",
        share >= SHARE,
    )


def _whole(run: Run) -> Table:
    asked, ended = run.notes.asked, run.notes.ended
    seconds = ended.ended_at - ended.began_at if ended else run.plan.longest
    user, record = seconds_by_user(run.notes.uploaded), seconds_by_record(run.seen)
    return Table(
        f"{run.plan.users} users, {run.plan.seconds} s",
        ["", "measured"],
        [
            ["seconds until the last user was done", f"{seconds:.0f}"],
            ["requests a second", f"{len(asked) / seconds:.1f}"],
            ["uploads a second", f"{len(run.notes.uploaded) / seconds:.2f}"],
            ["failed requests", f"{len(run.failed):,} of {len(asked):,}"],
            *(
                [f"{what}: median, 95%, 99% s", ", ".join(_percentiles(values))]
                for what, values in (
                    ("upload's end until the user sees the result", user),
                    ("upload's end until the record has it", record),
                )
            ),
        ],
    )


def _steps(went_through: Sequence[Journey]) -> Table:
    whole = fmean(journey.seconds for journey in went_through)
    rows = []
    for step in STEPS:
        seconds = [journey.steps[step] for journey in went_through]
        # The first two are before the upload's end: no part of the time that is claimed.
        share = "" if step in STEPS[:2] else f"{fmean(seconds) / whole:.0%}"
        rows.append([step, *_percentiles(seconds)[:2], share])
    for name, seconds in (
        ("from the upload's end", [journey.seconds for journey in went_through]),
        ("of that, without the two calls", [journey.own_seconds for journey in went_through]),
    ):
        rows.append([name, *_percentiles(seconds)[:2], f"{fmean(seconds) / whole:.0%}"])
    return Table(
        "Where an image's time goes, seconds", ["step", "median", "95%", "share of the time"], rows
    )


def _routes(run: Run) -> Table:
    routes: dict[str, list[Asked]] = defaultdict(list)
    for asked in run.notes.asked:
        routes[asked.route].append(asked)
    rows = []
    for route, made in sorted(routes.items()):
        ms = [f"{1000 * (value or 0):.0f}" for value in _values([a.seconds for a in made])]
        rows.append([route, f"{len(made):,}", *ms, str(sum(bool(a.problem) for a in made))])
    columns = ["through the console's proxy", "requests", "median", "95%", "99%", "failed"]
    return Table("Each route, milliseconds", columns, rows)


def _busy(run: Run) -> Table:
    rows = [[name, f"{processors:.2f}"] for name, processors in run.busy.items()]
    rows.append(["together", f"{sum(run.busy.values()):.2f}"])
    return Table("Processors busy, on average", ["", "processors"], rows)


def _settings(run: Run) -> Table:
    return Table(
        "Settings that were used",
        ["setting", "value"],
        [
            *([name, run.context[name]] for name in _SETTINGS),
            ["api_requests_per_second", f"{run.stage['throttlingRateLimit']:.0f}"],
            ["api_burst", f"{run.stage['throttlingBurstLimit']}"],
        ],
    )


def _notes(run: Run, went_through: Sequence[Journey]) -> list[str]:
    sizes = f"{SIZE[0]} x {SIZE[1]}"
    notes = [
        (
            "Labels and text are not recognised here, which two cores could not do: an endpoint "
            f"answers for Rekognition after {LABELS_SECONDS:g} s for labels and {TEXT_SECONDS:g} s "
            f"for text on average (log-normal, sigma {SPREAD:g}). Amazon publishes no latency; "
            "these are the assumptions of the model in scaling.md. The endpoint checks nothing and "
            "reads no image."
        ),
        (
            f"A photo has {sizes} pixels, all photos differ. A user who sees no result within "
            f"{LONGEST_WAIT_SECONDS:.0f} s has none. Steps are of the {len(went_through):,} images "
            "with one visit to each function; shares are of the mean."
        ),
        (
            "A step below 0: the next one began before this one's answer had arrived. Function "
            "times in the logs are rounded to milliseconds."
        ),
    ]
    failed = run.failed[:_MOST_PROBLEMS]
    return notes + [
        f"Failed: {asked.route}: {' '.join(asked.problem.split())[:300]}" for asked in failed
    ]


def _percentiles(values: Sequence[float | None]) -> list[str]:
    return [_seconds(value) for value in _values(values)]


def _values(values: Sequence[float | None]) -> list[float | None]:
    if not values:
        return [None] * 3
    return [percentile(values, each) for each in (50, 95, 99)]


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"

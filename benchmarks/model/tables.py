"""The model's report: claims that it can check, and the tables of docs/scaling.md."""

from dataclasses import replace

from benchmarks.model import fluid, measured
from benchmarks.model.forecast import Forecast, forecast
from benchmarks.model.limits_tables import dynamodb, hot_keys_table, queues, quotas, requests
from benchmarks.model.parameters import stock
from benchmarks.model.prices import GB_SECOND
from benchmarks.model.simulation import simulate
from benchmarks.progress import say
from benchmarks.report import Claim, Report, Table
from cli.estimate.pricing import duration_text

NAME = "model"
IMAGES = (10_000, 1_000_000, 100_000_000)
QUOTAS = (5, 50, 500)
BATCH_FROM = 1_000_000
"""From so many images on they are taken to be a batch: the queue would not keep them all."""

_WINDOW_SECONDS = 10
_COMPARED = ((5, 10_000), (50, 10_000), (50, 100_000), (500, 100_000))


def run() -> Report:
    """Run every scenario."""
    forecasts = []
    for quota in QUOTAS:
        for images in IMAGES:
            say(f"{images:,} images at {quota} calls a second")
            forecasts.append(forecast(stock(quota), images, is_batch=images >= BATCH_FROM))
    steady = [found for found in forecasts if found.images == IMAGES[-1]]
    say("the flow beside the simulation")
    runs = measured.read_runs()
    return Report(
        name=NAME,
        machine={},
        claims=[*_claims(steady), *measured.claims(runs)],
        tables=[
            _time(forecasts),
            _functions(forecasts),
            _cost(forecasts),
            _concurrency(),
            _windows(),
            _bursts(),
            _shared_quota(),
            dynamodb(steady),
            hot_keys_table(),
            queues(steady),
            quotas(),
            requests(),
            measured.table(runs),
        ],
        notes=[],
    )


def _claims(steady: list[Forecast]) -> list[Claim]:
    errors = []
    most = 0.0
    for quota, images in _COMPARED:
        simulated = simulate(stock(quota), images)
        errors.append(abs(fluid.drain(stock(quota), images).seconds / simulated.seconds - 1))
        calls = most_calls(simulated.labels.answered, _WINDOW_SECONDS)
        most = max(most, calls / (quota * _WINDOW_SECONDS))
    used = min(found.quota_share for found in steady)
    return [
        Claim(
            "the flow and the simulation agree to 2% on the time of 10,000 and 100,000 images",
            f"{max(errors):.1%}",
            max(errors) <= 0.02,
        ),
        Claim("stock settings use at least 97% of the quota", f"{used:.1%}", used >= 0.97),
        Claim(
            f"in no {_WINDOW_SECONDS} seconds are there more calls than the quota",
            f"{most:.1%} of it",
            most <= 1,
        ),
    ]


def most_calls(times: list[float], seconds: float) -> int:
    """Return the most calls in any window of so many seconds, wherever it begins."""
    ordered = sorted(times)
    most = first = 0
    for last, time in enumerate(ordered):
        while time - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _scenario(found: Forecast) -> str:
    return f"{found.images:,} at {found.pipeline.labels.quota:g}/s"


def _time(forecasts: list[Forecast]) -> Table:
    return Table(
        "Time until all have ended",
        ["images, calls a second", "labels", "text", "all", "images a second", "of the quota"],
        [
            [
                _scenario(found),
                duration_text(found.labels_seconds),
                duration_text(found.text_seconds),
                duration_text(found.seconds),
                f"{found.images_per_second:.1f}",
                f"{found.quota_share:.1%}",
            ]
            for found in forecasts
        ],
    )


def _functions(forecasts: list[Forecast]) -> Table:
    return Table(
        "Functions",
        ["images, calls a second", "inspect_image at a time", "read_text at a time", "GB-seconds"],
        [
            [
                _scenario(found),
                f"{found.labels_busy:,.0f} of {found.pipeline.labels.concurrency:,}",
                f"{found.text_busy:,.0f} of {found.pipeline.text.concurrency:,}",
                f"{found.gb_seconds:,.0f}",
            ]
            for found in forecasts
        ],
    )


def _cost(forecasts: list[Forecast]) -> Table:
    bills = [found.bill for found in forecasts]
    return Table(
        "Cost, USD",
        ["images, calls a second", *bills[0], "all", "of 1,000 images"],
        [
            [
                _scenario(found),
                *(f"{cost:,.2f}" for cost in bill.values()),
                f"{sum(bill.values()):,.2f}",
                f"{sum(bill.values()) / found.images * 1000:.2f}",
            ]
            for found, bill in zip(forecasts, bills, strict=True)
        ],
    )


def _concurrency() -> Table:
    rows = []
    quota, images = 50, 20_000
    for concurrency in (25, 50, 75, 100, 200, 400, 600, 1000):
        pipeline = stock(quota)
        labels = replace(pipeline.labels, concurrency=concurrency)
        run = simulate(replace(pipeline, labels=labels), images).labels
        gb_seconds = run.busy_seconds * labels.memory_gb
        rows.append(
            [
                f"{concurrency:,}",
                f"{run.steady_rate:.1f}",
                f"{run.steady_rate / quota:.1%}",
                f"{run.put_off / images:.2f}",
                f"{run.peak_in_flight:,}",
                f"{gb_seconds / images:.2f}",
                f"{gb_seconds / images * 1000 * GB_SECOND:.3f}",
            ]
        )
    return Table(
        f"What concurrency does: {images:,} images at {quota} calls a second",
        [
            *("images_concurrency", "images a second", "of the quota", "put off, per image"),
            *("in flight at most", "GB-seconds an image", "USD of 1,000 images"),
        ],
        rows,
    )


def _windows() -> Table:
    rows = []
    for quota, images in ((5, 10_000), (50, 20_000), (500, 100_000)):
        times = simulate(stock(quota), images).labels.answered
        rows.append([f"{quota}/s", f"{most_calls(times, 1):,}", f"{most_calls(times, 10):,}"])
    return Table(
        "The most calls in any second and in any ten",
        ["quota", "in a second", "in ten seconds"],
        rows,
    )


def _shared_quota() -> Table:
    rows = []
    quota = 50
    for granted in (50, 45, 40, 25, 10):
        pipeline = stock(quota)
        run = simulate(replace(pipeline, labels=replace(pipeline.labels, granted=granted)), 10_000)
        labels = run.labels
        rows.append(
            [
                f"{granted}",
                f"{labels.steady_rate:.1f}",
                f"{labels.steady_rate / granted:.0%}",
                f"{labels.throttled / labels.calls:.1%}",
                f"{labels.put_off:,}",
                f"{run.failed:,}",
            ]
        )
    return Table(
        f"If AWS grants less than the {quota} that are set: 10,000 images",
        [
            *("calls a second granted", "images a second", "of what is granted"),
            *("calls throttled", "messages put off", "failed"),
        ],
        rows,
    )


def _bursts() -> Table:
    rows = []
    for quota in (5, 50):
        for burst in (1.0, 0.4, 0.2):
            row = [f"{quota}/s", f"{max(1.0, quota * burst):g}"]
            for jitter in (0.0, 0.01, 0.05):
                pipeline = replace(stock(quota), burst_seconds=burst, jitter_seconds=jitter)
                run = simulate(pipeline, 5000).labels
                share = run.steady_rate / quota
                row.append(f"{share:.0%} ({run.throttled / run.calls:.1%})")
            rows.append(row)
    return Table(
        "If AWS takes little of a burst: share of the quota used (calls throttled)",
        [
            *("quota", "calls that may come at once", "calls up to 0 ms late", "10 ms", "50 ms"),
        ],
        rows,
    )

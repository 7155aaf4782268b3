"""Runs of the real pipeline on a local stack, beside what the model says of them.

A run is a JSON file in benchmarks/results/ with `"kind": "soak"`:

    {"kind": "soak", "images": 1000, "labels_per_second": 5, "seconds": 209.1,
     "steady_rate": 4.86, "throttled": 0, "concurrency": 4, "text_share": 1.0}

`images` that ended in `seconds`, from the first message to the last end; `steady_rate` is images a
second without start and end, `throttled` how many calls of both APIs were refused, `concurrency`
of the first stage, `text_share` the share of the images that was read. May be left out:
`text_per_second` (as `labels_per_second`), `text_concurrency` (as `concurrency`), and the medians
`before_seconds`, `call_seconds`, `after_seconds` and `text_call_seconds` of the machine (else those
assumed for AWS).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from benchmarks.model.parameters import Pipeline, stock
from benchmarks.model.simulation import simulate
from benchmarks.report import RESULTS, Table

KIND = "soak"
LOCAL_BURST_SECONDS = 1.0
"""The endpoint's bucket: local/recognition/quota.py."""


def compare(measured: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return seconds, steady rate and throttled calls of a run as the model has them."""
    run = simulate(pipeline_of(measured), int(measured["images"]))
    throttled = run.labels.throttled + run.text.throttled
    return run.seconds, run.labels.steady_rate, float(throttled)


def pipeline_of(measured: Mapping[str, Any]) -> Pipeline:
    """Return the pipeline that a run was made with."""
    labels_quota = float(measured["labels_per_second"])
    pipeline = stock(labels_quota, float(measured.get("text_per_second", labels_quota)))
    concurrency = int(measured["concurrency"])
    labels, text = pipeline.labels, pipeline.text
    return replace(
        pipeline,
        text_share=float(measured["text_share"]),
        error_rate=0.0,
        burst_seconds=LOCAL_BURST_SECONDS,
        labels=replace(
            labels,
            concurrency=concurrency,
            before_seconds=float(measured.get("before_seconds", labels.before_seconds)),
            call_seconds=float(measured.get("call_seconds", labels.call_seconds)),
            after_seconds=float(measured.get("after_seconds", labels.after_seconds)),
        ),
        text=replace(
            text,
            concurrency=int(measured.get("text_concurrency", concurrency)),
            call_seconds=float(measured.get("text_call_seconds", text.call_seconds)),
        ),
    )


def measured_runs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the runs that there are, by the names of their files."""
    for path in sorted(RESULTS.glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.get("kind") == KIND:
            yield path.stem, found


def table() -> Table:
    """Return measured runs beside the model's figures."""
    rows = []
    for name, found in measured_runs():
        seconds, rate, throttled = compare(found)
        rows.append(
            [
                name,
                f"{found['images']:,} at {found['labels_per_second']:g}/s",
                _beside(found["seconds"], seconds),
                _beside(found["steady_rate"], rate),
                f"{found['throttled']:,} / {throttled:,.0f}",
            ]
        )
    columns = ["", "images", "seconds", "images a second", "throttled calls"]
    title = "Measured on a local stack / the model (ratio)"
    return Table(title, columns, rows or [["(none yet)", *[""] * (len(columns) - 1)]])


def _beside(measured: float, modelled: float) -> str:
    ratio = f" ({measured / modelled:.2f})" if modelled else ""
    return f"{measured:,.2f} / {modelled:,.2f}{ratio}"

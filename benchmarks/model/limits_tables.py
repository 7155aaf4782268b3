"""Tables of what meets a limit of AWS, and of what to ask AWS for."""

from benchmarks.model.forecast import Forecast
from benchmarks.model.limits import (
    IN_FLIGHT,
    LAMBDA_CONCURRENCY,
    NEW_TABLE_WRITES,
    TABLE_WRITES,
    hot_keys,
    in_flight_at_most,
    known_images_per_second,
    minutes_to_full,
    retained_images,
)
from benchmarks.model.parameters import stock
from benchmarks.model.requests_made import REQUESTS, Service, Shape
from benchmarks.report import Table
from lambdas.run_batch.feed import HIGH_WATER
from stacks.limits import rekognition_calls_per_second

DIGEST_CONCURRENCY = 2  # stacks/constructs/digest.py
DIGEST_IMAGES = 1000  # the same
QUOTAS = (5, 50, 500)
_SHAPE = Shape(text_share=stock(5).text_share, is_batch=True)


def dynamodb(steady: list[Forecast]) -> Table:
    """Return the load on the record table, and shares of its limits."""
    rows = []
    for found in steady:
        table = found.per_second(Service.WRITE, table_only=True)
        rows.append(
            [
                f"{found.pipeline.labels.quota:g}/s",
                f"{found.per_second(Service.WRITE):,.0f}",
                f"{table:,.0f}",
                f"{found.per_second(Service.READ):,.1f}",
                f"{table / NEW_TABLE_WRITES:.0%}",
                f"{table / TABLE_WRITES:.0%}",
                f"{known_images_per_second(found.pipeline):,.0f}",
            ]
        )
    return Table(
        "DynamoDB, units a second",
        [
            *("quota", "writes", "of them to the table", "reads"),
            *(f"of a new table's {NEW_TABLE_WRITES:,.0f}", f"of the quota of {TABLE_WRITES:,.0f}"),
            "images a second, if all are known",
        ],
        rows,
    )


def hot_keys_table() -> Table:
    """Return the keys that images share, and how full they are at each quota."""
    rows = []
    for key in hot_keys(_SHAPE):
        row = [key.name, f"{key.writes:.2f}", f"{key.keys}", f"{key.images_per_second:,.0f}"]
        for quota in QUOTAS:
            stage = stock(quota).labels
            (here,) = (k for k in hot_keys(_SHAPE, pacer_shards=stage.shards) if k.name == key.name)
            row.append(f"{stage.pace / here.images_per_second:.0%}")
        rows.append(row)
    return Table(
        "Hot keys of DynamoDB, at 1,000 write units a second each",
        [
            *("key", "writes an image", "keys", "full at images a second"),
            *(f"at {q}/s" for q in QUOTAS),
        ],
        rows,
    )


def queues(steady: list[Forecast]) -> Table:
    """Return what the queues hold, and how long."""
    rows = []
    for found in steady:
        pipeline, rate = found.pipeline, found.images_per_second
        at_most = in_flight_at_most(pipeline)
        rows.append(
            [
                f"{pipeline.labels.quota:g}/s",
                f"{found.per_second(Service.SQS):,.0f}",
                f"{retained_images(pipeline.labels) / 1e6:,.1f} million",
                f"{found.labels_busy:,.0f}",
                f"{at_most:,.0f}" if at_most < IN_FLIGHT else f"{IN_FLIGHT:,} (the limit)",
                f"{minutes_to_full(pipeline):,.0f}",
                f"{HIGH_WATER / rate:,.0f}",
                f"{max(rate * 3600 / DIGEST_IMAGES, 60):,.0f}",
            ]
        )
    return Table(
        "Queues",
        [
            *("quota", "SQS requests a second", "uploads that may wait", "in flight"),
            *("in flight at most, Rekognition failing", "minutes to the limit, all failing"),
            *(f"a batch's {HIGH_WATER:,} last, s", "digests an hour, at least"),
        ],
        rows,
    )


def quotas() -> Table:
    """Return what to ask AWS for, and what the settings are then."""
    rows = []
    for quota in QUOTAS:
        pipeline = stock(quota)
        images, text = pipeline.labels.concurrency, pipeline.text.concurrency
        functions = 2 * images + text + 2 * DIGEST_CONCURRENCY
        large, small = rekognition_calls_per_second("us-east-1"), rekognition_calls_per_second("")
        ask = "nothing" if quota <= small else f"nothing in regions with {large}, else {quota}"
        rows.append(
            [
                f"{quota}/s",
                ask if quota <= large else f"{quota}",
                f"{functions:,}" + ("" if functions <= LAMBDA_CONCURRENCY else ", ask for it"),
                f"{images:,} + {images:,}",
                f"{text:,}",
            ]
        )
    return Table(
        "What to ask AWS for, and what the settings come to",
        [
            *("quota", "Rekognition, calls a second of each API", "functions at a time"),
            *("images_concurrency + batch_concurrency", "text_concurrency"),
        ],
        rows,
    )


def requests() -> Table:
    """Return the requests that an image makes, by name."""
    return Table(
        "Requests",
        ["request", "for each", "of", "units", "units of indexes"],
        [
            [
                request.name,
                str(request.per),
                str(request.service),
                f"{request.count:g}",
                f"{request.indexes:g}" if request.indexes else "",
            ]
            for request in REQUESTS
        ],
    )

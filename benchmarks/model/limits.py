"""AWS's limits that the pipeline meets first, and at which rate of images."""

from dataclasses import dataclass

from benchmarks.model.parameters import LONGEST_PAUSE_SECONDS, MAX_CALLS, Pipeline, Stage
from benchmarks.model.requests_made import (
    DAY,
    DONE,
    LABELLED,
    PACER,
    RECEIVED,
    Shape,
    key_writes,
)
from lambdas.common.records.table import SHARDS

_SPREAD = (RECEIVED, LABELLED, DONE, DAY)
"""What the record table's indexes spread over keys by the image's id: a status and a day."""
KEY_WRITES = 1000.0
"""Write units a second that one partition takes, and so one key whose sort key only grows: "every
partition ... 1,000 write units per second" (DynamoDB Developer Guide, Best practices for designing
and using partition keys; November 2026). Writes that an index cannot take are refused by the table
(same guide, GSI write throttling and back pressure)."""
NEW_TABLE_WRITES = 4000.0
"""Write units a second of a new on-demand table, which doubles its peak every 30 minutes (same
guide, On-demand capacity mode). `warm throughput` raises it at once."""
TABLE_WRITES = 40_000.0
"""Default quota of a table, write units a second (same guide, Quotas)."""
IN_FLIGHT = 120_000
"""Messages of a standard queue that are received and not deleted (SQS Developer Guide, Standard
queue quotas; November 2026). Above, a queue hands out nothing until some are."""
QUEUE_DAYS = 14
"""How long the images queue keeps a message: stacks/constructs/queue.py. SQS allows 14."""
LAMBDA_CONCURRENCY = 1000
"""Functions at a time of an account and region, default quota; new accounts have fewer (Lambda
Developer Guide, Quotas)."""


@dataclass(frozen=True)
class HotKey:
    """What many images write to, and the rate of images at which it is full.

    `writes` are for each image, to all its `keys`, which are used alike.
    """

    name: str
    writes: float
    keys: int
    images_per_second: float


def hot_keys(shape: Shape, *, pacer_shards: int = 1) -> list[HotKey]:
    """Return the keys that images share, the one that binds first at the top.

    For the most frequent label it is assumed that every image has it.
    """
    keys = []
    for name, writes in key_writes(shape).items():
        # Each API has a schedule of its own: the labels' has one call an image.
        each = writes / (1 + shape.text_share) if name == PACER else writes
        spread = pacer_shards if name == PACER else SHARDS if name in _SPREAD else 1
        full = KEY_WRITES * spread / each if each else float("inf")
        keys.append(HotKey(name, each, spread, full))
    return sorted(keys, key=lambda key: key.images_per_second)


def retained_images(stage: Stage) -> float:
    """Return how many uploads can wait in the images queue without any message running out."""
    return stage.pace * QUEUE_DAYS * 86_400


def known_images_per_second(pipeline: Pipeline) -> float:
    """Return how many images a second a stage's functions do that need no call: their answers are
    known. No quota holds these back."""
    labels = pipeline.labels
    return labels.concurrency / (labels.before_seconds + labels.after_seconds)


def in_flight_at_most(pipeline: Pipeline) -> float:
    """Return the most messages in flight while every call to Rekognition fails, for hours.

    A message stays in flight while it waits for its next attempt, and the longest wait is an hour.
    An attempt makes all its calls, at the pace.
    """
    return pipeline.labels.pace / MAX_CALLS * LONGEST_PAUSE_SECONDS


def minutes_to_full(pipeline: Pipeline) -> float:
    """Return after how many minutes a queue is full of waiting messages when attempts fail at
    once, before their call: nothing slows them down but the number of functions."""
    labels = pipeline.labels
    return IN_FLIGHT / (labels.concurrency / labels.before_seconds) / 60

"""Drives `inspect_image` with a backlog: containers, an event source, and a quota."""

import io
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from PIL import Image

from benchmarks.pacing.services import SECONDS, Delayed, Queue, Rekognition, Topic
from benchmarks.pacing.virtual_time import VirtualTime
from benchmarks.timing import Call, Visit, steady_rate
from lambdas.common import pipeline
from lambdas.common.environment import InspectImageEnvironment
from lambdas.inspect_image import handler

START = 1_800_000_000.0
POLL_SECONDS = 0.05
START_SECONDS = 1.0
"""Within which the containers start."""
_TABLE, _INPUT, _PROCESSED = "records", "input", "processed"


@dataclass(frozen=True)
class Outcome:
    """What a run came to; times are virtual, in seconds.

    `answered` is when the calls came that got an answer, `calls` the same with their length;
    `visits` are those of images in functions.
    """

    images: int
    calls_per_second: float
    containers: int
    seconds: float
    answered: list[float]
    throttled: int
    dead: int
    published: int
    statuses: dict[str, int]
    most_receives: int
    calls: list[Call]
    visits: list[Visit]

    @property
    def steady_rate(self) -> float:
        """Calls a second while every container had work: without the first and last tenth."""
        return steady_rate(self.answered)

    @property
    def throttled_share(self) -> float:
        """Throttled calls among all calls."""
        return self.throttled / (self.throttled + len(self.answered))


def drive(
    *, images: int, quota: float, containers: int, believed_quota: float | None = None
) -> Outcome:
    """Work a backlog off and return what came of it.

    `believed_quota` is what the setting says, if that is not what the endpoint enforces.
    """
    clock = VirtualTime(START)
    rekognition, queue, topic = Rekognition(clock, quota), Queue(clock), Topic()
    with _account() as (dynamodb, s3):
        for number in range(images):
            answer = s3.put_object(Bucket=_INPUT, Key=f"{number}.jpg", Body=_picture(number))
            queue.add(number, _event(f"{number}.jpg", answer["VersionId"]))
        clients = {
            "dynamodb": Delayed(dynamodb, clock, SECONDS["dynamodb"]),
            "s3": Delayed(s3, clock, SECONDS["s3"]),
            "sns": Delayed(topic, clock, SECONDS["sns"]),
            "sqs": Delayed(queue, clock, SECONDS["sqs"]),
            "rekognition": rekognition,
        }
        environment = _environment(believed_quota or quota).variables()
        with (
            patch.dict("os.environ", environment),
            patch.object(pipeline, "time", clock),
            patch.object(pipeline, "client", clients.__getitem__),
            patch.object(handler, "client", clients.__getitem__),
        ):
            visits: list[Visit] = []
            clock.run([lambda: _container(clock, queue, visits) for _ in range(containers)])
        return Outcome(
            images=images,
            calls_per_second=quota,
            containers=containers,
            seconds=clock.time() - START,
            answered=rekognition.answered,
            throttled=len(rekognition.throttled),
            dead=len(queue.dead),
            published=topic.published,
            statuses=_statuses(dynamodb, images),
            most_receives=max(queue.receives.values()),
            calls=rekognition.calls,
            visits=visits,
        )


def _container(clock: VirtualTime, queue: Queue, visits: list[Visit]) -> None:
    clock.sleep(random.uniform(0, START_SECONDS))
    worker = handler.worker.__wrapped__()  # of its own, as every container has
    while queue.unfinished:
        message = queue.receive()
        if message is None:
            clock.sleep(POLL_SECONDS)
            continue
        began_at = clock.time()
        answer = worker.run({"Records": [message]}, lambda: 60.0)
        visits.append(Visit(began_at, clock.time() - began_at))
        queue.end(message, comes_back=bool(answer["batchItemFailures"]))


@contextmanager
def _account() -> Iterator[tuple[Any, Any]]:
    credentials = {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with patch.dict("os.environ", credentials), mock_aws():
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        dynamodb.create_table(
            TableName=_TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "image_id", "AttributeType": "S"},
                {"AttributeName": "item", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "image_id", "KeyType": "HASH"},
                {"AttributeName": "item", "KeyType": "RANGE"},
            ],
        )
        for bucket in (_INPUT, _PROCESSED):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=_INPUT, VersioningConfiguration={"Status": "Enabled"})
        yield dynamodb, s3


def _environment(calls_per_second: float) -> InspectImageEnvironment:
    return InspectImageEnvironment(
        processed_bucket=_PROCESSED,
        record_table=_TABLE,
        results_topic_arn="results",
        batches_queue_url="batches",
        review_rule="never",
        queues=json.dumps([["queue", "queue", "dead"]]),
        max_attempts=6,
        retry_seconds=30,
        seconds_per_image=60,
        function_seconds=60,
        calls_per_second=calls_per_second,
        answer_days=0,
        record_days=0,
        input_bucket=_INPUT,
        reuse_answers=True,
        text_queue_url="text",
        text_rule="never",
        features="GENERAL_LABELS",
        recipe="greyscale,resize:64x64",
        processed_format="jpeg",
        thumbnail_pixels=0,
        max_bytes=1_000_000,
        max_pixels=1_000_000,
        max_scaled_pixels=1_000_000,
        min_confidence=55,
        max_labels=50,
    )


def _picture(number: int) -> bytes:
    """Return a small JPEG unlike all others."""
    # A colour for each digit in base 64, far enough apart to survive compression.
    picture = Image.new("RGB", (96, 96))
    for place in range(3):
        digit = number // 64**place % 64
        colour = (digit % 4 * 80, digit // 4 % 4 * 80, digit // 16 * 80)
        picture.paste(colour, (place * 32, 0, place * 32 + 32, 96))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def _event(key: str, version: str) -> str:
    record = {
        "eventTime": "2026-11-21T09:30:00.000Z",
        "s3": {"bucket": {"name": _INPUT}, "object": {"key": key, "versionId": version}},
    }
    return json.dumps({"Records": [record]})


def _statuses(dynamodb: Any, images: int) -> dict[str, int]:
    statuses: dict[str, int] = {}
    pages = dynamodb.get_paginator("scan").paginate(TableName=_TABLE)
    for page in pages:
        for item in page["Items"]:
            if item["item"]["S"] == "image":
                status = item["status"]["S"]
                statuses[status] = statuses.get(status, 0) + 1
    if sum(statuses.values()) != images:
        raise RuntimeError(f"{images} images have {sum(statuses.values())} records")
    return statuses

"""The parts that every function of the pipeline needs, made from its environment."""

import time
from uuid import uuid4

from lambdas.common.batches.control import BatchControl
from lambdas.common.batches.progress import BatchProgress
from lambdas.common.batches.table import BatchTable
from lambdas.common.clients import client
from lambdas.common.clock import utc_now
from lambdas.common.environment import PipelineEnvironment
from lambdas.common.finish import Finisher, ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.queue.messages import QueueMessages, Queues, RetryPolicy
from lambdas.common.queue.worker import Item, QueueWorker, Stage
from lambdas.common.recognition.answers import Answers
from lambdas.common.recognition.calls import RekognitionCalls
from lambdas.common.recognition.pacer import Pacer
from lambdas.common.recognition.recognition import Recognition
from lambdas.common.records.attempts import Attempts
from lambdas.common.records.table import RecordTable
from lambdas.common.rules import ReviewRule

LEASE_MARGIN_SECONDS = 15
"""By how much a lease outlasts the function that holds it: clocks, and the end of a timeout."""
PREPARING_SECONDS = 15
"""What reading, decoding and writing take of an image's time; the rest is for the paid call."""


def lease_seconds(env: PipelineEnvironment) -> float:
    """Return how long an image or an answer is leased: longer than the function can run."""
    # A batch's function may run for the time of all its images.
    return env.function_seconds + LEASE_MARGIN_SECONDS


def object_store(env: PipelineEnvironment) -> ObjectStore:
    """Return the originals and the processed bucket."""
    return ObjectStore(client("s3"), env.processed_bucket, lambda: client("s3", unsigned=True))


def record_table(env: PipelineEnvironment) -> RecordTable:
    """Return the record table."""
    return RecordTable(client("dynamodb"), env.record_table, record_days=env.record_days)


def attempts(env: PipelineEnvironment) -> Attempts:
    """Return what begins and ends attempts at images."""
    return Attempts(
        client("dynamodb"),
        env.record_table,
        lease_seconds=lease_seconds(env),
        now=time.time,
        record_days=env.record_days,
    )


def finisher(env: PipelineEnvironment) -> Finisher:
    """Return what brings images to their terminal states."""
    return Finisher(
        objects=object_store(env),
        records=record_table(env),
        announce=ResultsTopic(client("sns"), env.results_topic_arn),
        review=ReviewRule.parse(env.review_rule),
        now=utc_now,
    )


def recognition(env: PipelineEnvironment, api: str) -> Recognition:
    """Return the paid calls of an API such as `DetectLabels`: paced, retried, and kept."""
    pacer = Pacer(
        dynamodb=client("dynamodb"),
        table=env.record_table,
        api=api,
        calls_per_second=env.calls_per_second,
        now=time.time,
        sleep=time.sleep,
    )
    answers = Answers(
        dynamodb=client("dynamodb"),
        table=env.record_table,
        owner=uuid4().hex,
        lease_seconds=lease_seconds(env),
        days=env.answer_days,
        now=time.time,
    )
    calls = RekognitionCalls(
        client("rekognition"),
        pacer,
        seconds=env.seconds_per_image - PREPARING_SECONDS,
        sleep=time.sleep,
        clock=time.monotonic,
    )
    return Recognition(calls, answers, object_store(env).exists, time.sleep)


def batch_progress(env: PipelineEnvironment) -> BatchProgress:
    """Return what counts the images of batches as they end."""
    return BatchProgress(
        BatchTable(client("dynamodb"), env.record_table),
        BatchControl(client("sqs"), env.batches_queue_url),
    )


def worker(env: PipelineEnvironment, stage: Stage[Item], name: str) -> QueueWorker[Item]:
    """Return what works off a function's queues with this stage."""
    return QueueWorker(
        stage=stage,
        messages=QueueMessages(client("sqs"), Queues.parse(env.queues), stage=name),
        policy=RetryPolicy(env.max_attempts, env.retry_seconds),
        item_seconds=env.seconds_per_image,
    )

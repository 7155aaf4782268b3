"""Entry point of `inspect_image`: the images queues' messages, one image at a time."""

import time
from functools import cache
from typing import Any

from lambdas.common import pipeline
from lambdas.common.arrival import Arrival
from lambdas.common.clients import client
from lambdas.common.clock import utc_now
from lambdas.common.environment import InspectImageEnvironment
from lambdas.common.queue.worker import QueueWorker
from lambdas.common.rules import TextRule
from lambdas.common.tasks import Tasks
from lambdas.common.telemetry import logger
from lambdas.common.unwanted import UnwantedFiles
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from lambdas.inspect_image.inspect import Inspector


@cache
def worker() -> QueueWorker[Arrival]:
    """Wire this container's worker from its environment, on first use."""
    env = InspectImageEnvironment.load()
    inspector = Inspector(
        objects=pipeline.object_store(env),
        records=pipeline.record_table(env),
        attempts=pipeline.attempts(env),
        recognition=pipeline.recognition(env, "DetectLabels"),
        finisher=pipeline.finisher(env),
        batches=pipeline.batch_progress(env),
        tasks=Tasks(client("dynamodb"), env.record_table),
        unwanted=UnwantedFiles(client("dynamodb"), env.record_table, now=time.time),
        request_text=lambda request: client("sqs").send_message(
            QueueUrl=env.text_queue_url, MessageBody=request.to_json()
        ),
        input_bucket=env.input_bucket,
        text_rule=TextRule.parse(env.text_rule),
        recipe=Recipe.parse(env.recipe),
        processed_format=ProcessedFormat(env.processed_format),
        thumbnail_pixels=env.thumbnail_pixels,
        limits=Limits(max_pixels=env.max_pixels, max_scaled_pixels=env.max_scaled_pixels),
        max_bytes=env.max_bytes,
        features=env.features.split(","),
        max_labels=env.max_labels,
        min_confidence=env.min_confidence,
        reuse_answers=env.reuse_answers,
        now=utc_now,
    )
    return pipeline.worker(env, inspector, "inspect_image")


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle an SQS event; return the messages that come back."""
    return worker().run(event, lambda: context.get_remaining_time_in_millis() / 1000)

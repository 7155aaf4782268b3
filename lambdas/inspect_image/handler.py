"""Entry point of `inspect_image`: the images queue's messages, one image at a time."""

from functools import cache
from typing import Any

from lambdas.common.batch import BatchWorker
from lambdas.common.clients import client
from lambdas.common.clock import utc_now
from lambdas.common.environment import InspectImageEnvironment
from lambdas.common.pipeline import finisher, object_store, record_table
from lambdas.common.recognition import Recognition
from lambdas.common.rules import TextRule
from lambdas.common.telemetry import logger
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from lambdas.inspect_image.inspect import Inspector
from lambdas.inspect_image.s3_events import Arrival, parse_arrivals


@cache
def worker() -> BatchWorker[Arrival]:
    """Wire this container's worker from its environment, on first use."""
    env = InspectImageEnvironment.load()
    inspector = Inspector(
        objects=object_store(env),
        records=record_table(env),
        recognition=Recognition(client("rekognition"), object_store(env).exists),
        finisher=finisher(env),
        request_text=lambda request: client("sqs").send_message(
            QueueUrl=env.text_queue_url, MessageBody=request.to_json()
        ),
        text_rule=TextRule.parse(env.text_rule),
        recipe=Recipe.parse(env.recipe),
        processed_format=ProcessedFormat(env.processed_format),
        limits=Limits(max_pixels=env.max_pixels, max_scaled_pixels=env.max_scaled_pixels),
        max_bytes=env.max_bytes,
        features=env.features.split(","),
        max_labels=env.max_labels,
        min_confidence=env.min_confidence,
        now=utc_now,
    )
    return BatchWorker(
        parse=parse_arrivals,
        handle=inspector.inspect,
        give_up=inspector.give_up,
        max_receives=env.max_receives,
    )


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Handle an SQS event; return the messages that failed."""
    return worker().run(event)

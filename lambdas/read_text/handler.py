"""Entry point of `read_text`: the text queue's messages, one image at a time."""

from functools import cache
from typing import Any

from lambdas.common import pipeline
from lambdas.common.environment import ReadTextEnvironment
from lambdas.common.message import TextRequest
from lambdas.common.queue.worker import QueueWorker
from lambdas.common.telemetry import logger
from lambdas.read_text.read import Reader


@cache
def worker() -> QueueWorker[TextRequest]:
    """Wire this container's worker from its environment, on first use."""
    env = ReadTextEnvironment.load()
    reader = Reader(
        objects=pipeline.object_store(env),
        records=pipeline.record_table(env),
        attempts=pipeline.attempts(env),
        recognition=pipeline.recognition(env, "DetectText"),
        finisher=pipeline.finisher(env),
        batches=pipeline.batch_progress(env),
        min_confidence=env.min_text_confidence,
    )
    return pipeline.worker(env, reader, "read_text")


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle an SQS event; return the messages that come back."""
    return worker().run(event, lambda: context.get_remaining_time_in_millis() / 1000)

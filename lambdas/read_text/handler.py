"""Entry point of `read_text`: the text queue's messages, one image at a time."""

from functools import cache
from typing import Any

from lambdas.common.batch import BatchWorker
from lambdas.common.clients import client
from lambdas.common.environment import ReadTextEnvironment
from lambdas.common.message import TextRequest
from lambdas.common.pipeline import finisher, object_store, record_table
from lambdas.common.recognition import Recognition
from lambdas.common.telemetry import logger
from lambdas.read_text.read import Reader


@cache
def worker() -> BatchWorker[TextRequest]:
    """Wire this container's worker from its environment, on first use."""
    env = ReadTextEnvironment.load()
    reader = Reader(
        objects=object_store(env),
        records=record_table(env),
        recognition=Recognition(client("rekognition"), object_store(env).exists),
        finisher=finisher(env),
        min_confidence=env.min_text_confidence,
    )
    return BatchWorker(
        parse=lambda body: [TextRequest.from_json(body)],
        handle=reader.read,
        give_up=reader.give_up,
        max_receives=env.max_receives,
    )


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Handle an SQS event; return the messages that failed."""
    return worker().run(event)

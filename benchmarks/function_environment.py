"""The environment variables of the functions, with the stock settings, as their stack sets them."""

import json
import os
from pathlib import Path
from typing import Any

from lambdas.common.batches.environment import RunBatchEnvironment
from lambdas.common.environment import (
    Environment,
    InspectImageEnvironment,
    ReadTextEnvironment,
    SendDigestEnvironment,
)
from stacks.settings import Settings

_ROOT = Path(__file__).parents[1]
_TOPIC = "arn:aws:sns:us-east-1:000000000000:topic"
_QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/"
_QUEUES = json.dumps(
    [["arn:aws:sqs:us-east-1:000000000000:images", f"{_QUEUE}images", f"{_QUEUE}dead-letters"]]
)


def process_environment(package: str, environment: Environment, endpoint: str) -> dict[str, str]:
    """Return the whole environment of a function's process, aimed at an endpoint."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **inherited,
        **environment.variables(),
        "PYTHONPATH": str(_ROOT),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "POWERTOOLS_SERVICE_NAME": package,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def inspect_image(settings: Settings) -> InspectImageEnvironment:
    """Return the variables of `inspect_image`."""
    return InspectImageEnvironment(
        **_shared(settings),
        calls_per_second=settings.labels_quota,
        input_bucket="input",
        reuse_answers=settings.reuse_answers,
        text_queue_url=f"{_QUEUE}text",
        text_rule=str(settings.text_rule),
        features="GENERAL_LABELS",
        recipe=settings.recipe,
        processed_format=settings.processed_format,
        thumbnail_pixels=settings.thumbnail_pixels,
        max_bytes=settings.max_bytes,
        max_pixels=settings.max_pixels,
        max_scaled_pixels=settings.max_scaled_pixels,
        min_confidence=settings.min_confidence,
        max_labels=settings.max_labels,
    )


def read_text(settings: Settings) -> ReadTextEnvironment:
    """Return the variables of `read_text`."""
    return ReadTextEnvironment(
        **_shared(settings),
        calls_per_second=settings.text_quota,
        min_text_confidence=settings.min_text_confidence,
    )


def send_digest(settings: Settings) -> SendDigestEnvironment:
    """Return the variables of `send_digest`."""
    return SendDigestEnvironment(
        **_retries(settings), email_topic_arn=_TOPIC, review_topic_arn=_TOPIC, stage=settings.stage
    )


def run_batch(settings: Settings) -> RunBatchEnvironment:
    """Return the variables of `run_batch`."""
    return RunBatchEnvironment(
        **_retries(settings),
        **_STORES,
        input_bucket="input",
        batch_images_queue_url=f"{_QUEUE}batch-images",
        text_rule=str(settings.text_rule),
    )


_STORES: dict[str, Any] = {
    "processed_bucket": "processed",
    "record_table": "records",
    "results_topic_arn": _TOPIC,
    "batches_queue_url": f"{_QUEUE}batches",
}


def _retries(settings: Settings) -> dict[str, Any]:
    return {
        "queues": _QUEUES,
        "max_attempts": settings.max_attempts,
        "retry_seconds": settings.retry_seconds,
    }


def _shared(settings: Settings) -> dict[str, Any]:
    return {
        **_retries(settings),
        **_STORES,
        "review_rule": str(settings.review_rule),
        "seconds_per_image": settings.seconds_per_image,
        "function_seconds": settings.seconds_per_image * settings.batch_size,
        "answer_days": settings.answer_days,
        "record_days": settings.record_days,
    }

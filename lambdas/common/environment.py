"""Environment variables: one frozen dataclass per function, written by its stack, read by it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from lambdas.common.errors import MissingEnvironmentError


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A function's variables: field `text_queue_url` is the variable `TEXT_QUEUE_URL`."""

    def variables(self) -> dict[str, str]:
        """Return the variables as the stack sets them."""
        return {f.name.upper(): str(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the variables.

        Raises MissingEnvironmentError naming every missing variable at once.
        """
        missing = [f.name.upper() for f in fields(cls) if f.name.upper() not in environ]
        if missing:
            raise MissingEnvironmentError(
                f"these environment variables are not set: {', '.join(missing)}; "
                "deploy the stack again, it sets them"
            )
        casts: dict[object, Callable[[str], object]] = {
            int: int,
            float: float,
            str: str,
            bool: lambda text: text == str(True),
        }
        values: dict[str, Any] = {
            f.name: casts[f.type](environ[f.name.upper()]) for f in fields(cls)
        }
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class PipelineEnvironment(Environment):
    """What every function that can end an image needs.

    `queues` is what `Queues.parse` reads, `calls_per_second` the quota of the function's API.
    """

    processed_bucket: str
    record_table: str
    results_topic_arn: str
    batches_queue_url: str
    review_rule: str
    queues: str
    max_attempts: int
    retry_seconds: float
    seconds_per_image: int
    function_seconds: int
    calls_per_second: float
    answer_days: int
    record_days: int


@dataclass(frozen=True, kw_only=True)
class InspectImageEnvironment(PipelineEnvironment):
    """Variables of `inspect_image`; limits are in bytes, pixels and pixels a side."""

    input_bucket: str
    reuse_answers: bool
    text_queue_url: str
    text_rule: str
    features: str
    recipe: str
    processed_format: str
    thumbnail_pixels: int
    max_bytes: int
    max_pixels: int
    max_scaled_pixels: int
    min_confidence: float
    max_labels: int


@dataclass(frozen=True, kw_only=True)
class ReadTextEnvironment(PipelineEnvironment):
    """Variables of `read_text`; the confidence is from 0 to 100."""

    min_text_confidence: float


@dataclass(frozen=True, kw_only=True)
class SendDigestEnvironment(Environment):
    """Variables of `send_digest`."""

    queues: str
    max_attempts: int
    retry_seconds: float
    email_topic_arn: str
    review_topic_arn: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class ApiEnvironment(Environment):
    """Variables of `api`; `max_bytes` of a file, prices in USD, `console_origin` empty for none.

    `uploads_per_user_per_day` is 0 for no limit. After `days_to_glacier` an original is archived,
    and S3 gives it to nobody at once; after `processed_days` what was made of it is deleted (0 for
    either: never).
    `queues` is a JSON list of objects with `name`, `url` and `dead_letters_url`.
    """

    record_table: str
    input_bucket: str
    processed_bucket: str
    results_topic_arn: str
    batches_queue_url: str
    queues: str
    console_origin: str
    upload_minutes: int
    uploads_per_user_per_day: int
    max_bytes: int
    days_to_glacier: int
    processed_days: int
    text_rule: str
    price_labels_per_1000: float
    price_text_per_1000: float

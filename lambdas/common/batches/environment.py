"""Environment variables of the function that runs batches."""

from dataclasses import dataclass

from lambdas.common.environment import Environment


@dataclass(frozen=True, kw_only=True)
class RunBatchEnvironment(Environment):
    """Variables of `run_batch`; `queues` is as for the other functions, the pause in seconds."""

    input_bucket: str
    processed_bucket: str
    record_table: str
    results_topic_arn: str
    batches_queue_url: str
    batch_images_queue_url: str
    text_rule: str
    queues: str
    max_attempts: int
    retry_seconds: float

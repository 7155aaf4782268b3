"""Entry point of `run_batch`: the batches queue's messages, one step of a batch at a time."""

import json
from functools import cache
from typing import Any

from lambdas.common.batches.control import BatchControl, Control
from lambdas.common.batches.environment import RunBatchEnvironment
from lambdas.common.batches.message import batch_attributes
from lambdas.common.batches.table import BatchTable
from lambdas.common.clients import client
from lambdas.common.clock import utc_now
from lambdas.common.queue.messages import QueueMessages, Queues, RetryPolicy
from lambdas.common.queue.worker import QueueWorker
from lambdas.common.records.queries import RecordQueries
from lambdas.common.result import JsonObject
from lambdas.common.rules import TextRule
from lambdas.common.telemetry import logger
from lambdas.run_batch.attempts import BatchAttempts
from lambdas.run_batch.feed import Feeder
from lambdas.run_batch.list import Lister
from lambdas.run_batch.manifests import BatchObjects
from lambdas.run_batch.report import Reporter
from lambdas.run_batch.report_files import ReportFiles
from lambdas.run_batch.stage import WORK_SECONDS, BatchStage


@cache
def worker() -> QueueWorker[Control]:
    """Wire this container's worker from its environment, on first use."""
    env = RunBatchEnvironment.load()
    table = BatchTable(client("dynamodb"), env.record_table)
    control = BatchControl(client("sqs"), env.batches_queue_url)
    objects = BatchObjects(client("s3"), env.processed_bucket)

    def publish(message: JsonObject) -> None:
        client("sns").publish(
            TopicArn=env.results_topic_arn,
            Message=json.dumps(message, ensure_ascii=False, separators=(",", ":")),
            MessageAttributes=batch_attributes(message),
        )

    policy = RetryPolicy(env.max_attempts, env.retry_seconds)
    stage = BatchStage(
        table=table,
        attempts=BatchAttempts(client("dynamodb"), env.record_table),
        policy=policy,
        control=control,
        lister=Lister(
            table=table,
            objects=objects,
            s3=client("s3"),
            make_unsigned=lambda: client("s3", unsigned=True),
            input_bucket=env.input_bucket,
            processed_bucket=env.processed_bucket,
            now=utc_now,
        ),
        feeder=Feeder(
            table=table,
            objects=objects,
            sqs=client("sqs"),
            queue_url=env.batch_images_queue_url,
            now=utc_now,
        ),
        reporter=Reporter(
            table=table,
            control=control,
            objects=objects,
            files=ReportFiles(objects=objects, s3=client("s3"), bucket=env.processed_bucket),
            records=RecordQueries(client("dynamodb"), env.record_table),
            rule=TextRule.parse(env.text_rule),
            publish=publish,
            processed_bucket=env.processed_bucket,
            now=utc_now,
        ),
        publish=publish,
        processed_bucket=env.processed_bucket,
        now=utc_now,
    )
    return QueueWorker(
        stage=stage,
        messages=QueueMessages(client("sqs"), Queues.parse(env.queues), stage="run_batch"),
        policy=policy,
        item_seconds=WORK_SECONDS,
    )


@logger.inject_lambda_context(clear_state=True)
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle an SQS event; return the messages that failed."""
    return worker().run(event, lambda: context.get_remaining_time_in_millis() / 1000)

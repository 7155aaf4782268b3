"""The parts that every function of the pipeline needs, made from its environment."""

from lambdas.common.clients import client
from lambdas.common.clock import utc_now
from lambdas.common.environment import PipelineEnvironment
from lambdas.common.finish import Finisher, ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.records import RecordTable
from lambdas.common.rules import ReviewRule


def object_store(env: PipelineEnvironment) -> ObjectStore:
    """Return the originals and the processed bucket."""
    return ObjectStore(client("s3"), env.processed_bucket)


def record_table(env: PipelineEnvironment) -> RecordTable:
    """Return the record table."""
    return RecordTable(client("dynamodb"), env.record_table, record_days=env.record_days)


def finisher(env: PipelineEnvironment) -> Finisher:
    """Return what brings images to their terminal states."""
    return Finisher(
        objects=object_store(env),
        records=record_table(env),
        announce=ResultsTopic(client("sns"), env.results_topic_arn),
        review=ReviewRule.parse(env.review_rule),
        now=utc_now,
    )

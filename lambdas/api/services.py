"""What the routes work with, made once per container when first used."""

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from lambdas.api.allowance import Allowance
from lambdas.api.links import Links
from lambdas.common.batches.control import BatchControl
from lambdas.common.batches.desk import BatchDesk
from lambdas.common.batches.table import BatchTable
from lambdas.common.clients import client
from lambdas.common.clock import utc_now
from lambdas.common.deletion import Deletions
from lambdas.common.environment import ApiEnvironment
from lambdas.common.finish import ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.records.queries import RecordQueries
from lambdas.common.review.claims import Claims
from lambdas.common.review.reviews import Reviews
from lambdas.common.tasks import Tasks


@dataclass(frozen=True)
class WatchedQueue:
    """A queue that the dashboard shows."""

    name: str
    url: str
    dead_letters_url: str


@dataclass(frozen=True)
class Services:
    """The parts of the API, from its environment."""

    env: ApiEnvironment

    def now(self) -> float:
        """Return the time, seconds since the epoch."""
        return time.time()

    @property
    def dynamodb(self) -> Any:
        """The client of the record table."""
        return client("dynamodb", waited_for=True)

    @property
    def objects(self) -> ObjectStore:
        """Results and copies."""
        return ObjectStore(client("s3", waited_for=True), self.env.processed_bucket)

    @property
    def queries(self) -> RecordQueries:
        """Questions to the record table."""
        return RecordQueries(self.dynamodb, self.env.record_table)

    @property
    def tasks(self) -> Tasks:
        """Uploads that were asked for."""
        return Tasks(self.dynamodb, self.env.record_table)

    @property
    def allowance(self) -> Allowance:
        """Uploads that users may still ask for."""
        return Allowance(
            dynamodb=self.dynamodb,
            table=self.env.record_table,
            limit=self.env.uploads_per_user_per_day,
            now=self.now(),
        )

    @property
    def links(self) -> Links:
        """Presigned links."""
        return Links(_signing_client())

    @property
    def claims(self) -> Claims:
        """Who is looking at what."""
        return Claims(self.dynamodb, self.env.record_table, now=self.now)

    @property
    def reviews(self) -> Reviews:
        """Decisions."""
        return Reviews(
            objects=self.objects,
            dynamodb=self.dynamodb,
            table=self.env.record_table,
            announce=self._topic,
            now=self.now,
        )

    @property
    def deletions(self) -> Deletions:
        """What deletes images."""
        return Deletions(
            s3=client("s3", waited_for=True),
            dynamodb=self.dynamodb,
            table=self.env.record_table,
            input_bucket=self.env.input_bucket,
            processed_bucket=self.env.processed_bucket,
            announce=self._topic,
            now=self.now,
        )

    @property
    def batches(self) -> BatchDesk:
        """What people do with batches."""
        return BatchDesk(
            table=BatchTable(self.dynamodb, self.env.record_table),
            control=BatchControl(client("sqs", waited_for=True), self.env.batches_queue_url),
            processed_bucket=self.env.processed_bucket,
            now=utc_now,
        )

    @property
    def queues(self) -> list[WatchedQueue]:
        """The queues of the pipeline."""
        return [WatchedQueue(**queue) for queue in json.loads(self.env.queues)]

    @property
    def _topic(self) -> ResultsTopic:
        return ResultsTopic(client("sns", waited_for=True), self.env.results_topic_arn)


@cache
def services() -> Services:
    """Return this container's services."""
    return Services(ApiEnvironment.load())


@cache
def _signing_client() -> Any:
    # The stock client would sign for S3's global endpoint, and in an older way: the console's
    # policy names hosts of the region, and S3 means to give up the older way.
    config = Config(
        signature_version="s3v4",
        s3={"us_east_1_regional_endpoint": "regional", "addressing_style": "virtual"},
    )
    return boto3.client("s3", config=config)

"""A deployment's batches, as the commands use them."""

import json
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cli.deployment import Deployment, caller_of
from cli.estimate.counting import S3_SCHEME
from lambdas.common.batches.batch import Batch, State, report_keys
from lambdas.common.batches.control import BatchControl
from lambdas.common.batches.desk import BatchDesk, BatchStateError, Started, UnknownBatchError
from lambdas.common.batches.table import BatchTable
from lambdas.common.clock import utc_now
from lambdas.common.errors import SightlineError
from lambdas.common.result import JsonObject


@dataclass(frozen=True)
class BatchAccess:
    """What the commands do with batches; its errors say which command helps."""

    deployment: Deployment

    @cached_property
    def desk(self) -> BatchDesk:
        """What makes, starts and cancels batches."""
        queue_url = self.deployment.output("BatchesQueueUrl")
        return BatchDesk(
            table=BatchTable(
                self.deployment.client("dynamodb"), self.deployment.output("RecordTableName")
            ),
            control=BatchControl(self.deployment.client("sqs"), queue_url),
            processed_bucket=self.deployment.output("ProcessedBucketName"),
            now=utc_now,
        )

    def create(self, uri: str, *, name: str | None, again: bool, approved: bool) -> Batch:
        """Make a batch of what lies under an `s3://bucket/prefix`, and have it listed."""
        bucket, _, prefix = uri.removeprefix(S3_SCHEME).partition("/")
        try:
            return self.desk.create(
                bucket,
                prefix,
                name=name,
                again=again,
                approved=approved,
                by=caller_of(self.deployment),
            )
        except BatchStateError as error:
            raise SightlineError(f"{error} with --name; sightline batch list shows all") from error

    def get(self, batch_id: str) -> Batch:
        """Return a batch; raises SightlineError when there is none."""
        try:
            return self.desk.get(batch_id)
        except UnknownBatchError as error:
            raise SightlineError(
                f"{self.deployment.name} has no batch {batch_id}; sightline batch list shows all"
            ) from error

    def start(self, batch_id: str) -> Started:
        """Let a batch run, or go on with one that stands still."""
        self.get(batch_id)
        try:
            return self.desk.start(batch_id)
        except BatchStateError as error:
            report = self.report_uris(self.get(batch_id))["text"]
            raise SightlineError(f"{error}; its report is {report}") from error

    def cancel(self, batch_id: str) -> Batch:
        """Cancel a batch; raises SightlineError when it is over already."""
        self.get(batch_id)
        return self.desk.cancel(batch_id)

    def open_report(self, batch: Batch, kind: str) -> Any:
        """Return the stream of a report's file (`text`, `csv`, `summary`).

        Raises SightlineError when there is none (yet, or any more).
        """
        if batch.reported_at is None:
            raise SightlineError(
                f"batch {batch.id} is {batch.state} and has no report"
                + ("" if batch.state is State.FAILED else " yet")
            )
        s3 = self.deployment.client("s3")
        bucket = self.deployment.output("ProcessedBucketName")
        try:
            return s3.get_object(Bucket=bucket, Key=report_keys(batch.id)[kind])["Body"]
        except s3.exceptions.NoSuchKey as error:
            raise SightlineError(f"the report of batch {batch.id} is there no longer") from error

    def summary(self, batch: Batch) -> JsonObject:
        """Return the document of summary.json."""
        with closing(self.open_report(batch, "summary")) as body:
            document: JsonObject = json.loads(body.read())
        return document

    def report_uris(self, batch: Batch) -> dict[str, str]:
        """Return where the files of a report are, by kind."""
        bucket = self.deployment.output("ProcessedBucketName")
        return {kind: f"s3://{bucket}/{key}" for kind, key in report_keys(batch.id).items()}

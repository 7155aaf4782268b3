"""A deployment's batches: made, started, cancelled and read."""

import json
import re
import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.deployment import Deployment, caller_of
from cli.estimate.counting import S3_SCHEME
from lambdas.common.batches.batch import Batch, State, report_keys
from lambdas.common.batches.control import BatchControl, Control, Work
from lambdas.common.batches.progress import CACHE_SECONDS, request_report
from lambdas.common.batches.table import BatchTable
from lambdas.common.clock import utc_now
from lambdas.common.errors import SightlineError
from lambdas.common.result import JsonObject

MAX_NAME_CHARACTERS = 50
SETTLE_SECONDS = int(CACHE_SECONDS) + 5
"""Wait before a cancelled batch is reported: what is under way by then has noticed, or ended."""


def owes_report(batch: Batch) -> bool:
    """Return whether a batch that is over has not been reported and announced as it should be."""
    if batch.state not in (State.CLOSED, State.CANCELLED):
        return False
    # A reason says that a report was begun and stands still.
    return batch.reported_at is None or batch.announced_at is None or batch.reason is not None


@dataclass(frozen=True)
class Started:
    """What `start` did: the batch as it is then, and the messages that were sent for it."""

    batch: Batch
    sent: tuple[Work, ...]


@dataclass(frozen=True)
class BatchAccess:
    """What the commands do with batches."""

    deployment: Deployment

    @property
    def table(self) -> BatchTable:
        """The batches' items."""
        return BatchTable(
            self.deployment.client("dynamodb"), self.deployment.output("RecordTableName")
        )

    @property
    def control(self) -> BatchControl:
        """The batches queue."""
        return BatchControl(
            self.deployment.client("sqs"), self.deployment.output("BatchesQueueUrl")
        )

    def create(self, uri: str, *, name: str | None, again: bool, approved: bool) -> Batch:
        """Make a batch of what lies under an `s3://bucket/prefix`, and have it listed.

        Raises SightlineError for a name that is taken or has no letter or digit.
        """
        bucket, _, prefix = uri.removeprefix(S3_SCHEME).partition("/")
        if bucket == self.deployment.output("ProcessedBucketName"):
            raise SightlineError(
                f"{bucket} is where Sightline writes its own copies and results; they are not "
                "analysed again"
            )
        batch_id = new_id() if name is None else safe_name(name)
        batch = Batch(
            id=batch_id,
            bucket=bucket,
            prefix=prefix,
            name=name or batch_id,
            created_at=utc_now(),
            created_by=caller_of(self.deployment),
            again=again,
            approved=approved,
        )
        if not self.table.create(batch):
            raise SightlineError(
                f"there is a batch {batch_id} already: see sightline batch status {batch_id}, or "
                "choose another --name"
            )
        self.control.send(Control(batch_id, Work.LIST))
        return batch

    def get(self, batch_id: str) -> Batch:
        """Return a batch; raises SightlineError when there is none."""
        found = self.table.get(batch_id)
        if found is None:
            raise SightlineError(
                f"{self.deployment.name} has no batch {batch_id}; sightline batch list shows all"
            )
        return found

    def start(self, batch_id: str) -> Started:
        """Let a batch run that is listing or listed, or go on with one that stands still.

        A second message for what goes on by itself does no harm. Raises SightlineError for a
        batch that was cancelled and has its report.
        """
        approved = self.table.approve(batch_id)
        if approved is not None:
            work = Work.FEED if approved.state is State.LISTED else Work.LIST
            return self._sent(approved, work)
        batch = self.get(batch_id)
        if batch.state is State.FAILED:
            return self._sent(self.table.list_again(batch_id) or batch, Work.LIST)
        if batch.state is State.RUNNING:
            # Not by the note that a report is wanted: the message that it tells of may be lost.
            # One that comes before all images have ended is ignored.
            feeding = (Work.FEED,) if batch.fed_pages < batch.pages else ()
            return self._sent(batch, *feeding, Work.REPORT)
        if owes_report(batch):
            return self._sent(batch, Work.REPORT)
        if batch.state is State.CANCELLED:
            raise SightlineError(
                f"batch {batch_id} is cancelled and cannot be started again; its report is "
                f"{self.report_uris(batch)['text']}"
            )
        return Started(batch, ())

    def _sent(self, batch: Batch, *works: Work) -> Started:
        for work in works:
            self.control.send(Control(batch.id, work))
        return Started(batch, works)

    def cancel(self, batch_id: str) -> Batch:
        """Cancel a batch; raises SightlineError when it is over already."""
        cancelled = self.table.cancel(batch_id, at=utc_now())
        if cancelled is None:
            raise SightlineError(f"batch {batch_id} is {self.get(batch_id).state} already")
        request_report(self.table, self.control, batch_id, delay_seconds=SETTLE_SECONDS)
        return cancelled

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


def new_id() -> str:
    """Return an id that says when, such as 20261121-093000-4f1c."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def safe_name(name: str) -> str:
    """Return a name as an id: a-z, 0-9 and dashes; raises SightlineError when nothing is left."""
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower())[:MAX_NAME_CHARACTERS].strip("-")
    if not safe:
        raise SightlineError(f"--name {name!r} has no letter a-z and no digit")
    return safe

"""The report of a batch: a pass over its records, and the files that are made of it.

A pass is a round: it has a number, and only the newest round may write to the batch. How far it
is travels in the control message, so it goes on where it was after any pause or crash.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import BatchControl
from lambdas.common.batches.message import batch_announcement, batch_summary
from lambdas.common.batches.progress import is_complete, request_report
from lambdas.common.batches.table import BatchTable
from lambdas.common.image import image_id
from lambdas.common.records.queries import RecordQueries
from lambdas.common.result import JsonObject
from lambdas.common.rules import TextRule
from lambdas.common.telemetry import logger
from lambdas.run_batch.counts import add_missing, add_record, no_counts
from lambdas.run_batch.manifests import BatchObjects
from lambdas.run_batch.report_files import ReportFiles
from lambdas.run_batch.rows import row_of

_REPORTED = (State.RUNNING, State.CLOSED, State.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Reports on batches that are complete or cancelled, and announces the first report."""

    table: BatchTable
    control: BatchControl
    objects: BatchObjects
    files: ReportFiles
    records: RecordQueries
    rule: TextRule
    publish: Callable[[JsonObject], None]
    processed_bucket: str
    now: Callable[[], str]

    def report(
        self, batch: Batch, at: JsonObject | None, out_of_time: Callable[[], bool]
    ) -> JsonObject | None:
        """Begin a round, or go on with one; return how far it is, None when it is over."""
        if at is None:
            if batch.state not in _REPORTED or not self._is_due(batch):
                logger.warning("there is nothing to report yet", state=batch.state)
                return None
            begun = self.table.begin_report(batch)
            if begun is None:
                return None
            batch = begun
            at = {"round": batch.round, "page": 0, "counts": no_counts(), "file": None}
        if at["round"] != batch.round:
            logger.info("a newer round of the report has begun", round=at["round"])
            return None
        while at["page"] < _pages_to_report(batch):
            at = self._page(batch, at)
            if out_of_time():
                return at
        file = self.files.write(batch, at, out_of_time)
        if file is not None:
            return {**at, "file": file}
        self._end(batch, at)
        return None

    def _is_due(self, batch: Batch) -> bool:
        return batch.state is not State.RUNNING or is_complete(self.table, batch)

    def _page(self, batch: Batch, at: JsonObject) -> JsonObject:
        """Count and keep what one page of the listing gives; return how far the round is then."""
        manifest = self.objects.read_manifest(batch.id, at["page"])
        ids = [image_id(source) for source in manifest.sources]
        records = self.records.get(ids)
        rows = []
        for found in (records[known] for known in ids if known in records):
            add_record(at["counts"], found, since=batch.created_at)
            row = row_of(found, self.rule)
            if row is not None:
                rows.append(row)
        add_missing(at["counts"], len(ids) - len(records))
        at["counts"]["reported"] += len(rows)
        self.objects.write_part(batch.id, at["round"], at["page"], rows)
        return {**at, "page": at["page"] + 1}

    def _end(self, batch: Batch, at: JsonObject) -> None:
        counts: JsonObject = at["counts"]
        add_missing(counts, batch.images - sum(counts["statuses"].values()))
        now = self.now()
        closed = self.table.change(
            batch.id,
            {
                **_ending(batch),
                "ended": counts["ended"],
                "reported_at": now,
                "closed_at": batch.closed_at or now,
            },
            states=[batch.state],
            where={"round": at["round"]},
        )
        if closed is None:
            # A newer round, which may have written its files before these: one more is right in
            # any case. Or the batch was cancelled meanwhile.
            request_report(self.table, self.control, batch.id)
            return
        summary = batch_summary(closed, counts)
        self.files.write_summary(closed, summary)
        if closed.announced_at is None:
            text = self.files.short_text(closed, counts)
            self.publish(batch_announcement(closed, summary, self.processed_bucket, text))
            self.table.change(closed.id, {"announced_at": self.now()})
        logger.info("batch reported", state=closed.state, ended=counts["ended"])


def _pages_to_report(batch: Batch) -> int:
    """Return how many pages of the listing a report reads.

    Not those that were counted as sent: images of the last may all have ended before it was.
    """
    if batch.state is not State.CANCELLED:
        return batch.pages
    return min(batch.pages, batch.fed_pages + 1) if batch.started_at else 0


def _ending(batch: Batch) -> dict[str, object]:
    """Return what becomes of a batch whose report is there."""
    if batch.state is not State.RUNNING:
        return {"state": batch.state}
    return {"state": State.CLOSED, "fed": batch.images, "fed_pages": batch.pages}

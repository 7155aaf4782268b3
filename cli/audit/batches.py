"""The batches of a period, read for an audit: the batch, its listing, the records of its images.

Held in memory: the batches without their images, and of one batch at a time a page of its listing,
at most 1,000 images, with their records.
"""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from cli.audit.batch import AuditedBatch, SeenPages
from cli.audit.compare import QUEUE_RETENTION
from cli.audit.image import AuditedImage, Surroundings, last_sign, moment_of
from cli.audit.period import Period
from cli.audit.stores import Stores
from lambdas.common.batches.batch import Batch, State, batch_folder
from lambdas.common.batches.desk import owes_report
from lambdas.common.batches.progress import is_complete
from lambdas.common.batches.table import BatchTable
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.queries import Record
from lambdas.common.result import Result
from lambdas.common.status import Status
from lambdas.run_batch.manifests import BatchObjects

_TIMES = ("created_at", "started_at", "closed_at", "reported_at", "announced_at")


def is_of_period(batch: Batch, period: Period, now: datetime) -> bool:
    """Return whether a batch was there in the period and was not over before it.

    One that has been over for longer than queues keep a message is not looked at any more.
    """
    if moment_of(batch.created_at) > period.until:
        return False
    if not batch.state.is_over:
        return True
    over = moment_of(batch.closed_at or batch.created_at)
    return over >= period.since and now - over <= QUEUE_RETENTION


@dataclass(frozen=True)
class BatchReader:
    """Reads batches; `is_known` says of an image whether this audit has compared it already.

    Of the images without a record, `limit` are kept for each batch, and all are counted.
    """

    stores: Stores
    is_known: Callable[[str], bool]
    limit: int

    @property
    def _table(self) -> BatchTable:
        return BatchTable(self.stores.dynamodb, self.stores.table)

    def of_period(self, period: Period, now: datetime) -> list[Batch]:
        """Return the batches that belong to a period, newest first."""
        return [batch for batch in self._table.newest() if is_of_period(batch, period, now)]

    def has_moved(self, batch: Batch) -> bool:
        """Return whether a batch is another way than when it was read."""
        return self._table.get(batch.id) != batch

    def look(self, batch: Batch, around: Surroundings) -> AuditedBatch:
        """Read what there is to know of a batch."""
        pages = self._pages(batch, around)
        times = [moment_of(time) for name in _TIMES if (time := getattr(batch, name))]
        times += [pages.last_sign] if pages.last_sign else []
        if not batch.state.is_over or owes_report(batch):
            # A listing and a report leave a sign with each page: the object that they write.
            times += self._object_times(batch)
        return AuditedBatch(
            batch=batch,
            is_complete=batch.state is State.RUNNING and is_complete(self._table, batch),
            last_sign=max(times),
            letters=around.batch_letters.get(batch.id, ()),
            pages=pages,
        )

    def _object_times(self, batch: Batch) -> Iterator[datetime]:
        listed = self.stores.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.stores.processed, Prefix=batch_folder(batch.id)
        )
        for page in listed:
            for found in page.get("Contents", []):
                yield found["LastModified"]

    def _pages(self, batch: Batch, around: Surroundings) -> SeenPages:
        seen = SeenPages()
        objects = BatchObjects(self.stores.s3, self.stores.processed)
        for number in range(_pages_sent(batch)):
            try:
                manifest = objects.read_manifest(batch.id, number)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchKey":
                    raise
                seen.gone += 1
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                # Another shape, or no document of ours at all.
                seen.broken.append(f"page {number}: {type(error).__name__}: {error}")
            else:
                self._page(batch, manifest.sources, seen, around)
        return seen

    def _page(
        self,
        batch: Batch,
        sources: tuple[ObjectReference, ...],
        seen: SeenPages,
        around: Surroundings,
    ) -> None:
        by_id = {image_id(source): source for source in sources}
        records = self.stores.records.get(list(by_id))
        for record in records.values():
            _see(record, seen, around)
        for found, source in by_id.items():
            if found in records or self.is_known(found):
                continue
            if self._has_expired(found, batch, around):
                continue
            seen.missing += 1
            seen.buried |= _queues_of(found, around)
            if len(seen.shown) < self.limit:
                image = AuditedImage(found, source, None)
                seen.shown.append(self.stores.completed(image))

    def _has_expired(self, found: str, batch: Batch, around: Surroundings) -> bool:
        """Return whether the record of an image may have been deleted for its age.

        It counts from when the image was received, which may be long before its batch.
        """
        if around.record_days is None:
            return False
        if not around.is_kept(batch.created_at, around.record_days):
            return True
        result = self.stores.result(found)
        if not isinstance(result, Result):
            return False
        return not around.is_kept(result.received_at, around.record_days)


def _see(record: Record, seen: SeenPages, around: Surroundings) -> None:
    sign = moment_of(last_sign(record))
    seen.last_sign = max(sign, seen.last_sign or sign)
    status = Status(record["status"])
    if not status.is_terminal:
        seen.open += 1
        seen.on_hold += status is Status.ON_HOLD
        seen.buried |= _queues_of(str(record["image_id"]), around)


def _queues_of(found: str, around: Surroundings) -> Set[str]:
    return {letter.queue for letter in around.letters.get(found, ())}


def _pages_sent(batch: Batch) -> int:
    """Return of how many pages all images were sent, each of which then has a record."""
    if batch.state is State.CLOSED:
        return batch.pages
    # A cancelled batch leaves alone what had not begun.
    return batch.fed_pages if batch.state is State.RUNNING else 0

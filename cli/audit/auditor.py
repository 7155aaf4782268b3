"""Goes through originals, records, dead letters and batches of a period, and compares.

What is held in memory: a number of 16 bytes for each image of the period (80 MB for a million, with
what Python needs around it), the dead letters without their bodies (at most 100,000 a queue), the
batches without their images, and a page of at most 1,000 images. Everything else is read, compared
and let go. The copies of images are listed as well, since deleted ones must have left none.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from cli.audit.batches import BatchReader
from cli.audit.compare import compare
from cli.audit.compare_batch import compare_batch, compare_missing
from cli.audit.deleted import Leftovers, unfinished
from cli.audit.findings import Finding, Findings, Kind
from cli.audit.image import AuditedImage, Surroundings
from cli.audit.letters import SeenLetters, see_letters
from cli.audit.period import Period
from cli.audit.reading import (
    kept_days,
    lifecycle,
    longest_control_seconds,
    longest_retry_seconds,
    originals,
    record_days,
)
from cli.audit.report import Report
from cli.audit.stores import Stores
from cli.deployment import Deployment
from cli.queues import BATCHES, IMAGE_QUEUES, Depth, depth_of, queues_of
from lambdas.common.batches.batch import Batch, batch_folder
from lambdas.common.image import result_key
from lambdas.common.status import Status

MAX_FINDINGS = 50
_PAGE = 1000
_THREADS = 10  # as many connections as botocore keeps open for a client
_POLL_SECONDS = 5.0

T = TypeVar("T")
Watch = Callable[[str, int], None]
"""Is told what is being looked at, and how many of them so far."""


def unwatched(_what: str, _count: int) -> None:
    """Watch nothing."""


def audit(
    deployment: Deployment,
    since: datetime,
    until: datetime | None = None,
    *,
    max_findings: int = MAX_FINDINGS,
    watch: Watch = unwatched,
) -> Report:
    """Audit a period, up to now if it has no end."""
    period = Period(since, until or datetime.now(UTC))
    return Auditor(deployment, period, max_findings=max_findings, watch=watch).run()


def audit_until_rest(
    deployment: Deployment,
    period: Period,
    *,
    wait: float,
    max_findings: int = MAX_FINDINGS,
    watch: Watch = unwatched,
) -> Report:
    """Audit a period again and again until nothing is on its way, or `wait` seconds are over."""
    deadline = time.monotonic() + wait
    while True:
        began = time.monotonic()
        report = Auditor(deployment, period, max_findings=max_findings, watch=watch).run()
        # As long as the audit itself took, so that it does not become the main load.
        pause = max(_POLL_SECONDS, time.monotonic() - began)
        if report.at_rest or time.monotonic() + pause > deadline:
            return report
        watch("on the way", report.counts[Kind.ON_THE_WAY])
        time.sleep(pause)


@dataclass(frozen=True)
class _Looked:
    image_id: str
    status: str | None
    has_result: bool
    findings: list[Finding]


class Auditor:
    """One audit of one period; `now` is the moment from which ages count, the present if None."""

    def __init__(
        self,
        deployment: Deployment,
        period: Period,
        *,
        max_findings: int = MAX_FINDINGS,
        watch: Watch = unwatched,
        now: datetime | None = None,
    ) -> None:
        self._deployment = deployment
        self._period = period
        self._watch = watch
        self._now = now or datetime.now(UTC)
        self._stores = Stores(deployment)
        self._findings = Findings(max_findings)
        self._max_findings = max_findings
        self._seen: set[int] = set()
        self._deleted: set[int] = set()
        self._batches = BatchReader(self._stores, self._has_seen, max_findings)
        self._counts = Counter[str]()
        self._statuses = Counter[str]()

    def run(self) -> Report:
        """Do it."""
        stores, sqs = self._stores, self._deployment.client("sqs")
        queues = queues_of(self._deployment)
        # In this order: what a batch had sent when it was read, and the queues then hold no longer,
        # has a record when that is read, or is lost.
        batches = self._batches.of_period(self._period, self._now)
        depths = {queue.name: depth_of(sqs, queue.url) for queue in queues}
        letters = see_letters(sqs, queues)
        self._watch("dead letters", letters.count)
        around = self._surroundings(depths, letters)
        with ThreadPoolExecutor(_THREADS) as pool:
            for page in _pages(originals(stores.s3, stores.input, self._period)):
                self._counts["objects"] += len(page)
                self._compare(stores.of_objects(page), around, pool)
            recorded = stores.records.received_ids(self._period.since, self._period.until)
            for ids in _pages(self._unseen(recorded)):
                images = stores.of_ids(ids)
                # An index may still name what has been deleted.
                self._compare([one for one in images if one.record], around, pool)
            for ids in _pages(self._unseen(letters.ids_of(self._period))):
                self._compare(stores.of_ids(ids), around, pool)
            # After the lists by day, which an image leaves when its deletion begins.
            for ids in _pages(self._unseen(unfinished(stores, self._period))):
                self._compare(stores.of_ids(ids), around, pool)
            self._look_for_leftovers(pool)
        for number, batch in enumerate(batches, start=1):
            self._compare_batch(batch, around)
            self._watch("batches", number)
        for note in letters.notes():
            self._findings.add(note)
        return Report(
            period=self._period,
            objects=self._counts["objects"],
            records=self._counts["records"],
            results=self._counts["results"],
            dead_letters=letters.count,
            batches=len(batches),
            statuses=self._statuses,
            queues=depths,
            counts=self._findings.counts,
            findings=self._findings.worst,
        )

    def _surroundings(self, depths: dict[str, Depth], letters: SeenLetters) -> Surroundings:
        rules = lifecycle(self._stores.s3, self._stores.processed)
        return Surroundings(
            now=self._now,
            work_waiting=sum(depths[name].total for name in IMAGE_QUEUES if name in depths),
            control_waiting=depths[BATCHES].total if BATCHES in depths else 0,
            letters=letters.of_images,
            batch_letters=letters.of_batches,
            letters_complete=letters.complete,
            retry_seconds=longest_retry_seconds(self._deployment),
            control_retry_seconds=longest_control_seconds(self._deployment),
            result_days=kept_days(rules, result_key("")),
            record_days=record_days(self._stores.records),
            manifest_days=kept_days(rules, batch_folder("")),
        )

    def _look_for_leftovers(self, pool: ThreadPoolExecutor) -> None:
        leftovers = Leftovers(self._stores, self._period, self._is_known, self._max_findings)
        for objects, count, findings in leftovers.find(pool):
            self._counts["copies"] += objects
            self._watch("copies", self._counts["copies"])
            for finding in findings:
                self._findings.add(finding)
            self._findings.add_unseen(Kind.CONTRADICTORY, count - len(findings))

    def _unseen(self, ids: Iterable[str]) -> Iterator[str]:
        return (found for found in ids if not self._has_seen(found))

    def _has_seen(self, found: str) -> bool:
        return int(found, 16) in self._seen

    def _is_known(self, found: str) -> bool:
        number = int(found, 16)
        return number in self._seen and number not in self._deleted

    def _compare_batch(self, batch: Batch, around: Surroundings) -> None:
        seen = self._batches.look(batch, around)
        missing, others = compare_missing(seen, around), compare_batch(seen, around)
        if any(finding.kind is Kind.STUCK for finding in others) and self._batches.has_moved(batch):
            do = "wait (--wait), then audit again"
            others = [finding for finding in others if finding.kind is not Kind.STUCK]
            others.append(seen.finding(Kind.ON_THE_WAY, "it has just moved on", do))
        for finding in (*missing, *others):
            self._findings.add(finding)
        if missing:
            self._findings.add_unseen(Kind.MISSING, seen.pages.missing - len(missing))

    def _compare(
        self, images: list[AuditedImage], around: Surroundings, pool: ThreadPoolExecutor
    ) -> None:
        def look(image: AuditedImage) -> _Looked:
            image = self._stores.completed(image)
            found = compare(image, around)
            if any(finding.kind is not Kind.NOTE for finding in found):
                # Record and result were not read at the same moment: once more, now together.
                image = self._stores.reread(image)
                found = compare(image, around)
            status = None if image.record is None else str(image.record["status"])
            # Without the result itself: a page of them would be large.
            return _Looked(image.image_id, status, image.result is not None, found)

        for looked in pool.map(look, images):
            self._seen.add(int(looked.image_id, 16))
            if looked.status == Status.DELETED:
                self._deleted.add(int(looked.image_id, 16))
            self._counts["results"] += looked.has_result
            if looked.status is not None:
                self._counts["records"] += 1
                self._statuses[looked.status] += 1
            for finding in looked.findings:
                self._findings.add(finding)
        for what in ("objects", "records", "results"):
            self._watch(what, self._counts[what])


def _pages(found: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(found)
    while page := list(islice(iterator, _PAGE)):
        yield page

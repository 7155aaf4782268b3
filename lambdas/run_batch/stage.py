"""What is done with one control message: a bounded piece of work, and the next message."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import BatchControl, Control, Work
from lambdas.common.batches.message import batch_announcement
from lambdas.common.batches.progress import request_report
from lambdas.common.batches.table import BatchTable
from lambdas.common.errors import NotYetError
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import Message, RetryPolicy
from lambdas.common.records.attempts import Attempt
from lambdas.common.result import JsonObject
from lambdas.common.telemetry import logger
from lambdas.run_batch.attempts import BatchAttempts
from lambdas.run_batch.feed import Feeder
from lambdas.run_batch.list import Lister
from lambdas.run_batch.report import Reporter

WORK_SECONDS = 45.0
"""After this time a message sends the next one: the function's timeout leaves as much again for
the page that was begun last, and for requests that are made several times."""


@dataclass(frozen=True, kw_only=True)
class BatchStage:
    """Works off control messages for `QueueWorker`.

    A message does a part of the work, from what the batch's item says, and sends the next before
    it is deleted. So a crash anywhere repeats at most that part. Two messages for the same work
    do no harm: of two that write the same page one is refused, and ends there.
    """

    table: BatchTable
    attempts: BatchAttempts
    policy: RetryPolicy
    control: BatchControl
    lister: Lister
    feeder: Feeder
    reporter: Reporter
    publish: Callable[[JsonObject], None]
    processed_bucket: str
    now: Callable[[], str]
    seconds: Callable[[], float] = time.monotonic

    def parse(self, body: str) -> Sequence[Control]:
        """Return the message."""
        return [Control.from_json(body)]

    def write(self, item: Control) -> str:
        """Return the message's body."""
        return item.to_json()

    def begin(self, item: Control, message: Message) -> Attempt | None:
        """Begin an attempt, which counts until the work gets ahead."""
        logger.append_keys(batch=item.batch_id, work=str(item.do))
        return self.attempts.begin(item, message)

    def work(self, item: Control, attempt: Attempt) -> None:
        """Do a part of the work and send the message for the next."""
        batch = self.table.get(item.batch_id)
        if batch is None:
            raise ValueError(f"there is no batch {item.batch_id}")
        if batch.reason is not None and batch.state is not State.FAILED:
            # It stood still, and its message was brought back.
            batch = self.table.change(batch.id, {}, remove=["reason"]) or batch
        started = self.seconds()
        do = {Work.LIST: self._list, Work.FEED: self._feed, Work.REPORT: self._report}[item.do]
        if not do(batch, item, lambda: self.seconds() - started > WORK_SECONDS):
            self.attempts.done(item, attempt)

    def put_off(self, item: Control, attempt: Attempt) -> None:
        """End an attempt that does not count."""
        self.attempts.put_off(item, attempt)

    def failed(self, item: Control, attempt: Attempt, failure: Failure) -> None:
        """Keep why an attempt failed; raises NotYetError when the work got ahead in it."""
        if not self.attempts.failed(item, attempt, failure):
            raise NotYetError(
                f"{item.do} got ahead before it failed ({failure.reason})",
                seconds=self.policy.pause(1),
            )

    def image_id(self, item: Control) -> str | None:
        """A batch is no image."""

    def give_up(self, item: Control, failure: Failure) -> str:
        """Say in the batch why it stands still; a redrive of the message goes on with it."""
        self.table.change(
            item.batch_id,
            {"reason": f"{item.do} stands still ({failure.reason}); sightline redrive goes on"},
        )
        return self.now()

    def buried(self, item: Control) -> None:
        """Nothing is kept of a dead letter."""

    def _list(self, batch: Batch, _item: Control, out_of_time: Callable[[], bool]) -> bool:
        """List pages; return whether any was counted, which ended all attempts."""
        listed = self.lister.list_pages(batch, out_of_time)
        if listed is None:
            return False
        if listed.state is State.FAILED:
            self._announce_failure(listed)
        elif listed.state is State.LISTING:
            self.control.send(Control(batch.id, Work.LIST))
        elif listed.state in (State.LISTED, State.RUNNING):
            logger.info("batch listed", images=listed.images, pages=listed.pages)
            if listed.approved or listed.images == 0:
                self.start(listed)
        return listed.pages > batch.pages

    def start(self, batch: Batch) -> None:
        """Run a batch that is listed; for one that runs, the message is sent again."""
        running = self.table.run(batch.id, at=self.now()) or self.table.get(batch.id)
        if running is None or running.state is not State.RUNNING:
            return
        if running.images == 0:
            request_report(self.table, self.control, batch.id)
        else:
            self.control.send(Control(batch.id, Work.FEED))

    def _feed(self, batch: Batch, _item: Control, out_of_time: Callable[[], bool]) -> bool:
        """Send pages; return whether any was counted, which ended all attempts."""
        if batch.state is State.LISTED and batch.approved:
            batch = self.table.run(batch.id, at=self.now()) or batch
        if batch.state is not State.RUNNING:
            return False
        before = batch.fed_pages
        fed = self.feeder.feed_pages(batch, out_of_time)
        if fed is None:
            return False
        batch, pause = fed
        if batch.fed_pages < batch.pages:
            self.control.send(Control(batch.id, Work.FEED), delay_seconds=pause)
        else:
            logger.info("all images of the batch are sent", images=batch.fed)
        return batch.fed_pages > before

    def _report(self, batch: Batch, item: Control, out_of_time: Callable[[], bool]) -> bool:
        """Do a part of a report; False, since only the next message knows how far it is."""
        at = self.reporter.report(batch, item.at, out_of_time)
        if at is not None:
            self.control.send(Control(batch.id, Work.REPORT, at))
        return False

    def _announce_failure(self, batch: Batch) -> None:
        if batch.announced_at is None:
            self.publish(batch_announcement(batch, None, self.processed_bucket, None))
            self.table.change(batch.id, {"announced_at": self.now()})

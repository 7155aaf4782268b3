"""Compares what is known of one batch; nothing here asks AWS."""

from datetime import timedelta
from enum import StrEnum

from cli.audit.batch import AuditedBatch
from cli.audit.compare import GRACE, QUEUE_RETENTION, QUIET, words_of
from cli.audit.findings import Finding, Kind
from cli.audit.image import Surroundings
from cli.queues import BATCHES
from lambdas.common.batches.batch import State
from lambdas.common.batches.desk import owes_report
from lambdas.run_batch.feed import HIGH_WATER

_REDRIVE = "sightline redrive --queue"


class _Due(StrEnum):
    """What comes next for a batch."""

    LISTING = "listing"
    FEEDING = "feeding"
    ANALYSIS = "analysis"
    REPORT = "report"


def compare_batch(seen: AuditedBatch, around: Surroundings) -> list[Finding]:
    """Return what is wrong with a batch as a whole; nothing, as a rule."""
    batch, due = seen.batch, _due(seen)
    findings = [*_unread_pages(seen, around)]
    if batch.state is State.FAILED:
        what = f"it could not be listed: {batch.reason}"
        do = f"nothing, or once that is mended: {seen.start}"
        findings.append(seen.finding(Kind.NOTE, what, do))
    elif batch.reason is not None and seen.letters:
        what = f"it is {batch.state}, and its message is a dead letter: {batch.reason}"
        findings.append(seen.finding(Kind.STUCK, what, f"{_REDRIVE} {BATCHES}"))
    elif due is not None:
        findings.append(_unfinished(seen, due, around))
    return findings


def compare_missing(seen: AuditedBatch, around: Surroundings) -> list[Finding]:
    """Return a finding for each image without a record that is shown, if it should have one."""
    batch = seen.batch
    if batch.state is not State.CLOSED and not _are_lost(seen, around):
        return []
    findings = []
    for image in seen.pages.shown:
        letters = around.letters.get(image.image_id)
        if letters:
            what = f"it has no record, and its message is a dead letter ({letters[0].cause})"
            finding = image.finding(Kind.MISSING, what, image.redrive)
        elif batch.state is State.CLOSED:
            what = f"the batch {batch.id} is closed, and it has no record"
            finding = image.finding(Kind.MISSING, what, image.sent_again())
        else:
            what = f"the batch {batch.id} has sent it, and it has no record and no message"
            finding = image.finding(Kind.MISSING, what, seen.anew)
        findings.append(finding)
    return findings


def _are_lost(seen: AuditedBatch, around: Surroundings) -> bool:
    # What was just sent may not be in SQS's figures yet.
    return not around.work_waiting and around.age(seen.last_sign) >= GRACE


def _unread_pages(seen: AuditedBatch, around: Surroundings) -> list[Finding]:
    findings = []
    if seen.pages.gone and around.is_kept(seen.batch.created_at, around.manifest_days):
        pages = "1 page" if seen.pages.gone == 1 else f"{seen.pages.gone:,} pages"
        what = f"{pages} of its listing were deleted, so their images were not looked for"
        findings.append(seen.finding(Kind.NOTE, what, "nothing can bring them back"))
    for broken in seen.pages.broken:
        what = f"a page of its listing cannot be read: {broken}"
        findings.append(seen.finding(Kind.CONTRADICTORY, what, seen.anew))
    return findings


def _due(seen: AuditedBatch) -> _Due | None:
    """Return what comes next for a batch; None if nothing does, or not without a person's yes."""
    batch = seen.batch
    if batch.state is State.LISTING:
        return _Due.LISTING
    if batch.state is State.LISTED:
        return _Due.FEEDING if batch.approved else None
    if batch.state is not State.RUNNING:
        return _Due.REPORT if owes_report(batch) else None
    if seen.is_complete:
        return _Due.REPORT
    return _Due.FEEDING if batch.fed_pages < batch.pages else _Due.ANALYSIS


def _unfinished(seen: AuditedBatch, due: _Due, around: Surroundings) -> Finding:
    state = seen.batch.state
    idle = around.age(seen.last_sign)
    lost = None if idle < QUIET else _lost(seen, due, around, idle)
    if lost is None:
        what = f"it is {state}, and its {due} is not over"
        return seen.finding(Kind.ON_THE_WAY, what, "wait (--wait), then audit again")
    if not seen.letters and not around.letters_complete:
        what = f"it is {state}, {lost}, and not all dead letters could be seen"
        return seen.finding(Kind.ON_THE_WAY, what, "audit again in a minute")
    what = f"it is {state}, its {due} has not moved for {words_of(idle)}, and {lost}"
    if reason := seen.batch.reason:
        what += f" ({reason})"
    return seen.finding(Kind.STUCK, what, _what_goes_on(seen, due))


def _lost(seen: AuditedBatch, due: _Due, around: Surroundings, idle: timedelta) -> str | None:
    """Say why a batch without a sign has no message any more; None if it may have one."""
    pages = seen.pages
    if due is _Due.ANALYSIS:
        if pages.open and pages.open == pages.on_hold and not pages.missing:
            return None  # all that is left waits for a person
        if not around.work_waiting:
            return "no message is left in any queue of images"
    elif not around.control_waiting and not _waits_for_room(due, around):
        return f"no message is left in the {BATCHES} queue"
    if idle > QUEUE_RETENTION:
        return "no queue keeps a message that long"
    # Those that wait may be another batch's. Every step leaves a sign, but for a feeding that waits
    # until there is room for more images.
    has_steps = due is not _Due.ANALYSIS and (due is not _Due.FEEDING or not around.work_waiting)
    if has_steps and idle.total_seconds() > around.control_retry_seconds:
        return "its retries should be over"
    return None


def _waits_for_room(due: _Due, around: Surroundings) -> bool:
    # The one message of it is delayed each time, and SQS's figures need not show it.
    return due is _Due.FEEDING and around.work_waiting >= HIGH_WATER / 2


def _what_goes_on(seen: AuditedBatch, due: _Due) -> str:
    if due is _Due.ANALYSIS:
        # A message is sent once for each image; what lost it is not sent again for this batch.
        redrives = " and ".join(f"{_REDRIVE} {queue}" for queue in sorted(seen.pages.buried))
        return redrives or seen.anew
    return f"{_REDRIVE} {BATCHES}" if seen.letters else seen.start

"""Compares what is known of one image; nothing here asks AWS."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from cli.audit.deleted import compare_deleted, is_deleted
from cli.audit.ended import compare_ended
from cli.audit.findings import Finding, Kind
from cli.audit.image import AuditedImage, Letter, Surroundings, last_sign, source_in
from lambdas.common.image import image_id
from lambdas.common.records.queries import Record
from lambdas.common.status import Status

GRACE = timedelta(seconds=60)
"""For what follows at once, if nothing is wrong: S3's event, the announcement, the dead letter."""

QUIET = timedelta(minutes=10)
"""After so long without a sign, an image whose message is in no queue has lost it."""

QUEUE_RETENTION = timedelta(days=14)
"""How long the queues keep a message (`stacks/constructs/queue.py`)."""


def compare(image: AuditedImage, around: Surroundings) -> list[Finding]:
    """Return what is wrong with an image; nothing, as a rule."""
    if image.record is None:
        return _without_record(image, around)
    if is_deleted(image.record):
        return list(compare_deleted(image, image.record, around))
    findings = _identity(image, image.record)
    findings += _several_letters(image, around)
    if Status(image.record["status"]).is_terminal:
        findings += compare_ended(image, image.record, around, grace=GRACE)
    else:
        findings.append(_unfinished(image, image.record, around))
    if image.is_gone:
        findings.append(
            image.finding(
                Kind.NOTE, "its original was deleted or has expired since", "nothing; it is known"
            )
        )
    return findings


def _without_record(image: AuditedImage, around: Surroundings) -> list[Finding]:
    if letters := around.letters.get(image.image_id):
        what = f"it has no record, and its message is a dead letter ({letters[0].cause})"
        return [image.finding(Kind.MISSING, what, image.redrive)]
    if image.arrived_at is None:
        return []
    age = around.age(image.arrived_at)
    if not around.is_kept(image.arrived_at, around.record_days):
        return []
    if age < GRACE:
        return [_on_the_way(image, "it was uploaded just now")]
    if around.work_waiting and age < QUEUE_RETENTION:
        return [_on_the_way(image, "it has no record yet; its message may wait in a queue")]
    what = "it has no record, and no message: no event arrived for it, or it was lost"
    return [image.finding(Kind.MISSING, what, image.sent_again())]


def _identity(image: AuditedImage, record: Record) -> list[Finding]:
    expected = image_id(source_in(record))
    if expected == image.image_id:
        return []
    what = f"its object has the id {expected}, so this is a second record of it"
    return [image.finding(Kind.DUPLICATED, what, "report it: this is a bug of Sightline")]


def _several_letters(image: AuditedImage, around: Surroundings) -> list[Finding]:
    letters = around.letters.get(image.image_id, ())
    by_failure: dict[object, list[Letter]] = defaultdict(list)
    for number, letter in enumerate(letters):
        # A function that is killed before it could note its letter sends it once more.
        by_failure[letter.failed_at if letter.is_dated else number].append(letter)
    findings = []
    if len(by_failure) > 1:
        what = f"it has {len(by_failure)} dead letters ({_where(letters)})"
        do = f"{image.redrive} (all but one find it ended)"
        findings.append(image.finding(Kind.DUPLICATED, what, do))
    most = max(map(len, by_failure.values()), default=1)
    if most > 1:
        times = "twice" if most == 2 else f"{most} times"
        what = f"a dead letter of it was sent {times}, for one failure ({_where(letters)})"
        findings.append(image.finding(Kind.NOTE, what, "nothing; redrive takes them for one"))
    return findings


def _where(letters: Sequence[Letter]) -> str:
    return ", ".join(f"{letter.queue}: {letter.cause}" for letter in letters[:5])


def _unfinished(image: AuditedImage, record: Record, around: Surroundings) -> Finding:
    status = record["status"]
    if status == Status.ON_HOLD:
        return _on_the_way(image, "it is on hold and waits for a person")
    if float(record.get("lease_until", 0)) >= around.now.timestamp():
        return _on_the_way(image, f"it is {status}, and being worked on")
    if letters := around.letters.get(image.image_id):
        what = f"it is {status}, and its message is a dead letter ({letters[0].cause})"
        return image.finding(Kind.STUCK, what, image.redrive)
    idle = around.age(last_sign(record))
    lost = None if idle < QUIET else _lost(record, idle, around)
    if lost is None:
        return _on_the_way(image, f"it is {status}; its message waits in a queue, or is just sent")
    what = f"it is {status}, without a sign for {words_of(idle)}, and {lost}"
    return image.finding(Kind.STUCK, what, f"{image.sent_again()} (it goes on from there)")


def _lost(record: Record, idle: timedelta, around: Surroundings) -> str | None:
    """Say why an image without a sign has no message any more; None if it may have one."""
    if not around.work_waiting:
        return "no message is left in any queue"
    # Only what has been begun and has not ended before has its retries counted from its last sign:
    # an image that waits for its turn, or for the pauses of a redrive, may wait for longer.
    counted = int(record.get("attempts", 0)) > 0 and not record.get("finished_at")
    if counted and idle.total_seconds() > around.retry_seconds:
        return "its retries should be over"
    if idle > QUEUE_RETENTION:
        return "no queue keeps a message that long"
    return None


def _on_the_way(image: AuditedImage, what: str) -> Finding:
    return image.finding(Kind.ON_THE_WAY, what, "wait (--wait), then audit again")


def words_of(time: timedelta) -> str:
    """Return a duration as a sentence has it."""
    hours = time.total_seconds() / 3600
    return f"{hours:.1f} hours" if hours >= 1 else f"{hours * 60:.0f} minutes"

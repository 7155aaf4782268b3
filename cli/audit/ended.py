"""Compares an image that has ended: its record, its result, its announcement, its dead letters."""

from collections.abc import Iterator
from datetime import timedelta

from cli.audit.findings import Finding, Kind
from cli.audit.image import AuditedImage, Surroundings, last_sign, source_in
from lambdas.common.message import bounded_labels, bounded_lines
from lambdas.common.records.queries import Record
from lambdas.common.result import Result
from lambdas.common.status import Status


def compare_ended(
    image: AuditedImage, record: Record, around: Surroundings, *, grace: timedelta
) -> Iterator[Finding]:
    """Yield what is wrong with an image whose record is terminal.

    What follows at once on the end of an image may still be missing for the time of `grace`.
    """
    ended = around.age(str(record.get("finished_at") or last_sign(record)))
    if "review_due" in record:
        # Until the decision is carried out, record, result and announcement may differ.
        yield _undecided(image, record, around, grace)
        return
    yield from _result(image, record, around, ended)
    if record.get("announced") != record["status"]:
        if ended < grace:
            yield _just_ended(image, "announced")
        else:
            what = f"it is {record['status']}, and its end was not announced"
            yield image.finding(Kind.UNANNOUNCED, what, f"{image.sent_again()} announces it")
    letters = around.letters.get(image.image_id)
    if record["status"] == Status.FAILED:
        yield from _failed(image, record, around, is_fresh=ended < grace)
    elif letters := around.letters.get(image.image_id):
        what = f"it is {record['status']}, and has a dead letter ({letters[0].cause})"
        do = f"{image.redrive} (harmless: it finds the image ended)"
        yield image.finding(Kind.CONTRADICTORY, what, do)


def _failed(
    image: AuditedImage, record: Record, around: Surroundings, *, is_fresh: bool
) -> Iterator[Finding]:
    if not record.get("cause"):
        what = "it has failed, and its record names no cause"
        yield image.finding(Kind.CONTRADICTORY, what, "report it: this is a bug of Sightline")
    if around.letters.get(image.image_id):
        return
    if is_fresh:
        yield _just_ended(image, "in the dead-letter queue")
    elif not around.letters_complete:
        what = "it has failed, and not all dead letters could be seen"
        yield image.finding(Kind.ON_THE_WAY, what, "audit again in a minute")
    elif around.work_waiting:
        what = "it has failed, and its dead letter is gone: its message may wait in a queue again"
        yield image.finding(Kind.ON_THE_WAY, what, "wait (--wait), then audit again")
    else:
        what = f"it has failed ({record.get('cause')}), and no dead letter is there to redrive"
        yield image.finding(Kind.MISSING, what, image.sent_again())


def _result(
    image: AuditedImage, record: Record, around: Surroundings, ended: timedelta
) -> Iterator[Finding]:
    again = image.sent_again("--again")
    result = image.result
    if result is None:
        if around.result_days is None or ended < timedelta(days=around.result_days):
            what = f"it is {record['status']}, and its result document is not there"
            yield image.finding(Kind.MISSING, what, again)
        return
    if isinstance(result, str):
        what = f"its result document cannot be read: {result}"
        yield image.finding(Kind.CONTRADICTORY, what, again)
        return
    for name, in_record, in_result in _pairs(record, result):
        if in_record != in_result:
            what = f"{name}: the record says {_short(in_record)}, the result {_short(in_result)}"
            yield image.finding(Kind.CONTRADICTORY, what, again)


def _pairs(record: Record, result: Result) -> Iterator[tuple[str, object, object]]:
    """Yield what the record and the result both say."""
    yield "id", record["image_id"], result.image_id
    yield "status", record["status"], str(result.status)
    yield "source", source_in(record), result.source
    yield (
        "labels",
        {label["name"] for label in record.get("labels", [])},
        {label["name"] for label in bounded_labels(result)},
    )
    yield "text", list(record.get("text", [])), bounded_lines(result)
    yield "cause", record.get("cause"), result.cause


def _undecided(
    image: AuditedImage, record: Record, around: Surroundings, grace: timedelta
) -> Finding:
    held = float(record.get("lease_until", 0)) >= around.now.timestamp()
    if held or around.age(last_sign(record)) < grace:
        what = "a person's decision on it is being carried out"
        return image.finding(Kind.ON_THE_WAY, what, "wait (--wait), then audit again")
    what = "a person's decision on it was left half-way"
    return image.finding(Kind.STUCK, what, "make the decision again: it is then carried out")


def _just_ended(image: AuditedImage, what: str) -> Finding:
    return image.finding(
        Kind.ON_THE_WAY,
        f"it has just ended, and is not {what} yet",
        "wait (--wait), then audit again",
    )


def _short(value: object) -> str:
    if isinstance(value, set):
        value = sorted(value)
    text = str(value)
    return text if len(text) <= 100 else f"{text[:97]}..."

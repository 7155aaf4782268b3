"""What a batch's report counts of its images."""

from lambdas.common.records.queries import Record
from lambdas.common.result import JsonObject
from lambdas.common.status import Status

NOT_STARTED = "not_started"
"""In the place of a status: images that a batch has not sent, or that have no record."""


def no_counts() -> JsonObject:
    """Return the counts of no images at all."""
    return {
        "ended": 0,
        "statuses": {},
        "with_text": 0,
        "reported": 0,
        "paid": {"labels": 0, "text": 0},
        "reused": {"labels": 0, "text": 0},
    }


def add_missing(counts: JsonObject, images: int) -> None:
    """Count images of which nothing is known."""
    if images:
        counts["statuses"][NOT_STARTED] = counts["statuses"].get(NOT_STARTED, 0) + images


def add_record(counts: JsonObject, record: Record, *, since: str) -> None:
    """Count an image by its record; what ended before `since` was not paid for by this batch.

    Of one that was deleted nothing else is known, so nothing else is counted.
    """
    status = Status(record["status"])
    counts["statuses"][str(status)] = counts["statuses"].get(str(status), 0) + 1
    counts["ended"] += status.is_terminal
    if status is Status.DELETED:
        return  # while its deletion is under way, too
    counts["with_text"] += bool(record.get("text"))
    is_new = str(record.get("finished_at") or since) >= since
    for feature in ("labels", "text"):
        if feature in record.get("models", {}):
            is_paid = is_new and feature in record.get("paid", [])
            counts["paid" if is_paid else "reused"][feature] += 1

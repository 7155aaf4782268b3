"""The words of the email about a batch that is over."""

from lambdas.common.batches.message import read_batch_message
from lambdas.common.printable import printable
from lambdas.common.result import JsonObject
from lambdas.send_digest.compose import MAX_SUBJECT_CHARACTERS, Email

__all__ = ["compose_batch", "read_batch_message"]

_WORDS = {"closed": "complete", "cancelled": "cancelled", "failed": "failed"}
_STATUSES = {
    "done": "analysed",
    "in_review": "for review",
    "rejected": "rejected",
    "failed": "failed",
    "deleted": "deleted",
    "received": "on their way",
    "labelled": "waiting to be read",
    "on_hold": "on hold",
    "not_started": "not started",
}


def compose_batch(message: JsonObject, stage: str) -> Email:
    """Return the email for a batch: its counts, where its report is, and a short report itself."""
    subject = f"[Sightline {stage}] Batch {message['batch']}: {_WORDS[message['status']]}"
    ascii_subject = printable(subject.encode("ascii", "replace").decode())
    lines = [*_head(message), *_counts(message)]
    if message["report"]:
        lines += ["", *(f"{_uri(found)}" for found in message["report"].values())]
    if message["report_text"] is not None:
        lines += ["", *(message["report_text"].splitlines() or ["No image has text to report."])]
    # Whoever names a key, or writes on a sign, must not write lines of this email.
    body = "".join(f"{printable(line)}\n" for line in lines)
    return Email(subject=ascii_subject[:MAX_SUBJECT_CHARACTERS], body=body)


def _head(message: JsonObject) -> list[str]:
    lines = [
        f"Batch:   {message['batch']}, by {message['created_by']}",
        f"Images:  s3://{message['bucket']}/{message['prefix']}",
        f"Status:  {_WORDS[message['status']]}",
    ]
    return [*lines, f"Reason:  {message['reason']}"] if message["reason"] else lines


def _counts(message: JsonObject) -> list[str]:
    if message["statuses"] is None:
        return []
    statuses = ", ".join(
        f"{message['statuses'][status]:,} {word}"
        for status, word in _STATUSES.items()
        if message["statuses"].get(status)
    )
    paid, reused = message["paid"], message["reused"]
    return [
        f"Ended:   {message['ended']:,} of {message['images']:,}"
        + (f": {statuses}" if statuses else ""),
        f"Text:    {message['with_text']:,} have text, {message['reported']:,} are in the report",
        f"Paid:    {paid['labels']:,} calls for labels, {paid['text']:,} for text",
        f"Reused:  {reused['labels']:,} answers for labels, {reused['text']:,} for text",
        f"Took:    {_duration(message['seconds'])}",
    ]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _uri(reference: JsonObject) -> str:
    return f"s3://{reference['bucket']}/{reference['key']}"

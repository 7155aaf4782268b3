"""The words of the emails: one image reads as a report, many as a summary."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lambdas.common.printable import printable
from lambdas.common.result import JsonObject

MAX_SUBJECT_CHARACTERS = 100
"""SNS refuses a longer subject."""
MAX_LISTED = 25
"""Images that a summary names one by one; the rest are counted."""
MAX_LINE_CHARACTERS = 500
"""Of a line where many images are listed: 25 of them stay below the 256 KB of an SNS message."""
MAX_TOP_LABELS = 10
MAX_REPORT_LABELS = 20

_WORDS = {
    "done": "analysed",
    "in_review": "needs review",
    "rejected": "rejected",
    "failed": "failed",
}
_COUNTED = {**_WORDS, "in_review": "for review"}
"""The same after a number."""


@dataclass(frozen=True)
class Email:
    """A subject, ASCII and at most 100 characters as SNS wants it, and a plain-text body."""

    subject: str
    body: str


def compose(images: list[JsonObject], stage: str) -> Email:
    """Return the email of a window: a report of one image, or a summary of many."""
    if len(images) == 1:
        image = images[0]
        subject = f"{_name(image)}: {_WORDS[image['status']]}"
        return _email(subject, stage, _report(image))
    counts = _counts(images)
    return _email(f"{len(images):,} images: {counts}", stage, _summary(images, counts))


def compose_review(images: list[JsonObject], stage: str) -> Email:
    """Return the email to the quality-control group: the images that a person should look at."""
    subject = f"{_plural(len(images))} for review"
    lines = [f"{_plural(len(images))} should be looked at by a person:", ""]
    for image in images[:MAX_LISTED]:
        lines += [*(line[:MAX_LINE_CHARACTERS] for line in _report(image)), ""]
    return _email(subject, stage, [*lines, *_more(len(images))])


def _report(image: JsonObject) -> list[str]:
    lines = [f"Image:   {_uri(image['source'])}", f"Status:  {_WORDS[image['status']]}"]
    if image["reason"]:
        lines.append(f"Reason:  {image['reason']}")
    lines += [f"Review:  {reason}" for reason in image["review_reasons"]]
    lines.append("Labels:  " + (_labels(image) or "none"))
    lines.append("Text:    " + (" | ".join(image["text"]) or "none"))
    if image["processed"]:
        lines.append(f"Copy:    {_uri(image['processed'])}")
    return [*lines, f"Result:  {_uri(image['result'])}", f"Id:      {image['image_id']}"]


def _summary(images: list[JsonObject], counts: str) -> list[str]:
    labels = Counter(label["name"] for image in images for label in image["labels"])
    with_text = sum(bool(image["text"]) for image in images)
    lines = [f"{len(images):,} images: {counts}.", f"Text was found in {with_text:,} of them."]
    if labels:
        common = labels.most_common(MAX_TOP_LABELS)
        lines.append("Labels: " + ", ".join(f"{name} ({count:,})" for name, count in common))
    noteworthy = sorted(images, key=_noteworthiness)
    lines += ["", *(_line(image) for image in noteworthy[:MAX_LISTED]), *_more(len(images))]
    folder = _uri(images[0]["result"]).rpartition("/")[0]
    return [*lines, "", f"The full results are in {folder}/, one JSON document an image."]


def _noteworthiness(image: JsonObject) -> tuple[int, str]:
    """Sort what went wrong first, then what needs a person, then what has text."""
    order = {"failed": 0, "rejected": 1, "in_review": 2}
    return order.get(image["status"], 3 if image["text"] else 4), image["received_at"]


def _line(image: JsonObject) -> str:
    what = image["reason"] or "; ".join(image["review_reasons"]) or _labels(image) or "no labels"
    text = f' "{" | ".join(image["text"])[:80]}"' if image["text"] else ""
    return f"- {_name(image)}: {_WORDS[image['status']]}: {what[:MAX_LINE_CHARACTERS]}{text}"


def _labels(image: JsonObject) -> str:
    best = image["labels"][:MAX_REPORT_LABELS]
    return ", ".join(f"{label['name']} {label['confidence']:.0f}" for label in best)


def _counts(images: Iterable[JsonObject]) -> str:
    counts = Counter(image["status"] for image in images)
    return ", ".join(
        f"{counts[status]:,} {word}" for status, word in _COUNTED.items() if counts[status]
    )


def _more(count: int) -> list[str]:
    hidden = count - MAX_LISTED
    return [f"... and {hidden:,} more: sightline list shows them"] if hidden > 0 else []


def _plural(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def _name(image: JsonObject) -> str:
    return str(image["source"]["key"].rpartition("/")[2])


def _uri(reference: JsonObject) -> str:
    return f"s3://{reference['bucket']}/{reference['key']}"


def _email(subject: str, stage: str, lines: list[str]) -> Email:
    ascii_subject = f"[Sightline {stage}] {subject}".encode("ascii", "replace").decode()
    # Whoever names a key, or writes on a sign, must not write lines of this email.
    body = "".join(f"{printable(line)}\n" for line in lines)
    return Email(subject=printable(ascii_subject)[:MAX_SUBJECT_CHARACTERS], body=body)

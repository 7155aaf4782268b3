"""What a decision makes of a result; pure.

What the machine found is never lost: `apply` starts from it every time. So a decision can be
applied again, to the same result or to that of a new analysis, and taken back.
"""

from dataclasses import replace

from lambdas.common.message import bounded_labels, bounded_lines
from lambdas.common.result import Box, Detected, Label, Result, TextDetection
from lambdas.common.review.decisions import Decision, Kind, Sight
from lambdas.common.status import Status

CERTAIN = 100.0
"""Confidence of what a person says."""
WHOLE_IMAGE = Box(left=0.0, top=0.0, width=1.0, height=1.0)
"""Box of a line that a person wrote and the machine has not seen."""


def apply(result: Result, decision: Decision | None) -> Result:
    """Return a result as it is with the decision that stands, or with none."""
    found = as_detected(result)
    if decision is None:
        status = Status.IN_REVIEW if found.review_reasons else Status.DONE
        return found.changed(status=status, reason=None, cause=None)
    labels = _labels(found.labels, decision)
    as_read = decision.text is None or list(decision.text) == found.lines
    text = found.text if as_read else _text(found.text, decision.text or ())
    as_found = labels == found.labels and text == found.text
    rejected = decision.kind is Kind.REJECT
    return found.changed(
        status=Status.REJECTED if rejected else Status.DONE,
        reason=decision.comment if rejected else None,
        cause=None,
        review=decision,
        labels=labels,
        text=text,
        detected=None if as_found else Detected(found.labels, found.text),
    )


def as_detected(result: Result) -> Result:
    """Return a result with the labels and text that the machine found, and without a decision."""
    if result.detected is None:
        return result.changed(review=None)
    return result.changed(
        labels=result.detected.labels, text=result.detected.text, detected=None, review=None
    )


def sight(result: Result) -> Sight:
    """Return what a person sees of a result."""
    return Sight(
        status=result.status,
        labels=tuple((label["name"], label["confidence"]) for label in bounded_labels(result)),
        text=tuple(bounded_lines(result)),
        review=result.review,
    )


def _labels(found: tuple[Label, ...], decision: Decision) -> tuple[Label, ...]:
    """Return the labels with those added first; the machine's instances of them stay."""
    by_name = {label.name: label for label in reversed(found)}
    added = [
        replace(by_name.get(name, Label(name, CERTAIN)), confidence=CERTAIN)
        for name in decision.labels_added
    ]
    touched = {*decision.labels_added, *decision.labels_removed}
    return (*added, *(label for label in found if label.name not in touched))


def _text(found: tuple[TextDetection, ...], lines: tuple[str, ...]) -> tuple[TextDetection, ...]:
    """Return a person's lines as detections.

    A line that the machine read just so stays as it is, with its words. With as many lines as the
    machine found, each of the others has the box of the line in its place; else the whole image.
    """
    seen = [detection for detection in found if detection.kind == "LINE"]
    same_number = len(lines) == len(seen)
    number = max((detection.id for detection in found), default=-1)
    text: list[TextDetection] = []
    for place, line in enumerate(lines):
        original = next((one for one in seen if one.text == line), None)
        if same_number:
            original = seen[place]
        elif original is not None:
            seen.remove(original)
        if original is not None and original.text == line:
            text += [original, *(one for one in found if one.parent == original.id)]
            continue
        number += 1
        box = WHOLE_IMAGE if original is None else original.box
        text.append(TextDetection(number, "LINE", line, CERTAIN, box))
    return tuple(text)

"""From what somebody asks for to a decision, or to a sentence why it is none; pure."""

from dataclasses import dataclass, replace

from lambdas.common.result import Result
from lambdas.common.review.corrections import apply
from lambdas.common.review.decisions import (
    DECIDABLE,
    MAX_COMMENT_CHARACTERS,
    MAX_LABELS,
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    MAX_NAME_CHARACTERS,
    MAX_TEXT_BYTES,
    ConflictError,
    Decision,
    DecisionError,
    Entry,
    InvalidDecisionError,
    Kind,
)
from lambdas.common.status import Status


@dataclass(frozen=True)
class Correction:
    """What is to change: names of labels to add and to remove, and the text, line by line.

    `text` is all lines as they should be; None leaves them as they are.
    """

    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    text: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Request:
    """What somebody asks for; `by_id` is who that is where the name `by` may change."""

    kind: Kind
    by: str
    comment: str | None = None
    correction: Correction = Correction()
    by_id: str | None = None

    @property
    def why(self) -> str | None:
        """The comment, None for an empty one."""
        return (self.comment or "").strip() or None

    @property
    def who(self) -> str:
        """The person who asks."""
        return self.by_id or self.by


def decide(request: Request, result: Result, *, number: int, at: str) -> Decision:
    """Return the decision that a request is on an image as it stands.

    Raises a DecisionError with a sentence for whoever asked.
    """
    _check_state(request, result)
    comment = request.why
    if comment is None and request.kind is Kind.REJECT:
        raise InvalidDecisionError("a rejection needs a comment: it is the reason that people read")
    if comment is not None:
        _check_text(comment, "the comment", MAX_COMMENT_CHARACTERS, lines=True)
    decision = Decision(number, request.kind, request.by, at, comment)
    if request.kind is Kind.UNDO:
        return decision
    # What was corrected before stays corrected, whatever is decided now.
    decision = _with_changes_of(result.review, decision)
    if request.kind is not Kind.CORRECT:
        return decision
    correction = request.correction
    _check_correction(correction, result)
    added, removed = decision.labels_added, decision.labels_removed
    decision = replace(
        decision,
        labels_added=_without(added, correction.remove_labels) + correction.add_labels,
        labels_removed=_without(removed, correction.add_labels) + correction.remove_labels,
        text=decision.text if correction.text is None else correction.text,
    )
    if len(decision.labels_added) > MAX_LABELS:
        raise InvalidDecisionError(f"at most {MAX_LABELS} labels can be added to an image")
    corrected = apply(result, decision)
    if (corrected.labels, corrected.lines) == (result.labels, result.lines):
        raise InvalidDecisionError(
            f"image {result.image_id} has these labels and this text already"
        )
    return decision


def is_repeat(request: Request, last: Entry) -> bool:
    """Return whether the last entry of an image's history is what a request asks for."""
    decision, before = last.decision, last.before.review
    asked = (request.kind, request.who, request.why)
    if asked != (decision.kind, last.who, decision.comment):
        return False
    if request.kind is not Kind.CORRECT:
        return True
    earlier = Decision(0, Kind.CORRECT, "", "") if before is None else before
    asked_for = request.correction
    return (
        set(asked_for.add_labels) == set(decision.labels_added) - set(earlier.labels_added)
        and set(asked_for.remove_labels)
        == set(decision.labels_removed) - set(earlier.labels_removed)
        and decision.text == (earlier.text if asked_for.text is None else asked_for.text)
    )


def _check_state(request: Request, result: Result) -> None:
    image, status, standing = f"image {result.image_id}", result.status, result.review
    problem: DecisionError | None = None
    if not status.is_terminal:
        problem = ConflictError(f"{image} is {status}: the pipeline is at work on it")
    elif status is Status.FAILED:
        problem = InvalidDecisionError(
            f"{image} has failed, and nothing was found that could be decided on; "
            "`sightline redrive` brings it back"
        )
    elif status is Status.REJECTED and standing is None:
        problem = InvalidDecisionError(
            f"{image} was rejected by the pipeline, not by a person: {result.reason}"
        )
    elif request.kind is Kind.UNDO and standing is None:
        problem = InvalidDecisionError(f"no decision stands on {image}: it is {status}")
    elif status not in DECIDABLE[request.kind]:
        why = "nobody has to approve it"
        if standing is not None:
            why = f"it was {standing.kind.past} by {standing.by} at {standing.at}"
        problem = InvalidDecisionError(f"{image} is {status} already: {why}")
    if problem is not None:
        raise problem


def _check_correction(correction: Correction, result: Result) -> None:
    if not correction.add_labels and not correction.remove_labels and correction.text is None:
        raise InvalidDecisionError(
            "a correction needs something to change: labels to add or remove, or the text"
        )
    names = [*correction.add_labels, *correction.remove_labels]
    for name in correction.add_labels:
        _check_text(name, "a label's name", MAX_NAME_CHARACTERS)
    if len(set(names)) < len(names):
        raise InvalidDecisionError("a label is named twice; name each once, to add or to remove")
    present = {label.name.casefold(): label.name for label in result.labels}
    for name in correction.add_labels:
        # `car` beside `Car` would be two labels for one thing.
        if (there := present.get(name.casefold())) and there not in correction.remove_labels:
            raise InvalidDecisionError(f"image {result.image_id} has the label {there} already")
    exact = set(present.values())
    for name in correction.remove_labels:
        if name not in exact:
            meant = present.get(name.casefold())
            has = ", ".join(sorted(exact)) or "none"
            hint = f"it is written {meant}" if meant else f"its labels: {has}"
            raise InvalidDecisionError(f"image {result.image_id} has no label {name}; {hint}")
    lines = correction.text or ()
    for line in lines:
        _check_text(line, "a line of text", MAX_LINE_CHARACTERS)
    if len(lines) > MAX_LINES or sum(len(line.encode()) for line in lines) > MAX_TEXT_BYTES:
        raise InvalidDecisionError(
            f"the text may have {MAX_LINES} lines and {MAX_TEXT_BYTES:,} bytes"
        )


def _check_text(text: str, what: str, characters: int, *, lines: bool = False) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidDecisionError(f"{what} is not Unicode text") from error
    if not text.strip():
        raise InvalidDecisionError(f"{what} is empty")
    if text != text.strip():
        raise InvalidDecisionError(f"{what} begins or ends with blanks")
    if len(text) > characters:
        raise InvalidDecisionError(f"{what} has {len(text):,} characters; {characters:,} will do")
    if not lines and len(text.splitlines()) > 1:
        raise InvalidDecisionError(f"{what} has a line break; give each line by itself")


def _with_changes_of(standing: Decision | None, decision: Decision) -> Decision:
    if standing is None:
        return decision
    return replace(
        decision,
        labels_added=standing.labels_added,
        labels_removed=standing.labels_removed,
        text=standing.text,
    )


def _without(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)

"""What people decide about images: the decision, and one entry of an image's history of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lambdas.common.errors import SightlineError
from lambdas.common.status import Status

MAX_COMMENT_CHARACTERS = 1_000
MAX_NAME_CHARACTERS = 100
MAX_LABELS = 50
"""Of the labels that people added to an image: as many as an announcement has."""
MAX_LINES = 100
MAX_LINE_CHARACTERS = 300
"""As an announcement bounds them: a person's text stands in it whole."""
MAX_TEXT_BYTES = 20_000
"""Of all lines as UTF-8. An entry of the history has them up to four times, beside what the
machine found, and DynamoDB takes 400 KB."""


class DecisionError(SightlineError):
    """A decision that cannot be made; nothing was changed."""


class UnknownImageError(DecisionError):
    """There is no such image."""


class InvalidDecisionError(DecisionError):
    """The decision itself is wrong, or does not fit what the image is."""


class ConflictError(DecisionError):
    """Somebody else, or the pipeline, is at the image: look again, then decide."""


class Kind(StrEnum):
    """What a person may decide."""

    APPROVE = "approve"
    CORRECT = "correct"
    REJECT = "reject"
    UNDO = "undo"

    @property
    def past(self) -> str:
        """What it did to the image: `approved`."""
        return {"approve": "approved", "correct": "corrected", "reject": "rejected"}.get(
            self, "taken back"
        )


DECIDABLE: Mapping[Kind, frozenset[Status]] = {
    Kind.APPROVE: frozenset({Status.IN_REVIEW, Status.REJECTED}),
    Kind.CORRECT: frozenset({Status.IN_REVIEW, Status.DONE, Status.REJECTED}),
    Kind.REJECT: frozenset({Status.IN_REVIEW, Status.DONE}),
    Kind.UNDO: frozenset({Status.DONE, Status.REJECTED}),
}
"""The states in which each may be decided; of `rejected` images only those that a person rejected.

These stand beside `BEFORE` in lambdas/common/status.py, which is the pipeline's.
"""


@dataclass(frozen=True)
class Decision:
    """A person's decision; `number` counts those of an image from 1, `at` is ISO 8601 in UTC.

    The labels and the text are everything that people changed so far, not only by this decision.
    `text` has the lines as they should be; None leaves what was read.
    """

    number: int
    kind: Kind
    by: str
    at: str
    comment: str | None = None
    labels_added: tuple[str, ...] = ()
    labels_removed: tuple[str, ...] = ()
    text: tuple[str, ...] | None = None

    @property
    def summary(self) -> dict[str, Any]:
        """Who decided what, when and why, without the changes."""
        return {
            "number": self.number,
            "decision": str(self.kind),
            "by": self.by,
            "at": self.at,
            "comment": self.comment,
        }

    def to_document(self) -> dict[str, Any]:
        """Return the decision as it stands in records and results."""
        return {
            **self.summary,
            "labels_added": list(self.labels_added),
            "labels_removed": list(self.labels_removed),
            "text": None if self.text is None else list(self.text),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Decision":
        """Read what `to_document` or `summary` wrote."""
        text = document.get("text")
        return cls(
            number=int(document["number"]),
            kind=Kind(document["decision"]),
            by=document["by"],
            at=document["at"],
            comment=document.get("comment"),
            labels_added=tuple(document.get("labels_added", ())),
            labels_removed=tuple(document.get("labels_removed", ())),
            text=None if text is None else tuple(text),
        )


def decision_in(document: Mapping[str, Any] | None) -> Decision | None:
    """Return the decision that a document is, or None where none stands."""
    return None if document is None else Decision.from_document(document)


@dataclass(frozen=True)
class Sight:
    """What a person saw of an image: as announced, so within an announcement's bounds.

    `labels` are by name and confidence, `review` is the decision that stood.
    """

    status: Status
    labels: tuple[tuple[str, float], ...]
    text: tuple[str, ...]
    review: Decision | None = None

    @property
    def reason(self) -> str | None:
        """Why a person rejected the image, None if nobody did."""
        if self.review is None or self.review.kind is not Kind.REJECT:
            return None
        return self.review.comment

    def to_document(self) -> dict[str, Any]:
        """Return it as it stands in the history."""
        return {
            "status": str(self.status),
            "labels": [{"name": name, "confidence": value} for name, value in self.labels],
            "text": list(self.text),
            "review": None if self.review is None else self.review.to_document(),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Sight":
        """Read what `to_document` wrote."""
        return cls(
            status=Status(document["status"]),
            labels=tuple((one["name"], float(one["confidence"])) for one in document["labels"]),
            text=tuple(document["text"]),
            review=decision_in(document["review"]),
        )


@dataclass(frozen=True)
class Entry:
    """One entry of an image's history: a decision, or that one was taken back.

    `by_id` is who decided where the name may change, such as a user's address. It is kept here and
    shown to nobody.
    """

    image_id: str
    decision: Decision
    before: Sight
    after: Sight
    by_id: str | None = None

    @property
    def number(self) -> int:
        """Its place in the history, from 1."""
        return self.decision.number

    @property
    def who(self) -> str:
        """The person who decided."""
        return self.by_id or self.decision.by

    def to_document(self) -> dict[str, Any]:
        """Return the entry as it is shown; kept is `by_id` too."""
        return {
            "image_id": self.image_id,
            **self.decision.summary,
            "before": self.before.to_document(),
            "after": self.after.to_document(),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Entry":
        """Read what `to_document` wrote, with `by_id` if it is there."""
        after = Sight.from_document(document["after"])
        decision = Decision.from_document({**document, "text": None})
        if decision.kind is not Kind.UNDO and after.review is not None:
            decision = after.review  # with its changes
        before = Sight.from_document(document["before"])
        return cls(document["image_id"], decision, before, after, document.get("by_id"))

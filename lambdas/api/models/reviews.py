"""Reviews: what people ask for, and what became of it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from lambdas.api.models.base import WHOLE, Answered, Asked, Confidence, Time
from lambdas.api.models.images import Decision
from lambdas.common.review.decisions import (
    MAX_COMMENT_CHARACTERS,
    MAX_LABELS,
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    MAX_NAME_CHARACTERS,
)

Comment = Annotated[str, Field(max_length=MAX_COMMENT_CHARACTERS)]
LabelText = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
Line = Annotated[str, Field(min_length=1, max_length=MAX_LINE_CHARACTERS)]


class Verdict(StrEnum):
    """What may be decided."""

    APPROVE = "approve"
    CORRECT = "correct"
    REJECT = "reject"


Seen = Annotated[
    int,
    Field(
        ge=0,
        description="`reviews` of the image as it was looked at. By it a request that was sent "
        "twice is one, and what somebody else decided meanwhile is not decided over: 409.",
    ),
    WHOLE,
]
SeenAnalysis = Annotated[
    str | None,
    Field(
        max_length=40,
        description="`finished_at` of the image as it was looked at, None if it had none. Where it "
        "was analysed anew meanwhile: 409. Left out, any analysis will do.",
    ),
]


class UndoRequest(Asked):
    """An undo, with its reason if there is one."""

    comment: Comment | None = None
    seen: Seen
    seen_finished_at: SeenAnalysis = None


class DecisionRequest(UndoRequest):
    """A decision; what `correct` changes stands beside it, `reject` needs a comment."""

    decision: Annotated[Verdict, Field(strict=False)]
    add_labels: Annotated[list[LabelText], Field(max_length=MAX_LABELS, default_factory=list)]
    remove_labels: Annotated[list[LabelText], Field(max_length=1000, default_factory=list)]
    text: Annotated[
        list[Line] | None,
        Field(max_length=MAX_LINES, description="All lines as they should be; None leaves them."),
    ] = None


class ClaimAnswer(Answered):
    """An image is the caller's to look at, until then."""

    image_id: str
    by: str
    until: Time


class SeenLabel(Answered):
    """A label as it was seen."""

    name: str
    confidence: Confidence


class Sight(Answered):
    """What a person saw of an image."""

    status: str
    labels: list[SeenLabel]
    text: list[str]
    review: Decision | None


class Entry(Answered):
    """One entry of an image's history: a decision, or that one was taken back."""

    image_id: str
    number: int
    decision: str
    by: str
    at: Time
    comment: str | None
    before: Sight
    after: Sight


class History(Answered):
    """Everything that people decided on an image, oldest first."""

    items: list[Entry]

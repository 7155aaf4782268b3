"""Images: what a list has of each, and the whole of one."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from lambdas.api.models.base import Answered, Confidence, Fraction, Time

AWAITING_UPLOAD = "awaiting_upload"


class State(StrEnum):
    """Where an image is: before its upload, on its way, or at an end."""

    AWAITING_UPLOAD = AWAITING_UPLOAD
    RECEIVED = "received"
    LABELLED = "labelled"
    ON_HOLD = "on_hold"
    DONE = "done"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    FAILED = "failed"


class Box(Answered):
    """A bounding box."""

    left: Fraction
    top: Fraction
    width: Fraction
    height: Fraction


class LabelName(Answered):
    """A label, without its places."""

    name: str
    confidence: Confidence


class Instance(Answered):
    """One place where a label was seen."""

    confidence: Confidence
    box: Box


class Label(LabelName):
    """What an image shows."""

    instances: list[Instance]
    parents: list[str]


class Text(Answered):
    """A line or a word of text; a word's `parent` is the `id` of its line."""

    id: int
    kind: str
    text: str
    confidence: Annotated[
        Confidence | None, Field(description="None where the result has expired.")
    ]
    box: Annotated[Box | None, Field(description="None where the result has expired.")]
    parent: int | None


class Owner(Answered):
    """Who uploaded an image through the API."""

    id: Annotated[str, Field(description="The user's `sub`.")]
    yours: bool


class Claim(Answered):
    """Who is looking at an image of the review, and until when it is theirs."""

    by: str
    until: Time
    yours: bool


class ThumbnailLink(Answered):
    """Links of an image in a list."""

    thumbnail: Annotated[str | None, Field(description="A presigned link; None if there is none.")]


class Links(ThumbnailLink):
    """Presigned links; each is None where there is nothing."""

    original: str | None
    preview: Annotated[str | None, Field(description="An upright picture that browsers show.")]
    processed: str | None


class _Image(Answered):
    """What lists and single images have in common."""

    id: Annotated[str | None, Field(description="None before the file has arrived.")]
    task_id: Annotated[str | None, Field(description="None unless uploaded through the API.")]
    name: str
    status: State
    received_at: Time | None
    finished_at: Time | None
    reason: Annotated[str | None, Field(description="Why it was rejected or has failed.")]
    width: int | None
    height: int | None
    review_reasons: list[str]
    reviews: Annotated[int, Field(description="How often people decided on it.")]
    claim: Claim | None
    owner: Owner | None


class Summary(_Image):
    """An image in a list."""

    labels: list[LabelName]
    text: Annotated[list[str], Field(description="Its lines.")]
    links: ThumbnailLink


class Images(Answered):
    """A page of a list; it may be short, and there is more as long as `next` is not None."""

    items: list[Summary]
    next: Annotated[str | None, Field(description="`cursor` of the next page.")]


class Waiting(Images):
    """A page of the review's list, oldest first."""

    waiting: Annotated[int, Field(description="Images in review.")]
    waiting_is_capped: Annotated[bool, Field(description="True when there are more than that.")]


class Source(Answered):
    """Where the original lies."""

    bucket: str
    key: str
    version: str | None
    etag: str | None = None


class File(Answered):
    """What the file is; the size is that of the upright picture, in pixels."""

    format: str
    width: int
    height: int
    bytes: int


class Decision(Answered):
    """A person's decision; labels and text are everything that people changed so far."""

    number: int
    decision: str
    by: str
    at: Time
    comment: str | None
    labels_added: list[str]
    labels_removed: list[str]
    text: list[str] | None


class Detected(Answered):
    """What the machine found, where people changed it."""

    labels: list[Label]
    text: list[Text]


class Event(Answered):
    """When an image came to a status."""

    status: str
    at: Time


class Image(_Image):
    """Everything that is known of an image."""

    cause: Annotated[str | None, Field(description="Why it failed, in one word.")]
    source: Source | None
    image: File | None
    labels: list[Label]
    text: list[Text]
    text_expected: bool
    properties: dict[str, Any] | None
    models: dict[str, str]
    paid: Annotated[list[str], Field(description="The calls that were paid for this image.")]
    review: Decision | None
    detected: Detected | None
    events: list[Event]
    links: Links
    links_expire_at: Time

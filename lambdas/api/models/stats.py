"""`GET /stats`."""

from typing import Annotated

from pydantic import Field

from lambdas.api.models.base import Answered, Time


class Day(Answered):
    """Images that arrived on a day (UTC)."""

    day: str
    images: int
    complete: Annotated[bool, Field(description="False when there are more than were counted.")]


class TopLabel(Answered):
    """How many of the newest images have a label."""

    name: str
    images: int


class Queue(Answered):
    """How much waits in a queue; null is not known just now."""

    name: str
    waiting: int | None
    in_flight: int | None
    dead_letters: int | None


class Month(Answered):
    """The paid calls of a month so far."""

    month: str
    labels_calls: int
    text_calls: int
    cost: float
    currency: str
    source: Annotated[str, Field(description="What this was counted from.")]


class StatusCount(Answered):
    """Images that are in a status now."""

    status: str
    images: int
    complete: bool


class Stats(Answered):
    """The state of the whole system."""

    at: Time
    days: list[Day]
    statuses: list[StatusCount]
    top_labels: list[TopLabel]
    top_labels_of: Annotated[
        int, Field(description="How many images were looked at: the newest of these days.")
    ]
    queues: list[Queue]
    month: Annotated[Month | None, Field(description="Null: not known just now.")]

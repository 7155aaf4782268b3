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
    """How much waits in a queue."""

    name: str
    waiting: int
    in_flight: int
    dead_letters: int


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
    top_labels_of: Annotated[int, Field(description="How many newest images were looked at.")]
    queues: list[Queue]
    month: Month

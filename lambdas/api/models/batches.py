"""Batches: what admins ask for, and how far one is."""

from typing import Annotated

from pydantic import Field

from lambdas.api.models.base import Answered, Asked, Time


class BatchRequest(Asked):
    """The images under a prefix of a bucket; they are listed first, and analysed once started."""

    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[str, Field(max_length=1024)] = ""
    name: Annotated[str | None, Field(max_length=100)] = None
    again: Annotated[bool, Field(description="Analyse anew what has been analysed.")] = False


class MaxCost(Answered):
    """What the paid calls of a batch cost at most."""

    labels: float
    text: float
    total: float
    currency: str


class Batch(Answered):
    """A batch."""

    id: str
    name: str
    bucket: str
    prefix: str
    state: str
    created_at: Time
    created_by: str
    images: int
    bytes: int
    fed: Annotated[int, Field(description="Images that were sent to be analysed.")]
    ended: Annotated[int | None, Field(description="Images that have ended.")]
    approved: bool
    again: bool
    started_at: Time | None
    closed_at: Time | None
    reason: str | None
    max_cost: Annotated[MaxCost | None, Field(description="None until all images are listed.")]


class Batches(Answered):
    """The newest batches."""

    items: list[Batch]


class Report(Answered):
    """Presigned links to a batch's report."""

    text: str
    csv: str
    summary: str
    links_expire_at: Time

"""An attempt at an image, as it was begun."""

from dataclasses import dataclass, field

from lambdas.common.queue.failure import Failure
from lambdas.common.review.decisions import Decision
from lambdas.common.status import Status


@dataclass(frozen=True)
class Attempt:
    """One go at a stage of an image; `number` counts from 1.

    `failure` is that of the attempt before, None if there was none or it was killed.
    """

    number: int
    owner: str
    status: Status
    failure: Failure | None = None
    is_first: bool = False
    """True when nothing was done for this image before."""
    anew: bool = False
    """True when an image that had ended is analysed again."""
    review: Decision | None = None
    """The person's decision that stands on the image."""
    received_at: str = field(default="", compare=False)
    """When the image arrived, as its record has it: what arrives again has not arrived anew."""
    copies_at: str | None = field(default=None, compare=False)
    """When this analysis wrote its copies, as its record has it; None if that does not say."""

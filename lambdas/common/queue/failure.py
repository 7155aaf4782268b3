"""Why something failed, as records and dead letters say it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed: a short cause to group by, and a sentence."""

    cause: str
    reason: str

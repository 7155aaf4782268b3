"""The states of an image, and which may follow which."""

from enum import StrEnum


class Status(StrEnum):
    """Where an image is on its way through the pipeline."""

    RECEIVED = "received"
    LABELLED = "labelled"
    ON_HOLD = "on_hold"
    DONE = "done"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    FAILED = "failed"
    DELETED = "deleted"

    @property
    def is_terminal(self) -> bool:
        """True when the pipeline has nothing more to do for the image."""
        return self not in ON_THE_WAY


ON_THE_WAY = frozenset({Status.RECEIVED, Status.LABELLED, Status.ON_HOLD})

ENDED = frozenset(Status) - ON_THE_WAY - {Status.FAILED}
"""Ends that no redrive takes back."""

# Nothing leads to `deleted` but a person's wish (lambdas/common/deletion.py).
# `failed` may be left again: its message waits in a dead-letter queue, and a redrive that
# succeeds gives the image its real end. Nothing here leads out of `in_review`: only a person's
# decision does, never a second delivery.
BEFORE: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.FAILED}),
    Status.LABELLED: frozenset({Status.RECEIVED, Status.FAILED, Status.ON_HOLD}),
    Status.ON_HOLD: frozenset({Status.RECEIVED, Status.LABELLED}),
    Status.DONE: ON_THE_WAY | {Status.FAILED},
    Status.IN_REVIEW: ON_THE_WAY | {Status.FAILED},
    Status.REJECTED: ON_THE_WAY | {Status.FAILED},
    Status.FAILED: ON_THE_WAY,
    Status.DELETED: frozenset(),
}
"""For each state, the states that it may follow in the pipeline."""

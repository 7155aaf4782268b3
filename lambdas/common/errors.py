"""Errors of the pipeline: one root, and whether a retry can help is the class."""


class SightlineError(Exception):
    """The root of every error that Sightline raises on purpose; its text is for a person."""


class RejectedImageError(SightlineError):
    """The image itself cannot be analysed: never retried, recorded as `rejected` with this text."""


class RetryableError(SightlineError):
    """Something on our side or AWS's failed: the message returns to its queue and is retried."""


class NotYetError(SightlineError):
    """It is not this message's turn: it returns after `seconds`, and no attempt is counted."""

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class MissingEnvironmentError(SightlineError):
    """A function was started without all of its environment variables."""

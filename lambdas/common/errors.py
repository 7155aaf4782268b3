"""Errors of the pipeline: one root, and whether a retry can help is the class."""


class SightlineError(Exception):
    """The root of every error that Sightline raises on purpose; its text is for a person."""


class RejectedImageError(SightlineError):
    """The image itself cannot be analysed: never retried, recorded as `rejected` with this text."""


class RetryableError(SightlineError):
    """Something on our side or AWS's failed: the message returns to its queue and is retried."""


class MissingEnvironmentError(SightlineError):
    """A function was started without all of its environment variables."""

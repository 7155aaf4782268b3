"""The time, as records and results have it."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """Return a time in UTC as ISO 8601 with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def iso(seconds: float) -> str:
    """Return a time that is given in seconds since the epoch, as `moment` does."""
    return moment(datetime.fromtimestamp(seconds, UTC))


def utc_now() -> str:
    """Return the time as `moment` does."""
    return moment(datetime.now(UTC))

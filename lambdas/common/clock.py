"""The time, as records and results have it."""

from datetime import UTC, datetime


def utc_now() -> str:
    """Return the time in UTC as ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")

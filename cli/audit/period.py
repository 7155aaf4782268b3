"""The period of an audit."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Period:
    """From one moment to another, both included; it begins with a whole second, as S3's times do.

    Raises ValueError when it would end before it begins.
    """

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise ValueError(
                f"the period would end ({self.until:%Y-%m-%d %H:%M:%S} UTC) before it begins "
                f"({self.since:%Y-%m-%d %H:%M:%S} UTC)"
            )
        object.__setattr__(self, "since", self.since.astimezone(UTC).replace(microsecond=0))
        object.__setattr__(self, "until", self.until.astimezone(UTC))

    def holds(self, moment: datetime) -> bool:
        """Return whether a moment is in the period."""
        return self.since <= moment <= self.until


def parse_moment(text: str, now: datetime) -> datetime:
    """Read `2h`, `7d` and the like, counted back from `now`, or an ISO 8601 date or time.

    Units are s, m, h, d and w. A date is its first moment; what says no zone is UTC. Raises
    ValueError with a sentence that says what to write.
    """
    if match := _DURATION.fullmatch(text.strip().lower()):
        return now - timedelta(**{_UNITS[match[2]]: float(match[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(
            f"'{text}' is no time: write a duration such as 2h or 7d, or a date or time such as "
            "2026-01-31 or 2026-01-31T08:00:00Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""How the period of an audit is written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cli.audit import Period, parse_moment

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", NOW),
        ("90s", NOW - timedelta(seconds=90)),
        ("15m", NOW - timedelta(minutes=15)),
        ("1.5H", NOW - timedelta(minutes=90)),
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(days=14)),
        ("2026-01-30", datetime(2026, 1, 30, tzinfo=UTC)),
        ("2026-01-30T08:00", datetime(2026, 1, 30, 8, tzinfo=UTC)),
        ("2026-01-30T08:00:00Z", datetime(2026, 1, 30, 8, tzinfo=UTC)),
        ("2026-01-30T08:00:00+02:00", datetime(2026, 1, 30, 6, tzinfo=UTC)),
    ],
)
def test_moments_are_durations_or_iso_times(text: str, expected: datetime) -> None:
    assert parse_moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "-2h", "2026-13-01"])
def test_anything_else_is_an_error_that_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write a duration such as 2h"):
        parse_moment(text, NOW)


def test_a_period_begins_with_a_whole_second_and_is_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    since = datetime(2026, 1, 31, 1, 30, 0, 999_999, tzinfo=east)

    period = Period(since, since + timedelta(hours=1))

    assert period.since == datetime(2026, 1, 30, 23, 30, tzinfo=UTC)
    assert period.holds(since.replace(microsecond=0))
    assert not period.holds(since + timedelta(hours=2))


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(NOW, NOW - timedelta(seconds=1))

"""Shares and percentiles; what has no time, because it never came, is later than all."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float | None], percent: float) -> float | None:
    """Return the smallest value that so many per cent do not exceed (nearest rank); None if never.

    Raises ValueError where there are none.
    """
    if not values:
        raise ValueError("there is no percentile of nothing")
    ordered = sorted(math.inf if value is None else value for value in values)
    found = ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]
    return None if math.isinf(found) else found


def share_within(values: Sequence[float | None], seconds: float, of: int) -> float:
    """Return the share of `of` that came within a time; what is missing from the values did not.

    Raises ValueError where there was nothing to come.
    """
    if of < 1:
        raise ValueError("there is no share of nothing")
    return sum(value is not None and value <= seconds for value in values) / of

"""What is read from the times of calls and functions, wherever these were noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Call:
    """A call of a paid API: when it came, seconds since the epoch, and how long it took."""

    came_at: float
    seconds: float
    answered: bool = True


@dataclass(frozen=True)
class Visit:
    """An image in a function: when it came in, seconds since the epoch, and how long it stayed."""

    began_at: float
    seconds: float

    @property
    def ended_at(self) -> float:
        """When the function was free again."""
        return self.began_at + self.seconds


@dataclass(frozen=True)
class Alone:
    """How long a function has an image that nothing holds up, and how that divides, seconds."""

    before: float
    call: float
    after: float


def alone(visits: Sequence[Visit], calls: Sequence[Call]) -> Alone:
    """Return the medians over images that came one at a time.

    Raises ValueError for a visit without a call, or with several: they were not alone then.
    """
    before, during, after = [], [], []
    for visit in visits:
        made = [call for call in calls if visit.began_at <= call.came_at <= visit.ended_at]
        if len(made) != 1 or not made[0].answered:
            raise ValueError(f"{len(made)} calls while the function had one image: {made}")
        (call,) = made
        before.append(call.came_at - visit.began_at)
        during.append(call.seconds)
        after.append(visit.ended_at - call.came_at - call.seconds)
    return Alone(median(before), median(during), median(after))


def steady_rate(times: Sequence[float]) -> float:
    """Return how many of these there were a second, without the first and the last tenth.

    Raises ValueError for fewer than two, of which there is no rate.
    """
    cut = len(times) // 10
    ordered = sorted(times)[cut : len(times) - cut]
    if len(ordered) < 2 or ordered[0] == ordered[-1]:
        raise ValueError(f"{len(ordered)} times have no rate")
    return (len(ordered) - 1) / (ordered[-1] - ordered[0])

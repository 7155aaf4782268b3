"""The shared schedule of paid calls: every container takes its turn from one list of times.

An item of the record table holds the time of the next free turn. Taking one moves it on by the
spacing that the quota allows, in one conditional write, so that however many containers there are,
their calls together are as many as the quota, evenly spread. Nothing is held: a container that is
killed loses its one turn, and nothing leaks. Where AWS throttles all the same, because somebody
else uses the quota too, the spacing is stretched for all, and eases back while calls succeed.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError
from lambdas.common.records.items import from_item, refused_item, to_item
from lambdas.common.telemetry import logger

USE = 0.98
"""Share of the quota that is used: what is left takes up the jitter between here and AWS."""
CATCH_UP_SECONDS = 0.2
"""How late a turn may be taken up, so that a moment without takers is not lost."""
MAX_WAIT_SECONDS = 10.0
"""How long a container waits for its turn; a function that sleeps costs money."""
CALLS_PER_SHARD = 100
"""Calls a second from one item: DynamoDB takes 1,000 writes a second to a partition, and two or
three writes a call at the worst."""
SLOWER, FASTER = 1.15, 0.98
"""What a throttled call does to the spacing, and what each quiet `EASE_SECONDS` do."""
MAX_SLOWDOWN = 50.0
SLOW_SECONDS, EASE_SECONDS = 1.0, 5.0
"""How often the spacing is stretched at most, and eased at most, seconds."""

CLOCK_SECONDS = 60.0
"""How far beyond the furthest turn a schedule may be before it is taken for a wrong clock's."""

_TRIES = 5
_MICROSECONDS = 1_000_000


@dataclass
class _Seen:
    """What a container knows of a shard's item."""

    next: int = 0
    was_idle: bool = True
    slowdown: float = 1.0
    changed_at: int = 0


@dataclass(kw_only=True)
class Pacer:
    """Waits until a call of one API may be made.

    `calls_per_second` is the account's quota of the API in the region. `now` is in seconds since
    the epoch; all containers' clocks agree to within milliseconds, as Lambda's do.
    """

    dynamodb: Any
    table: str
    api: str
    calls_per_second: float
    now: Callable[[], float]
    sleep: Callable[[float], None]

    def __post_init__(self) -> None:
        self._shards = max(1, round(self.calls_per_second / CALLS_PER_SHARD))
        self._spacing = _MICROSECONDS * self._shards / (self.calls_per_second * USE)
        self._furthest = int(self._spacing * MAX_SLOWDOWN + CLOCK_SECONDS * _MICROSECONDS)
        self._seen = [_Seen() for _ in range(self._shards)]
        # Each container starts elsewhere and goes round, so that the shards are used alike.
        self._shard = random.randrange(self._shards)  # noqa: S311

    def wait_for_turn(self) -> None:
        """Take the next turn and wait for it.

        Raises NotYetError when it is more than MAX_WAIT_SECONDS away; none is taken then.
        """
        self._shard = (self._shard + 1) % self._shards
        turn = self._take(self._shard)
        wait = turn / _MICROSECONDS - self.now()
        if wait > 0:
            self.sleep(wait)

    def slow_down(self) -> None:
        """Tell all containers that a call was throttled."""
        seen = self._seen[self._shard]
        if self._quiet(seen) >= SLOW_SECONDS:
            self._change_slowdown(self._shard, min(seen.slowdown * SLOWER, MAX_SLOWDOWN))

    def _take(self, shard: int) -> int:
        """Reserve a turn in the schedule; return its time, microseconds since the epoch."""
        seen = self._seen[shard]
        for _ in range(_TRIES):
            now = self._microseconds()
            earliest = now - int(CATCH_UP_SECONDS * _MICROSECONDS)
            latest = now + int(MAX_WAIT_SECONDS * _MICROSECONDS)
            step = int(self._spacing * seen.slowdown)
            # Two guesses at what the others did meanwhile; the refusal of one says what it was.
            if not seen.was_idle:
                taken = self._update(
                    shard,
                    "SET #next = #next + :step",
                    "#next BETWEEN :earliest AND :latest",
                    {":step": step, ":earliest": earliest, ":latest": latest},
                )
            else:
                # Nobody has called for a while: begin from now.
                taken = self._update(
                    shard,
                    "SET #next = :start",
                    "attribute_not_exists(#next) OR #next < :earliest",
                    {":start": now + step, ":earliest": earliest},
                )
            if taken:
                quiet = self._quiet(seen)
                if seen.slowdown > 1 and quiet >= EASE_SECONDS:
                    eased = seen.slowdown * FASTER ** (quiet / EASE_SECONDS)
                    self._change_slowdown(shard, max(eased, 1.0))
                return seen.next - step
            seen.was_idle = seen.next < earliest
            if seen.next > latest + self._furthest:
                # No sequence of turns leads there, and without help it would stop all until then.
                logger.warning("the schedule was set right", api=self.api, ahead=seen.next - now)
                if self._update(
                    shard,
                    "SET #next = :start",
                    "#next = :seen",
                    {":start": now + step, ":seen": seen.next},
                ):
                    return now
                continue
            if seen.next > latest:
                wait = (seen.next - now) / _MICROSECONDS
                raise NotYetError(
                    f"{self.api} has no free turn in the next {MAX_WAIT_SECONDS:g} seconds",
                    # Spread, so that those who are too many do not all come back at once.
                    seconds=wait * random.uniform(1, 3),  # noqa: S311
                )
        raise NotYetError(f"too many containers ask for a turn of {self.api} at once", seconds=1)

    def _change_slowdown(self, shard: int, slowdown: float) -> None:
        # Where another container has changed it meanwhile, that is the change.
        self._update(
            shard,
            "SET slowdown = :slowdown, changed_at = :now",
            "attribute_not_exists(changed_at) OR changed_at = :seen",
            {
                ":slowdown": slowdown,
                ":now": self._microseconds(),
                ":seen": self._seen[shard].changed_at,
            },
        )

    def _update(
        self, shard: int, update: str, condition: str, values: dict[str, int | float]
    ) -> bool:
        """Change a shard's item and note what it is now; return whether the condition held."""
        held = True
        try:
            answer = self.dynamodb.update_item(
                TableName=self.table,
                Key=to_item({"image_id": f"pacer#{self.api}#{shard}", "item": "pacer"}),
                UpdateExpression=update,
                ConditionExpression=condition,
                **({"ExpressionAttributeNames": {"#next": "next"}} if "#next" in condition else {}),
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
            item = from_item(answer["Attributes"])
        except ClientError as error:
            refused = refused_item(error)
            if refused is None:
                raise
            item, held = refused, False
        seen = self._seen[shard]
        seen.next = int(item.get("next", 0))
        seen.slowdown = float(item.get("slowdown", 1))
        seen.changed_at = int(item.get("changed_at", 0))
        return held

    def _quiet(self, seen: _Seen) -> float:
        """Return how many seconds ago the spacing was changed; a wrong clock's change is old."""
        seconds = (self._microseconds() - seen.changed_at) / _MICROSECONDS
        return EASE_SECONDS if seconds < -CLOCK_SECONDS else seconds

    def _microseconds(self) -> int:
        return int(self.now() * _MICROSECONDS)

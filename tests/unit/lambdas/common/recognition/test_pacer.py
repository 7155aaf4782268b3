"""The shared schedule of paid calls, in virtual time: many containers, one quota."""

import heapq
from bisect import bisect_left
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError
from lambdas.common.recognition.pacer import (
    CATCH_UP_SECONDS,
    EASE_SECONDS,
    FASTER,
    MAX_SLOWDOWN,
    MAX_WAIT_SECONDS,
    SLOWER,
    USE,
    Pacer,
)
from lambdas.common.records.items import from_item, to_item
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.steps import START, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def container(dynamodb: Any, clock: Clock, calls_per_second: float = 50) -> Pacer:
    return Pacer(
        dynamodb=dynamodb,
        table=TABLE,
        api="DetectLabels",
        calls_per_second=calls_per_second,
        now=clock.now,
        sleep=clock.sleep,
    )


def schedule(dynamodb: Any, shard: int = 0) -> dict[str, Any]:
    key = to_item({"image_id": f"pacer#DetectLabels#{shard}", "item": "pacer"})
    return from_item(dynamodb.get_item(TableName=TABLE, Key=key).get("Item", {}))


def call_times(
    dynamodb: Any, clock: Clock, pacers: list[Pacer], seconds: float, first: float = START
) -> list[float]:
    """When calls are made by containers that always have one to make, and end it at once."""
    ready = [(first + number / 10_000, number) for number in range(len(pacers))]
    heapq.heapify(ready)
    calls = []
    while ready[0][0] < first + seconds:
        clock.time, number = heapq.heappop(ready)
        asked = clock.time
        try:
            pacers[number].wait_for_turn()
        except NotYetError as error:
            heapq.heappush(ready, (asked + error.seconds, number))
        else:
            calls.append(clock.time)
            heapq.heappush(ready, (clock.time, number))
    return sorted(time - first for time in calls if time < first + seconds)


def most_in_a_window(calls: list[float], seconds: float) -> int:
    return max(bisect_left(calls, start + seconds) - n for n, start in enumerate(calls))


@pytest.mark.parametrize("containers", [1, 10, 200])
@pytest.mark.parametrize(("quota", "seconds"), [(5, 20), (50, 3), (500, 1)])
def test_however_many_containers_there_are_their_calls_are_as_many_as_the_quota(
    dynamodb: Any, clock: Clock, containers: int, quota: int, seconds: int
) -> None:
    # When
    pacers = [container(dynamodb, clock, quota) for _ in range(containers)]
    calls = call_times(dynamodb, clock, pacers, seconds)
    # Then: never more in any second, beyond what is caught up once and the first of each shard
    shards = max(1, quota // 100)
    assert most_in_a_window(calls, 1.0) <= quota * USE * (1 + CATCH_UP_SECONDS) + shards
    assert len(calls) <= quota * (seconds + CATCH_UP_SECONDS) + shards
    # Then: the quota is used
    assert len(calls) >= 0.95 * quota * seconds


def test_calls_are_evenly_spread(dynamodb: Any, clock: Clock) -> None:
    calls = call_times(dynamodb, clock, [container(dynamodb, clock) for _ in range(10)], 2)
    gaps = [later - earlier for earlier, later in pairwise(calls)]
    assert gaps[20:] == pytest.approx([1 / (50 * USE)] * len(gaps[20:]), rel=0.01)


def test_after_a_lull_little_is_caught_up(dynamodb: Any, clock: Clock) -> None:
    # Given: nobody has called for a minute
    pacers = [container(dynamodb, clock) for _ in range(10)]
    call_times(dynamodb, clock, pacers, 1)
    # When
    calls = call_times(dynamodb, clock, pacers, 2, first=START + 60)
    # Then
    assert most_in_a_window(calls, 1.0) <= 50 * (1 + CATCH_UP_SECONDS)


def test_a_container_that_stops_costs_the_others_one_turn(dynamodb: Any, clock: Clock) -> None:
    # Given
    killed, other = container(dynamodb, clock), container(dynamodb, clock)
    killed.wait_for_turn()
    before = schedule(dynamodb)["next"]
    killed.wait_for_turn()  # and it never calls
    # When
    clock.time = START
    calls = call_times(dynamodb, clock, [other], 2)
    # Then
    assert schedule(dynamodb)["next"] > before
    assert len(calls) >= 50 * USE * 2 - 3


def test_turns_are_given_out_for_the_next_ten_seconds_and_no_further(
    dynamodb: Any, clock: Clock
) -> None:
    # Given: one container for each turn, all at once
    waits = []
    while True:
        clock.time = START
        try:
            container(dynamodb, clock, 5).wait_for_turn()
        except NotYetError as error:
            refused = error
            break
        waits.append(clock.time - START)
    # Then
    assert len(waits) == pytest.approx(MAX_WAIT_SECONDS * 5 * USE, abs=2)
    assert max(waits) <= MAX_WAIT_SECONDS
    assert MAX_WAIT_SECONDS < refused.seconds < 3 * MAX_WAIT_SECONDS + 1
    assert "DetectLabels has no free turn in the next 10 seconds" in str(refused)
    # Then: who is refused takes no turn away
    before = schedule(dynamodb)
    with pytest.raises(NotYetError):
        container(dynamodb, clock, 5).wait_for_turn()
    assert schedule(dynamodb) == before


def test_a_schedule_that_a_wrong_clock_has_set_stops_nobody(dynamodb: Any, clock: Clock) -> None:
    # Given: a container of the next year has called
    clock.time += 365 * 86_400
    container(dynamodb, clock, 5).wait_for_turn()
    clock.time = START
    # When
    pacers = [container(dynamodb, clock, 5) for _ in range(3)]
    calls = call_times(dynamodb, clock, pacers, 10)
    # Then
    assert len(calls) == pytest.approx(10 * 5 * USE, abs=2)


def test_a_quota_of_less_than_a_call_in_ten_seconds_is_kept_too(
    dynamodb: Any, clock: Clock
) -> None:
    calls = call_times(dynamodb, clock, [container(dynamodb, clock, 0.05)], 100)
    assert 2 <= len(calls) <= 6  # a container that is put off comes back late


def test_a_large_quota_is_spread_over_items(dynamodb: Any, clock: Clock) -> None:
    pacer = container(dynamodb, clock, 500)
    for _ in range(10):
        pacer.wait_for_turn()
    assert [bool(schedule(dynamodb, shard)) for shard in range(6)] == [True] * 5 + [False]


def test_the_apis_have_schedules_of_their_own(dynamodb: Any, clock: Clock) -> None:
    labels, text = container(dynamodb, clock, 0.5), container(dynamodb, clock, 0.5)
    text.api = "DetectText"
    labels.wait_for_turn()
    text.wait_for_turn()
    assert clock.time == START


class TestSlowDown:
    def test_throttling_makes_every_container_slower(self, dynamodb: Any, clock: Clock) -> None:
        # Given
        one, other = container(dynamodb, clock), container(dynamodb, clock)
        one.wait_for_turn()
        # When
        one.slow_down()
        # Then
        calls = call_times(dynamodb, clock, [other], 3, first=clock.time)
        assert len(calls) == pytest.approx(3 * 50 * USE / SLOWER, abs=3)

    def test_a_second_of_throttled_calls_slows_down_once(self, dynamodb: Any, clock: Clock) -> None:
        pacers = [container(dynamodb, clock) for _ in range(10)]
        for pacer in pacers:
            pacer.wait_for_turn()
        for pacer in pacers:
            pacer.slow_down()
        assert float(schedule(dynamodb)["slowdown"]) == SLOWER

    def test_it_goes_on_while_the_throttling_does_and_has_an_end(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        pacer = container(dynamodb, clock)
        for _ in range(30):
            pacer.wait_for_turn()
            pacer.slow_down()
            clock.time += 1.5
        assert float(schedule(dynamodb)["slowdown"]) == MAX_SLOWDOWN

    def test_a_wrong_clock_does_not_keep_it_from_changing(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        # Given: a container of tomorrow was throttled
        clock.time += 86_400
        pacer = container(dynamodb, clock)
        pacer.wait_for_turn()
        pacer.slow_down()
        clock.time = START
        # When
        pacer.wait_for_turn()
        pacer.slow_down()
        # Then
        assert float(schedule(dynamodb)["slowdown"]) > SLOWER
        # And when
        clock.time += 3600
        pacer.wait_for_turn()
        assert float(schedule(dynamodb)["slowdown"]) == 1

    def test_it_is_forgotten_when_nobody_has_called_for_long(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        # Given
        pacer = container(dynamodb, clock)
        for _ in range(30):
            pacer.wait_for_turn()
            pacer.slow_down()
            clock.time += 1.5
        # When
        clock.time += 3600
        pacer.wait_for_turn()
        # Then
        assert float(schedule(dynamodb)["slowdown"]) == 1

    def test_it_eases_while_calls_succeed(self, dynamodb: Any, clock: Clock) -> None:
        # Given
        pacer = container(dynamodb, clock)
        pacer.wait_for_turn()
        pacer.slow_down()
        seen = []
        # When
        for _ in range(15):
            clock.time += EASE_SECONDS + 0.1
            pacer.wait_for_turn()
            seen.append(float(schedule(dynamodb)["slowdown"]))
        # Then
        assert seen[0] == pytest.approx(SLOWER * FASTER, rel=0.001)
        assert seen == sorted(seen, reverse=True)
        assert seen[-1] == 1

    def test_it_does_not_ease_sooner(self, dynamodb: Any, clock: Clock) -> None:
        pacer = container(dynamodb, clock)
        pacer.wait_for_turn()
        pacer.slow_down()
        for _ in range(10):
            pacer.wait_for_turn()
        assert float(schedule(dynamodb)["slowdown"]) == SLOWER


def test_an_error_of_the_table_is_raised(dynamodb: Any, clock: Clock) -> None:
    pacer = container(dynamodb, clock)
    pacer.table = "no-such-table"
    with pytest.raises(ClientError, match="ResourceNotFound"):
        pacer.wait_for_turn()

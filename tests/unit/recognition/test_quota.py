"""No more calls than the rate allows, whatever the order in which they come."""

import pytest

from local.recognition.errors import ApiError
from local.recognition.quota import THROTTLED, Quota


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def admitted(quota: Quota, operation: str = "DetectLabels") -> bool:
    try:
        quota.admit(operation)
    except ApiError:
        return False
    return True


def test_refusal_is_the_one_for_too_many_requests() -> None:
    quota = Quota({"DetectLabels": 1.0}, Clock())
    quota.admit("DetectLabels")
    with pytest.raises(ApiError, match="Provisioned rate exceeded") as refused:
        quota.admit("DetectLabels")
    assert (refused.value.code, refused.value.status) == (THROTTLED, 400)


@pytest.mark.parametrize(("rate", "burst"), [(50, 50), (5, 5), (1, 1), (0.5, 1)])
def test_burst_is_a_second_and_at_least_one_call(rate: float, burst: int) -> None:
    clock = Clock()
    quota = Quota({"DetectLabels": rate}, clock)
    assert [admitted(quota) for _ in range(burst + 1)] == [True] * burst + [False]
    clock.now = 3600.0
    assert [admitted(quota) for _ in range(burst + 1)] == [True] * burst + [False]


@pytest.mark.parametrize("rate", [0.5, 1, 5, 7, 50])
def test_rate_is_kept_under_a_flood(rate: float) -> None:
    clock = Clock()
    quota = Quota({"DetectLabels": rate}, clock)
    times = []
    for step in range(20_000):
        clock.now = step / 1000
        if admitted(quota):
            times.append(clock.now)
    assert rate * 20 - 1 <= len(times) <= rate * 20 + max(1, rate)
    for start in range(19):
        within = sum(1 for at in times if start <= at < start + 1)
        assert within <= rate + max(1, rate)


def test_who_keeps_to_the_rate_is_never_refused() -> None:
    clock = Clock()
    quota = Quota({"DetectLabels": 5.0}, clock)
    for step in range(500):
        clock.now = step * 0.2
        assert admitted(quota), f"call {step}"


def test_operations_have_rates_of_their_own() -> None:
    quota = Quota({"DetectLabels": 1.0, "DetectText": 1.0, "DetectFaces": None}, Clock())
    assert admitted(quota)
    assert not admitted(quota)
    assert admitted(quota, "DetectText")
    assert all(admitted(quota, "DetectFaces") for _ in range(100))

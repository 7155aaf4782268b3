"""Times of calls and functions, and what is read from them."""

import pytest

from benchmarks.timing import Alone, Call, Visit, alone, steady_rate


def test_a_visit_is_what_is_before_its_call_the_call_and_what_is_after() -> None:
    visits = [Visit(10.0 * n, 0.5 + n / 10) for n in range(3)]
    calls = [Call(10.0 * n + 0.1, 0.25) for n in range(3)]

    found = alone(visits, calls)

    assert (found.before, found.call) == pytest.approx((0.1, 0.25))
    # Medians: of 0.15, 0.25 and 0.35.
    assert found.after == pytest.approx(0.25)
    assert isinstance(found, Alone)


@pytest.mark.parametrize(
    "calls",
    [
        [],
        [Call(10.1, 0.1), Call(10.3, 0.1)],
        [Call(10.1, 0.1, answered=False)],
        [Call(9.9, 0.1)],
    ],
    ids=["none", "two", "refused", "another's"],
)
def test_a_visit_that_was_not_alone_is_no_measurement(calls: list[Call]) -> None:
    with pytest.raises(ValueError, match="while the function had one image"):
        alone([Visit(10.0, 0.5)], calls)


def test_the_steady_rate_leaves_out_start_and_end() -> None:
    start = [float(n) for n in range(10)]  # one a second
    steady = [10 + n / 20 for n in range(180)]
    end = [20.0 + n for n in range(10)]

    assert steady_rate([*end, *steady, *start]) == pytest.approx(20, rel=0.01)


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 1.0]])
def test_what_has_no_length_has_no_rate(times: list[float]) -> None:
    with pytest.raises(ValueError, match="have no rate"):
        steady_rate(times)

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from tests.patience import PATIENCE_SECONDS
from vision.shared_cache import SharedCache


def test_a_value_is_computed_once() -> None:
    cache, calls = SharedCache[int](2), []

    def compute() -> int:
        calls.append(1)
        return 7

    assert [cache.get("a", compute), cache.get("a", compute)] == [7, 7]
    assert len(calls) == 1


def test_concurrent_callers_share_one_computation() -> None:
    cache, calls = SharedCache[int](2), []
    all_here, release = Barrier(5), Event()

    def compute() -> int:
        calls.append(1)
        assert release.wait(PATIENCE_SECONDS)
        return 7

    def ask() -> int:
        all_here.wait(PATIENCE_SECONDS)
        return cache.get("a", compute)

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask) for _ in range(4)]
        all_here.wait(PATIENCE_SECONDS)
        release.set()
        assert [answer.result(PATIENCE_SECONDS) for answer in answers] == [7] * 4
    assert len(calls) == 1


def test_the_least_recently_used_is_forgotten() -> None:
    cache = SharedCache[str](2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: key)  # type: ignore[misc]
    assert cache.get("a", lambda: "again") == "a"
    assert cache.get("b", lambda: "again") == "again"


def test_an_error_is_raised_and_not_kept() -> None:
    cache = SharedCache[int](2)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.get("a", fail)
    assert cache.get("a", lambda: 7) == 7

"""The real handler and pacer in virtual time, in short: `make soak` runs the long form."""

from collections.abc import Iterator

import pytest

from benchmarks.pacing.drive import drive
from lambdas.common.telemetry import logger


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    before = logger.log_level
    logger.setLevel("CRITICAL")
    yield
    logger.setLevel(before)


@pytest.mark.parametrize(("quota", "containers", "images"), [(5, 10, 60), (50, 100, 200)])
def test_a_backlog_uses_the_quota_and_is_hardly_throttled(
    quota: float, containers: int, images: int
) -> None:
    outcome = drive(images=images, quota=quota, containers=containers)

    assert outcome.statuses == {"done": images}
    assert outcome.steady_rate >= 0.95 * quota
    assert outcome.throttled_share < 0.01
    assert outcome.dead == 0
    assert outcome.published == images


def test_a_quota_that_is_half_of_what_is_set_loses_nothing() -> None:
    outcome = drive(images=200, quota=10, containers=40, believed_quota=20)

    assert outcome.statuses == {"done": 200}
    assert outcome.dead == 0
    # Slower by and by: it uses most of what there is.
    assert outcome.steady_rate >= 0.85 * 10

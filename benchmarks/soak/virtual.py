"""One backlog in virtual time: the real handler and pacer, and any number of containers."""

from benchmarks.model.measured import MeasuredRun, MeasuredStage
from benchmarks.pacing.drive import START_SECONDS, Outcome, drive
from benchmarks.progress import say
from benchmarks.soak.soaked import Soaked
from benchmarks.timing import Alone, alone
from lambdas.common.telemetry import logger

_ALONE_QUOTA, _ALONE_IMAGES = 1000.0, 20  # so high that no turn is waited for


def alone_in_virtual_time() -> Alone:
    """Return how long a container has an image when there are no others."""
    outcome = _drive(_ALONE_IMAGES, _ALONE_QUOTA, containers=1)
    return alone(outcome.visits, outcome.calls)


def run_virtually(quota: float, containers: int, images: int, by_itself: Alone) -> Soaked:
    """Work a backlog off; `by_itself` has a container's times for all such runs."""
    say(f"{images} images at {quota:g} calls a second, in virtual time")
    outcome = _drive(images, quota, containers)
    stage = MeasuredStage(
        quota=quota,
        concurrency=containers,
        # They start evenly over a second, each with a poller of its own.
        pollers_at_start=0,
        pollers_a_second=containers / START_SECONDS,
        alone=by_itself,
        rate=outcome.steady_rate,
        calls=len(outcome.answered) + outcome.throttled,
        throttled=outcome.throttled,
        function_seconds=sum(visit.seconds for visit in outcome.visits),
    )
    return Soaked(
        run=MeasuredRun(where="virtual time", images=images, seconds=outcome.seconds, labels=stage),
        ended=outcome.statuses.get("done", 0),
        dead=outcome.dead,
    )


def _drive(images: int, quota: float, containers: int) -> Outcome:
    logger.setLevel("CRITICAL")
    return drive(images=images, quota=quota, containers=containers)

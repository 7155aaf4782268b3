"""The model of the pipeline: what must hold whatever its parameters are."""

from dataclasses import replace

import pytest

from benchmarks.model import fluid
from benchmarks.model.forecast import forecast
from benchmarks.model.limits import in_flight_at_most, retained_images
from benchmarks.model.parameters import Pipeline, stock
from benchmarks.model.simulation import simulate
from benchmarks.model.tables import most_calls


def disturbed() -> Pipeline:
    """A pipeline in which much goes wrong: calls fail and are late, functions are killed."""
    return replace(
        stock(50), error_rate=0.4, kill_rate=0.02, burst_seconds=0.02, jitter_seconds=2.0
    )


def with_concurrency(pipeline: Pipeline, concurrency: int) -> Pipeline:
    return replace(pipeline, labels=replace(pipeline.labels, concurrency=concurrency))


@pytest.mark.parametrize("pipeline", [stock(5), stock(500), disturbed()], ids=["5", "500", "bad"])
def test_every_image_ends_once(pipeline: Pipeline) -> None:
    run = simulate(pipeline, 2000)

    assert run.done + run.failed == 2000
    assert len(run.labels.ends) == 2000
    receives = 2000 + run.labels.put_off + run.labels.retries
    assert run.labels.receives == receives
    assert len(run.text.ends) == run.text.receives - run.text.put_off - run.text.retries


def test_much_goes_wrong_in_the_disturbed_pipeline() -> None:
    run = simulate(disturbed(), 2000)

    assert min(run.labels.throttled, run.labels.retries, run.labels.put_off) > 0


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    first, again, other = (simulate(disturbed(), 500, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.labels.ends != other.labels.ends


@pytest.mark.parametrize("arrivals", [None, 20.0])
def test_littles_law_holds_of_the_whole(arrivals: float | None) -> None:
    run = simulate(disturbed(), 2000, arrivals_per_second=arrivals)

    assert run.in_system_seconds == pytest.approx(run.sojourn_seconds)


def test_littles_law_holds_of_the_functions() -> None:
    run = simulate(stock(50), 10_000).labels

    # With enough to do all of them are busy: rate x time each has an image.
    assert run.steady_rate * run.steady_busy_seconds == pytest.approx(100, rel=0.01)
    assert run.peak_busy == 100


@pytest.mark.parametrize("quota", [5, 50, 500])
def test_calls_stay_within_the_quota_and_use_it(quota: int) -> None:
    run = simulate(stock(quota), max(1000, 170 * quota)).labels

    assert most_calls(run.answered, 10) <= quota * 10
    assert run.throttled == 0
    assert run.steady_rate == pytest.approx(quota * 0.98, rel=0.01)


def test_calls_that_are_late_are_held_back_by_the_quota() -> None:
    # Up to two seconds late: nothing is left of the schedule's even spacing.
    pipeline = replace(stock(50), burst_seconds=0.1, jitter_seconds=2.0)

    run = simulate(pipeline, 3000).labels

    assert run.throttled > 0
    assert most_calls(run.answered, 10) <= 50 * 10 + 50 * 0.1 + 1


@pytest.mark.parametrize(("quota", "images"), [(5, 10_000), (50, 10_000), (50, 100_000)])
def test_the_flow_agrees_with_the_simulation(quota: int, images: int) -> None:
    assert fluid.drain(stock(quota), images).seconds == pytest.approx(
        simulate(stock(quota), images).seconds, rel=0.02
    )


def test_the_flow_agrees_while_pollers_grow() -> None:
    # So few that they never suffice for the quota.
    assert fluid.drain(stock(500), 10_000).seconds == pytest.approx(
        simulate(stock(500), 10_000).seconds, rel=0.03
    )


def test_the_flow_agrees_where_functions_or_the_text_stage_are_too_few() -> None:
    few = with_concurrency(stock(50), 25)
    slow_text = replace(stock(50, 5), text_share=0.5)

    for pipeline in (few, slow_text):
        assert fluid.drain(pipeline, 10_000).seconds == pytest.approx(
            simulate(pipeline, 10_000).seconds, rel=0.03
        )


def test_a_drain_takes_the_images_divided_by_the_pace() -> None:
    assert fluid.drain(stock(5), 1_000_000).seconds == pytest.approx(
        1_000_000 / (5 * 0.98), rel=0.001
    )


def test_more_functions_than_the_pace_needs_only_wait() -> None:
    usual, more = (simulate(with_concurrency(stock(50), n), 15_000) for n in (100, 200))

    assert more.seconds == pytest.approx(usual.seconds, rel=0.02)
    assert more.labels.busy_seconds > 1.8 * usual.labels.busy_seconds
    assert fluid.waiting_seconds(with_concurrency(stock(50), 200).labels) == pytest.approx(
        200 / 49 - 1.5
    )


def test_far_too_many_functions_put_messages_off() -> None:
    assert simulate(with_concurrency(stock(5), 100), 1000).labels.put_off > 0


def test_pollers_grow_by_five_a_second() -> None:
    run = simulate(stock(500), 10_000, until=20.0)

    assert run.labels.peak_busy == 5 + 20 * 5


def test_an_event_source_hands_out_as_many_at_once_as_it_is_said_to() -> None:
    pipeline = stock(50)
    labels = replace(pipeline.labels, pollers_at_start=0, pollers_a_second=20.0)

    none_yet = simulate(replace(pipeline, labels=labels), 1000, until=0.01)
    some = simulate(replace(pipeline, labels=labels), 1000, until=1.01)

    assert none_yet.labels.peak_busy == 0
    assert some.labels.peak_busy == 20


def test_while_rekognition_fails_no_more_are_in_flight_than_said() -> None:
    pipeline = replace(stock(50), error_rate=1.0)

    run = simulate(pipeline, 1000)

    assert run.failed == 1000
    assert run.labels.retries == 1000 * (pipeline.max_attempts - 1)
    assert run.labels.peak_in_flight <= in_flight_at_most(pipeline)


def test_what_waits_longer_than_the_retention_does_not_fit_the_queue() -> None:
    stage = stock(5).labels

    assert fluid.stage_seconds(stage, retained_images(stage)) == pytest.approx(
        14 * 86_400, rel=0.001
    )


def test_a_forecast_goes_on_as_its_simulation_ended() -> None:
    small, large = (forecast(stock(50), n, is_batch=True) for n in (12_500, 1_250_000))

    assert large.gb_seconds == pytest.approx(100 * small.gb_seconds, rel=0.02)
    assert large.seconds == pytest.approx(100 * small.seconds, rel=0.05)
    assert large.quota_share == pytest.approx(0.98, abs=0.01)

"""What the model says of requests, hot keys and prices."""

import pytest

from benchmarks.model.limits import hot_keys
from benchmarks.model.prices import MONTH_SECONDS, Work, costs, rekognition
from benchmarks.model.requests_made import (
    BATCH,
    DAY,
    DONE,
    LABEL,
    LABELLED,
    PACER,
    RECEIVED,
    REQUESTS,
    WORDS_AN_IMAGE,
    Per,
    Service,
    Shape,
    key_writes,
    units,
)

SHAPE = Shape(text_share=0.2, is_batch=False)


def test_requests_have_names_of_their_own() -> None:
    names = [request.name for request in REQUESTS]

    assert len(set(names)) == len(names)


def test_a_status_is_left_as_often_as_it_is_entered() -> None:
    writes = key_writes(SHAPE)

    assert writes[RECEIVED] == pytest.approx(2)
    assert writes[LABELLED] == pytest.approx(2 * 0.2)
    assert writes[DONE] == pytest.approx(1)
    assert writes[DAY] == pytest.approx(1)


def test_writes_of_keys_are_among_those_that_are_paid() -> None:
    for request in REQUESTS:
        paid = {request.count, request.indexes, request.units}
        assert all(writes <= max(paid) for writes in request.keys.values()), request.name


def test_what_is_put_off_is_paid_in_addition() -> None:
    waiting = Shape(text_share=0.2, is_batch=False, put_off=1, retries=1)

    for service in (Service.WRITE, Service.SQS, Service.S3_PUT, Service.S3_GET):
        assert units(waiting)[service] > units(SHAPE)[service]


def test_a_batch_has_no_uploads() -> None:
    batch = Shape(text_share=0.2, is_batch=True)

    assert units(batch)[Service.SQS] < units(SHAPE)[Service.SQS]
    # A batch counts its images, and has no owner who finds them again.
    assert (
        units(batch, table_only=True)[Service.WRITE] > units(SHAPE, table_only=True)[Service.WRITE]
    )
    assert units(batch)[Service.WRITE] < units(SHAPE)[Service.WRITE]


def test_a_word_costs_two_writes_and_three_for_an_owner() -> None:
    # What decision 24 says; at most MAX_WORDS of them.
    def words(*, is_batch: bool) -> float:
        read, plain = (Shape(text_share=share, is_batch=is_batch) for share in (1.0, 0.0))
        rest = sum(r.units for r in REQUESTS if r.service is Service.WRITE and r.per is Per.READ)
        calls = sum(r.units for r in REQUESTS if r.service is Service.WRITE and r.per is Per.CALL)
        return units(read)[Service.WRITE] - units(plain)[Service.WRITE] - rest - calls

    assert words(is_batch=True) == pytest.approx(2 * WORDS_AN_IMAGE)
    assert words(is_batch=False) == pytest.approx(3 * WORDS_AN_IMAGE)


def test_the_hottest_keys_are_those_that_are_not_spread() -> None:
    batch = Shape(text_share=0.2, is_batch=True)

    first, second, *others = hot_keys(batch, pacer_shards=5)

    assert (first.name, second.name) == (BATCH, LABEL)
    assert first.images_per_second == pytest.approx(990, rel=0.001)
    assert second.images_per_second == pytest.approx(1000)
    assert min(key.images_per_second for key in others) == pytest.approx(2000)


def test_shards_of_the_schedule_share_its_writes() -> None:
    (one,) = (key for key in hot_keys(SHAPE, pacer_shards=1) if key.name == PACER)
    (five,) = (key for key in hot_keys(SHAPE, pacer_shards=5) if key.name == PACER)

    assert five.images_per_second == pytest.approx(5 * one.images_per_second)


@pytest.mark.parametrize(
    ("calls", "months", "usd"),
    [
        (1000, 0.1, 1.0),
        (1e6, 1, 1000.0),
        (5e6, 1, 1000 + 4 * 800),
        (40e6, 1, 1000 + 4 * 800 + 35 * 600),
        (5e6, 5, 5000.0),  # a million each month: the first tier, five times
    ],
)
def test_rekognition_is_cheaper_in_one_month_than_in_many(
    calls: float, months: float, usd: float
) -> None:
    assert rekognition(calls, months * MONTH_SECONDS) == pytest.approx(usd)


def test_a_thousand_images_cost_what_the_readme_says() -> None:
    bill = costs(Work(images=1000, seconds=3600, shape=SHAPE, gb_seconds=1550, invocations=1200))

    assert sum(bill.values()) == pytest.approx(1.285, abs=0.005)
    assert bill["Lambda"] == pytest.approx(0.021, abs=0.001)

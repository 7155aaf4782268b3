"""What images cost at most."""

import json
from typing import Any

import pytest

from cli.estimate.pricing import Tariff, duration_text, images_text, money_text, price
from lambdas.common.rules import TextRule
from stacks.settings import Settings

PUBLIC = {
    "text_rule": "Car:90",
    "review_rule": "never",
    "labels_per_second": 50,
    "text_per_second": 25,
    "price_labels_per_1000": 1.0,
    "price_text_per_1000": 2.0,
    "max_attempts": 6,
    "retry_seconds": 30,
    "seconds_per_image": 60,
    "image_properties": False,
}


def tariff(**changes: Any) -> Tariff:
    return Tariff.read(json.dumps({**PUBLIC, **changes}))


def test_a_rule_with_labels_may_send_every_image_to_be_read() -> None:
    found = price(10_000, tariff())

    assert found.labels_cost == pytest.approx(10)
    assert found.text_cost == pytest.approx(20)
    assert found.at_most == pytest.approx(30)


def test_text_that_is_never_read_costs_nothing_and_takes_no_time() -> None:
    found = price(10_000, tariff(text_rule="never"))

    assert found.text_cost == 0
    assert found.seconds == pytest.approx(10_000 / 50 / 0.98)


def test_the_slower_stage_says_how_long_it_takes() -> None:
    assert price(10_000, tariff(text_rule="always")).seconds == pytest.approx(10_000 / 25 / 0.98)


def test_image_properties_are_paid_in_addition() -> None:
    found = price(1000, tariff(image_properties=True))

    assert found.labels_cost == pytest.approx(1.75)


def test_no_images_cost_nothing() -> None:
    found = price(0, tariff())

    assert (found.at_most, found.seconds) == (0, 0)


@pytest.mark.parametrize(("region", "quota"), [("us-east-1", 50), ("eu-central-1", 5)])
def test_settings_without_quotas_have_those_of_the_region(region: str, quota: int) -> None:
    found = Tariff.of_settings(Settings(region=region, text_per_second=7))

    assert (found.labels_per_second, found.text_per_second) == (quota, 7)
    assert found.text_rule == TextRule.parse("Car:90")
    assert (found.price_labels_per_1000, found.price_text_per_1000) == (1, 1)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 second"),
        (1.2, "1 second"),
        (119, "119 seconds"),
        (150, "2.5 minutes"),
        (3600, "60 minutes"),
        (12_240, "3.4 hours"),
        (20_408_163, "236 days"),
    ],
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(0, "0.00"), (0.001, "0.01"), (0.007 + 0.007, "0.02"), (0.07, "0.07"), (1234.5, "1,234.50")],
)
def test_money_is_never_less_than_what_it_says(dollars: float, text: str) -> None:
    assert money_text(dollars) == text


def test_one_image_is_one_image() -> None:
    assert [images_text(count) for count in (0, 1, 2_000)] == [
        "0 images",
        "1 image",
        "2,000 images",
    ]

"""What Rekognition costs at most for a number of images, and how long it takes at the quota.

The prices are settings (`price_labels_per_1000`, `price_text_per_1000`), so that they are changed
in one place. Nothing else of AWS's bill is in here: docs/scaling.md has the rest.
"""

import json
import math
from dataclasses import dataclass

from lambdas.common.recognition.pacer import USE
from lambdas.common.rules import TextRule
from stacks.settings import Settings

IMAGE_PROPERTIES_PER_1000 = 0.75
"""USD that `image_properties` adds to each 1,000 DetectLabels calls: us-east-1, first million a
month; Amazon Rekognition's pricing page, October 2026."""


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """The settings that an estimate depends on: prices in USD, quotas in calls a second."""

    text_rule: TextRule
    labels_per_second: float
    text_per_second: float
    price_labels_per_1000: float
    price_text_per_1000: float
    image_properties: bool

    @classmethod
    def of_settings(cls, settings: Settings) -> "Tariff":
        """Take what an estimate needs from an app's settings."""
        return cls(
            text_rule=settings.text_rule,
            labels_per_second=settings.labels_quota,
            text_per_second=settings.text_quota,
            price_labels_per_1000=settings.price_labels_per_1000,
            price_text_per_1000=settings.price_text_per_1000,
            image_properties=settings.image_properties,
        )

    @classmethod
    def read(cls, public_settings: str) -> "Tariff":
        """Read a deployed stack's output `PublicSettings`: JSON, with the quotas that hold."""
        found = json.loads(public_settings)
        return cls(
            text_rule=TextRule.parse(found["text_rule"]),
            labels_per_second=float(found["labels_per_second"]),
            text_per_second=float(found["text_per_second"]),
            price_labels_per_1000=float(found["price_labels_per_1000"]),
            price_text_per_1000=float(found["price_text_per_1000"]),
            image_properties=bool(found.get("image_properties")),
        )

    @property
    def reads_text(self) -> bool:
        """False when the rule sends no image to the text stage."""
        return self.text_rule.always or bool(self.text_rule.thresholds)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What some images cost at most, USD, and how many seconds the quota makes them take.

    At most: a picture that has been paid for before is free, so are images that are rejected, AWS
    is cheaper above a million a month, and of the text stage nobody knows which images it gets.
    """

    images: int
    labels_cost: float
    text_cost: float
    seconds: float
    bytes: int | None = None

    @property
    def at_most(self) -> float:
        """Labels and text together."""
        return self.labels_cost + self.text_cost


def price(images: int, tariff: Tariff, *, size: int | None = None) -> Estimate:
    """Return what a number of images costs at most; `size` is their bytes, if known."""
    read = images if tariff.reads_text else 0
    label_price = tariff.price_labels_per_1000
    if tariff.image_properties:
        label_price += IMAGE_PROPERTIES_PER_1000
    return Estimate(
        images=images,
        labels_cost=images * label_price / 1000,
        text_cost=read * tariff.price_text_per_1000 / 1000,
        # Both stages work at the same time, on different images: the slower one decides.
        seconds=max(images / tariff.labels_per_second, read / tariff.text_per_second) / USE,
        bytes=size,
    )


def money_text(dollars: float) -> str:
    """Return an amount for people, rounded up to a cent: `1,234.57`."""
    # What 7 images cost is no whole number of thousandths in binary, and must not become 0.02.
    return f"{math.ceil(round(dollars * 100, 6)) / 100:,.2f}"


def images_text(count: int) -> str:
    """Return a number of images for people: `1 image`, `1,000 images`."""
    return f"{count:,} image{'' if count == 1 else 's'}"


def duration_text(seconds: float) -> str:
    """Return a duration for people: `1 second`, `25 minutes`, `3.4 hours`, `236 days`."""
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            count = seconds / size
            return f"{count:.1f} {name}s" if count < 10 else f"{count:,.0f} {name}s"
    return "1 second" if round(seconds) <= 1 else f"{seconds:.0f} seconds"

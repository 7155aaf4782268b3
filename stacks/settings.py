"""Settings: one frozen, validated object, built once from the CDK context.

Every field is a context key (`cdk.json`, or `-c key=value`); docs/settings.md describes each.
"""

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from lambdas.common.errors import SightlineError
from lambdas.common.rules import ReviewRule, TextRule
from lambdas.imaging.processed_copy import ProcessedFormat
from layers.build import LayerTarget
from stacks.limits import (
    LOG_DAYS,
    MAX_FUNCTION_SECONDS,
    rekognition_calls_per_second,
    rekognition_regions,
)
from stacks.setting_checks import console_checks, email_checks
from stacks.setting_types import (
    NO_BUCKETS,
    PARSERS,
    STOCK_RECIPE,
    ArchiveClass,
    BucketNames,
    Emails,
    Mfa,
    RecipeText,
    Removal,
)

MIN_RETENTION_DAYS = 7
MIN_THUMBNAIL_PIXELS = 64
MAX_CONCURRENCY = 1000
"""The most that an SQS event source takes."""
MAX_CALLS_PER_SECOND = 5000
_MAX_DAYS = 36_500
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,15}")


class SettingsError(SightlineError):
    """A setting is wrong; the text names it and says what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings; days of 0 mean never, confidences are from 0 to 100."""

    stage: str = "dev"
    region: str = ""
    removal: Removal = Removal.RETAIN

    text_rule: TextRule = field(default_factory=lambda: TextRule.parse("Car:90"))
    review_rule: ReviewRule = field(
        default_factory=lambda: ReviewRule.parse("labels:70,missing-text")
    )
    recipe: RecipeText = STOCK_RECIPE
    processed_format: ProcessedFormat = ProcessedFormat.JPEG
    thumbnail_pixels: int = 400
    image_properties: bool = False
    min_confidence: float = 55
    max_labels: int = 50
    min_text_confidence: float = 80

    max_bytes: int = 64 * 1024 * 1024
    max_pixels: int = 64_000_000
    max_scaled_pixels: int = 160_000_000

    days_to_glacier: int = 30
    archive_class: ArchiveClass = ArchiveClass.FLEXIBLE
    days_to_expiry: int = 365
    noncurrent_days: int = 7
    processed_days: int = 365
    record_days: int = 0
    log_days: int = 30

    notify_emails: Emails = ()
    review_emails: Emails = ()
    operations_emails: Emails = ()
    digest_window_seconds: int = 60

    labels_per_second: float = 0
    text_per_second: float = 0
    images_concurrency: int = 0
    text_concurrency: int = 0
    batch_concurrency: int = 0
    batch_buckets: BucketNames = NO_BUCKETS
    batch_size: int = 1
    max_attempts: int = 6
    retry_seconds: int = 30
    seconds_per_image: int = 60
    reuse_answers: bool = True
    answer_days: int = 365
    memory_mb: int = 1024

    price_labels_per_1000: float = 1.0
    price_text_per_1000: float = 1.0

    queue_depth_alarm: int = 100
    oldest_message_minutes_alarm: int = 15

    api: bool = True
    api_account_role: bool = True
    api_requests_per_second: int = 1000
    api_burst: int = 1000
    upload_minutes: int = 15
    uploads_per_user_per_day: int = 5000
    waf: bool = True
    waf_sign_in: bool = True
    waf_requests_per_5_minutes: int = 20_000
    self_sign_up: bool = False
    mfa: Mfa = Mfa.OPTIONAL
    threat_protection: bool = True
    email_from: str = ""
    email_identity_arn: str = ""
    console: bool = True
    console_domain: str = ""
    console_certificate_arn: str = ""

    layer_target: LayerTarget = LayerTarget.LAMBDA

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> "Settings":
        """Build the settings from a CDK app's context.

        Raises SettingsError naming every wrong setting at once.
        """
        known = {field.name: field.type for field in fields(cls)}
        problems = [_unknown(key, known) for key in context if _is_ours(key) and key not in known]
        values: dict[str, Any] = {}
        for name, kind in known.items():
            if name in context:
                try:
                    values[name] = PARSERS[kind](context[name])
                except ValueError as error:
                    problems.append(f"{name}: {error}")
        settings = cls(**values)
        problems += settings.problems()
        if not problems:
            return settings
        raise SettingsError(
            "these settings are wrong:\n" + "\n".join(f"  - {problem}" for problem in problems)
        )

    def problems(self) -> list[str]:
        """Return what is wrong with the values, alone or together; empty when all is well."""
        checks: list[tuple[bool, str]] = [
            (bool(_STAGE.fullmatch(self.stage)), "stage: use up to 16 of a-z, 0-9 and '-'"),
            (
                not self.region or self.region in rekognition_regions(),
                f"region: there is no Amazon Rekognition in {self.region}; deploy to one of "
                + ", ".join(sorted(rekognition_regions())),
            ),
            *(self._retention(name) for name in ("days_to_expiry", "processed_days")),
            *(self._retention(name) for name in ("noncurrent_days", "record_days", "answer_days")),
            (
                self.days_to_expiry == 0 or self.days_to_expiry >= self._earliest_expiry(),
                (
                    f"days_to_expiry: {self.archive_class} bills for at least "
                    f"{self.archive_class.minimum_days} days, so with days_to_glacier="
                    f"{self.days_to_glacier} use {self._earliest_expiry()} or more, or 0 for never"
                ),
            ),
            (self.log_days in LOG_DAYS, f"log_days: use one of {sorted(LOG_DAYS)}"),
            *email_checks(self.email_from, self.email_identity_arn),
            *console_checks(
                api=self.api,
                console=self.console,
                domain=self.console_domain,
                certificate_arn=self.console_certificate_arn,
            ),
        ]
        ranges: dict[str, tuple[float, float]] = {
            "days_to_glacier": (0, 3650),
            "days_to_expiry": (0, _MAX_DAYS),
            "processed_days": (0, _MAX_DAYS),
            "noncurrent_days": (0, _MAX_DAYS),
            "record_days": (0, _MAX_DAYS),
            "min_confidence": (0, 100),
            "min_text_confidence": (0, 100),
            "max_labels": (1, 1000),
            "thumbnail_pixels": (0, 1024),
            "max_bytes": (1, 256 * 1024 * 1024),
            "max_pixels": (1_000_000, 178_000_000),
            "max_scaled_pixels": (1_000_000, 178_000_000),
            "digest_window_seconds": (0, 300),
            "batch_size": (1, 10),
            "answer_days": (0, _MAX_DAYS),
            "labels_per_second": (0, MAX_CALLS_PER_SECOND),
            "text_per_second": (0, MAX_CALLS_PER_SECOND),
            "images_concurrency": (0, MAX_CONCURRENCY),
            "text_concurrency": (0, MAX_CONCURRENCY),
            "batch_concurrency": (0, MAX_CONCURRENCY),
            "max_attempts": (2, 10),
            "retry_seconds": (1, 900),
            "seconds_per_image": (30, 300),
            "price_labels_per_1000": (0, 1000),
            "price_text_per_1000": (0, 1000),
            "memory_mb": (512, 10_240),
            "queue_depth_alarm": (1, 1_000_000),
            "oldest_message_minutes_alarm": (1, 10_080),
            "api_requests_per_second": (1, 10_000),
            "api_burst": (1, 5_000),
            "upload_minutes": (1, 60),
            "uploads_per_user_per_day": (0, 1_000_000),
            "waf_requests_per_5_minutes": (100, 20_000_000),
        }
        for name, (low, high) in ranges.items():
            inside = low <= getattr(self, name) <= high
            checks.append((inside, f"{name}: use a number from {low:,} to {high:,}"))
        checks += [
            (getattr(self, name) != 1, f"{name}: Lambda takes 2 or more; 0 follows the quota")
            for name in ("images_concurrency", "text_concurrency", "batch_concurrency")
        ]
        checks.append(
            (
                not 0 < self.thumbnail_pixels < MIN_THUMBNAIL_PIXELS,
                f"thumbnail_pixels: use {MIN_THUMBNAIL_PIXELS} or more, or 0 for no thumbnails",
            )
        )
        problems = [problem for holds, problem in checks if not holds]
        # Together, once each is in its range.
        if not problems and self.seconds_per_image * self.batch_size > MAX_FUNCTION_SECONDS:
            problems.append(
                "batch_size: with seconds_per_image it makes a function run for more than "
                f"{MAX_FUNCTION_SECONDS} seconds; lower one of them"
            )
        if not problems and self.memory_mb < self.needed_memory_mb():
            problems.append(
                "memory_mb: images of max_pixels and max_scaled_pixels take up to "
                f"{self.needed_memory_mb()} MB; raise memory_mb or lower these limits"
            )
        return problems

    @property
    def labels_quota(self) -> float:
        """Calls of DetectLabels a second that the account may make."""
        return self.labels_per_second or rekognition_calls_per_second(self.region)

    @property
    def text_quota(self) -> float:
        """Calls of DetectText a second that the account may make."""
        return self.text_per_second or rekognition_calls_per_second(self.region)

    def concurrency(self, name: str, quota: float, seconds: float) -> int:
        """Return a setting's concurrency; for 0, what uses the quota with images of `seconds`."""
        asked = int(getattr(self, name))
        return asked or min(max(math.ceil(quota * seconds), 2), MAX_CONCURRENCY)

    def needed_memory_mb(self) -> int:
        """Return what decoding the largest admitted image takes at most, MB.

        Bytes a pixel of the worst format of each kind, with a margin, and what the function
        itself takes before it has an image (benchmarks/memory.py).
        """
        return 100 + max(
            math.ceil(self.max_pixels * 13.5 / 1e6), math.ceil(self.max_scaled_pixels * 5.5 / 1e6)
        )

    def _retention(self, name: str) -> tuple[bool, str]:
        days = getattr(self, name)
        return (
            days == 0 or days >= MIN_RETENTION_DAYS,
            f"{name}: use {MIN_RETENTION_DAYS} days or more, or 0 for never",
        )

    def _earliest_expiry(self) -> int:
        if self.days_to_glacier == 0:
            return MIN_RETENTION_DAYS
        return self.days_to_glacier + self.archive_class.minimum_days


def _is_ours(key: str) -> bool:
    """Tell a setting from the CDK's own context keys, which have a colon, slash or `@`.

    All but two: what `cdk acknowledge` and `cdk cli-telemetry` write down.
    """
    return not re.search(r"[:/@]", key) and key not in (
        "acknowledged-issue-numbers",
        "cli-telemetry",
    )


def _unknown(key: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else "; docs/settings.md lists them all"
    return f"{key}: there is no such setting{hint}"

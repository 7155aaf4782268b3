import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lambdas.common.rules import ReviewRule, TextRule
from lambdas.imaging.processed_copy import ProcessedFormat
from layers.build import LayerTarget
from stacks.limits import LOG_DAYS, rekognition_regions
from stacks.setting_types import PARSERS, ArchiveClass, Removal
from stacks.settings import Settings, SettingsError

CDK_JSON = Path(__file__).parents[3] / "cdk.json"


def settings(**context: Any) -> Settings:
    return Settings.from_context(context)


def problems(context: Mapping[str, Any]) -> list[str]:
    """What is said about a context, one sentence for each problem."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_context(context)
    first, *rest = str(caught.value).splitlines()
    assert first == "these settings are wrong:"
    return [line.removeprefix("  - ") for line in rest]


def test_no_context_gives_the_stock_settings() -> None:
    assert settings() == Settings()
    assert str(Settings().text_rule) == "Car:90"
    assert Settings().recipe == "greyscale,resize:256x256"
    assert Settings().problems() == []


def test_cdk_json_says_what_the_stock_settings_are() -> None:
    assert Settings.from_context(json.loads(CDK_JSON.read_text())["context"]) == Settings()


def test_every_setting_has_a_parser() -> None:
    assert {field.type for field in dataclasses.fields(Settings)} <= PARSERS.keys()


# One value for each setting as `-c` gives it, as cdk.json may write it, and what becomes of it.
VALUES: dict[str, tuple[str, Any, Any]] = {
    "stage": ("prod-eu", "prod-eu", "prod-eu"),
    "region": ("eu-west-1", "eu-west-1", "eu-west-1"),
    "removal": ("destroy", "destroy", Removal.DESTROY),
    "text_rule": ("Bus:80", "Bus:80", TextRule(thresholds={"Bus": 80.0})),
    "review_rule": ("never", "never", ReviewRule(min_confidence=0, missing_text=False)),
    "recipe": ("fit:64x64,blur:2", "fit:64x64,blur:2", "fit:64x64,blur:2"),
    "processed_format": ("webp", "webp", ProcessedFormat.WEBP),
    "image_properties": ("TRUE", True, True),
    "min_confidence": ("60.5", 60.5, 60.5),
    "max_labels": ("10", 10, 10),
    "min_text_confidence": ("70", 70, 70.0),
    "max_bytes": ("1000000", 1_000_000, 1_000_000),
    "max_pixels": ("1000000", 1_000_000, 1_000_000),
    "max_scaled_pixels": ("1000000", 1_000_000, 1_000_000),
    "days_to_glacier": ("0", 0, 0),
    "archive_class": ("GLACIER_IR", "GLACIER_IR", ArchiveClass.INSTANT),
    "days_to_expiry": ("400", 400, 400),
    "noncurrent_days": ("8", 8, 8),
    "processed_days": ("0", 0, 0),
    "record_days": ("30", 30, 30),
    "log_days": ("90", 90, 90),
    "notify_emails": ("a@b.co, c@d.co", ["a@b.co", "c@d.co"], ("a@b.co", "c@d.co")),
    "review_emails": ("a@b.co", ["a@b.co"], ("a@b.co",)),
    "operations_emails": ("", [], ()),
    "digest_window_seconds": ("300", 300, 300),
    "batch_size": ("10", 10, 10),
    "images_concurrency": (" 50 ", 50, 50),
    "text_concurrency": ("5", 5, 5),
    "max_receives": ("3", 3, 3),
    "memory_mb": ("2048", 2048, 2048),
    "queue_depth_alarm": ("1000", 1000, 1000),
    "oldest_message_minutes_alarm": ("30", 30, 30),
    "layer_target": ("host", "host", LayerTarget.HOST),
}


def test_the_values_below_cover_every_setting() -> None:
    assert VALUES.keys() == {field.name for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("name", VALUES)
def test_a_setting_reads_the_same_from_the_command_line_and_from_cdk_json(name: str) -> None:
    text, value, expected = VALUES[name]
    for written in (text, value):
        read = getattr(settings(**{name: written}), name)
        assert read == expected
        assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("max_labels", "many", "expected a whole number, got 'many'"),
        ("max_labels", "5.5", "expected a whole number, got '5.5'"),
        ("max_labels", 5.5, "expected a whole number, got 5.5"),
        ("max_labels", True, "expected a whole number, got True"),
        ("max_labels", "", "expected a whole number, got ''"),
        ("max_labels", None, "expected a whole number, got None"),
        ("max_labels", [5], "expected a whole number, got [5]"),
        ("min_confidence", "high", "expected a number, got 'high'"),
        ("min_confidence", None, "expected a number, got None"),
        ("min_confidence", True, "expected a number, got True"),
        ("image_properties", "yes", "expected true or false, got 'yes'"),
        ("image_properties", 1, "expected true or false, got 1"),
        ("removal", "delete", "expected one of retain, destroy, got 'delete'"),
        ("archive_class", "glacier", "expected one of GLACIER_IR, GLACIER, DEEP_ARCHIVE, got"),
        ("processed_format", "gif", "expected one of jpeg, png, webp, got 'gif'"),
        ("layer_target", "docker", "expected one of lambda, host, got 'docker'"),
        ("text_rule", "Car", "'Car' needs a confidence from 0 to 100"),
        ("review_rule", "always", "'always' is no review rule"),
        ("recipe", "grayscale", "'grayscale' is no operation of a recipe"),
        ("recipe", "", "'' is no operation of a recipe"),
        ("notify_emails", "me", "not an email address: me"),
        ("notify_emails", "a@b.co,me,you@", "not an email address: me, you@"),
        ("notify_emails", ["a@b.co", 5], "not an email address: 5"),
        ("notify_emails", "a@b.co,a@b.co", "an address is there twice"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_what_was_expected(
    name: str, value: Any, sentence: str
) -> None:
    (problem,) = problems({name: value})
    assert problem.startswith(f"{name}: {sentence}")


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("days_to_glacier", None, 3650),
        ("min_confidence", 0, 100),
        ("min_text_confidence", 0, 100),
        ("max_labels", 1, 1000),
        ("max_bytes", 1, 256 * 1024 * 1024),
        ("max_pixels", 1_000_000, 178_000_000),
        ("max_scaled_pixels", 1_000_000, 178_000_000),
        ("digest_window_seconds", 0, 300),
        ("batch_size", 1, 10),
        ("images_concurrency", 2, 1000),
        ("text_concurrency", 2, 1000),
        ("max_receives", 2, 100),
        ("memory_mb", 512, 10_240),
        ("queue_depth_alarm", 1, 1_000_000),
        ("oldest_message_minutes_alarm", 1, 10_080),
    ],
)
def test_a_number_outside_its_range_is_refused_with_the_range(
    name: str, low: int | None, high: int
) -> None:
    inside = [high] if low is None else [low, high]
    # Otherwise as any value of the one under test allows.
    others = {"days_to_expiry": 0, "max_pixels": 1_000_000, "max_scaled_pixels": 1_000_000}
    others |= {} if name == "memory_mb" else {"memory_mb": 10_240}
    for value in inside:
        assert getattr(settings(**(others | {name: value})), name) == value
    for value in [-1 if low is None else low - 1, high + 1]:
        (problem,) = problems(others | {name: value})
        assert re.fullmatch(rf"{name}: use a number from [\d,]+ to [\d,]+", problem)


@pytest.mark.parametrize(
    "limits", [{"max_pixels": 178_000_000}, {"max_scaled_pixels": 178_000_000}, {"memory_mb": 900}]
)
def test_limits_that_the_memory_cannot_hold_are_refused(limits: dict[str, int]) -> None:
    (problem,) = problems(limits)
    assert re.fullmatch(r"memory_mb: images of max_pixels .* take up to \d+ MB; raise .*", problem)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_confidence_that_is_no_number_is_refused(value: str) -> None:
    assert problems({"min_confidence": value}) == ["min_confidence: use a number from 0 to 100"]


@pytest.mark.parametrize(
    "stage", ["", "Prod", "1st", "-a", "a b", "a" * 17, "a_b", "dév", "dev\n", 5]
)
def test_a_stage_that_cannot_be_a_stacks_name_is_refused(stage: Any) -> None:
    assert problems({"stage": stage}) == ["stage: use up to 16 of a-z, 0-9 and '-'"]


class TestUnknownKeys:
    def test_a_misspelt_setting_is_refused_with_what_was_meant(self) -> None:
        assert problems({"text_rul": "always"}) == [
            "text_rul: there is no such setting; did you mean text_rule?"
        ]

    def test_a_setting_like_no_other_is_refused_with_where_to_look(self) -> None:
        assert problems({"zzz": "1"}) == [
            "zzz: there is no such setting; docs/settings.md lists them all"
        ]

    @pytest.mark.parametrize(
        "key",
        [
            "@aws-cdk/core:checkSecretUsage",
            "aws:cdk:enable-path-metadata",
            "availability-zones:account=1:region=us-east-1",
            # `cdk acknowledge` writes the first to cdk.context.json, `cdk cli-telemetry` the
            # second to cdk.json; either would end every further synth.
            "acknowledged-issue-numbers",
            "cli-telemetry",
        ],
    )
    def test_what_the_cdk_keeps_in_the_context_is_none_of_ours(self, key: str) -> None:
        assert settings(**{key: True}) == Settings()


class TestSeveralProblems:
    def test_all_wrong_kinds_and_unknown_keys_are_named_at_once(self) -> None:
        found = problems({"zzz": 1, "max_labels": "many", "removal": "delete", "recipe": "x"})
        assert [problem.split(":")[0] for problem in found] == [
            *("zzz", "removal", "recipe", "max_labels")
        ]

    def test_all_values_out_of_range_are_named_at_once(self) -> None:
        found = problems({"stage": "X", "log_days": 2, "memory_mb": 1, "record_days": 1})
        assert [problem.split(":")[0] for problem in found] == [
            *("stage", "record_days", "log_days", "memory_mb")
        ]

    def test_both_sorts_are_named_at_once(self) -> None:
        found = problems({"max_labels": "many", "log_days": 2})
        assert {problem.split(":")[0] for problem in found} == {"max_labels", "log_days"}


class TestRetention:
    @pytest.mark.parametrize(
        "name", ["days_to_expiry", "processed_days", "noncurrent_days", "record_days"]
    )
    def test_less_than_a_week_is_refused_and_never_is_not(self, name: str) -> None:
        for days in (6, 1, -1):
            (problem,) = problems({name: days, "days_to_glacier": 0})[:1]
            assert problem == f"{name}: use 7 days or more, or 0 for never"
        for days in (0, 7):
            assert getattr(settings(**{name: days}, days_to_glacier=0), name) == days

    @pytest.mark.parametrize(
        ("archive_class", "billed"), [("GLACIER_IR", 90), ("GLACIER", 90), ("DEEP_ARCHIVE", 180)]
    )
    def test_an_original_does_not_expire_while_glacier_still_bills_for_it(
        self, archive_class: str, billed: int
    ) -> None:
        # Given
        context = {"archive_class": archive_class, "days_to_glacier": 10}
        # When / Then
        (problem,) = problems({**context, "days_to_expiry": billed + 9})
        assert problem == (
            f"days_to_expiry: {archive_class} bills for at least {billed} days, so with "
            f"days_to_glacier=10 use {billed + 10} or more, or 0 for never"
        )
        assert settings(**context, days_to_expiry=billed + 10).days_to_expiry == billed + 10
        assert settings(**context, days_to_expiry=0).days_to_expiry == 0

    def test_without_glacier_a_week_is_enough(self) -> None:
        assert settings(days_to_glacier=0, days_to_expiry=7).days_to_expiry == 7

    def test_logs_are_kept_as_long_as_cloudwatch_offers(self) -> None:
        assert settings(log_days=3653).log_days == 3653
        (problem,) = problems({"log_days": 10})
        assert problem == f"log_days: use one of {sorted(LOG_DAYS)}"


class TestRegion:
    @pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"])
    def test_regions_with_rekognition_are_taken(self, region: str) -> None:
        assert settings(region=region).region == region

    @pytest.mark.parametrize("region", ["eu-north-1", "af-south-1", "us-esat-1"])
    def test_a_region_without_rekognition_is_refused_with_those_that_have_it(
        self, region: str
    ) -> None:
        (problem,) = problems({"region": region})
        assert problem.startswith(f"region: there is no Amazon Rekognition in {region}; deploy to")
        assert "eu-west-1" in problem

    def test_no_pseudo_region_is_offered(self) -> None:
        assert [name for name in rekognition_regions() if "fips" in name] == []


def test_every_log_retention_is_one_that_the_cdk_knows() -> None:
    from aws_cdk.aws_logs import RetentionDays  # noqa: PLC0415 (starts jsii: only here)

    assert [name for name in LOG_DAYS.values() if name not in RetentionDays.__members__] == []

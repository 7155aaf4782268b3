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
from stacks.setting_types import PARSERS, ArchiveClass, Mfa, Removal
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
    "labels_per_second": ("12.5", 12.5, 12.5),
    "text_per_second": ("50", 50, 50.0),
    "batch_concurrency": ("20", 20, 20),
    "batch_buckets": ("photos, scans", ["photos", "scans"], ("photos", "scans")),
    "max_attempts": ("3", 3, 3),
    "retry_seconds": ("60", 60, 60),
    "seconds_per_image": ("90", 90, 90),
    "reuse_answers": ("false", False, False),
    "answer_days": ("0", 0, 0),
    "price_labels_per_1000": ("0.8", 0.8, 0.8),
    "price_text_per_1000": ("1.2", 1.2, 1.2),
    "memory_mb": ("2048", 2048, 2048),
    "queue_depth_alarm": ("1000", 1000, 1000),
    "oldest_message_minutes_alarm": ("30", 30, 30),
    "thumbnail_pixels": ("800", 800, 800),
    "layer_target": ("host", "host", LayerTarget.HOST),
    "api": ("true", True, True),
    "api_account_role": ("false", False, False),
    "api_requests_per_second": ("10", 10, 10),
    "api_burst": ("20", 20, 20),
    "upload_minutes": ("60", 60, 60),
    "uploads_per_user_per_day": ("0", 0, 0),
    "waf": ("false", False, False),
    "waf_sign_in": ("false", False, False),
    "waf_requests_per_5_minutes": ("5000", 5000, 5000),
    "self_sign_up": ("true", True, True),
    "mfa": ("required", "required", Mfa.REQUIRED),
    "threat_protection": ("false", False, False),
    "email_from": ("", "", ""),
    "email_identity_arn": ("", "", ""),
    "console": ("false", False, False),
    "console_domain": ("", "", ""),
    "console_certificate_arn": ("", "", ""),
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
        ("mfa", "on", "expected one of off, optional, required, got 'on'"),
        ("text_rule", "Car", "'Car' needs a confidence from 0 to 100"),
        ("review_rule", "always", "'always' is no review rule"),
        ("recipe", "grayscale", "'grayscale' is no operation of a recipe"),
        ("recipe", "", "'' is no operation of a recipe"),
        ("notify_emails", "me", "not an email address: me"),
        ("notify_emails", "a@b.co,me,you@", "not an email address: me, you@"),
        ("notify_emails", ["a@b.co", 5], "not an email address: 5"),
        ("notify_emails", "a@b.co,a@b.co", "an address is there twice"),
        (
            "batch_buckets",
            "s3://photos,Photos,scans",
            "not the name of a bucket: s3://photos, Photos",
        ),
        ("batch_buckets", "*,photos", "not the name of a bucket: *"),
        ("labels_per_second", "fast", "expected a number, got 'fast'"),
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
        ("labels_per_second", 0, 5000),
        ("text_per_second", 0, 5000),
        ("images_concurrency", 0, 1000),
        ("text_concurrency", 0, 1000),
        ("batch_concurrency", 0, 1000),
        ("max_attempts", 2, 10),
        ("retry_seconds", 1, 900),
        ("seconds_per_image", 30, 300),
        ("price_labels_per_1000", 0, 1000),
        ("price_text_per_1000", 0, 1000),
        ("memory_mb", 512, 10_240),
        ("queue_depth_alarm", 1, 1_000_000),
        ("oldest_message_minutes_alarm", 1, 10_080),
        ("api_requests_per_second", 1, 10_000),
        ("api_burst", 1, 5_000),
        ("upload_minutes", 1, 60),
        ("uploads_per_user_per_day", 0, 1_000_000),
        ("waf_requests_per_5_minutes", 100, 20_000_000),
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

"""Settings that AWS sets limits to: regions and their quotas, concurrency, retention."""

import pytest

from stacks.limits import LOG_DAYS, rekognition_regions
from tests.unit.stacks.test_settings import problems, settings


@pytest.mark.parametrize("name", ["images_concurrency", "text_concurrency", "batch_concurrency"])
def test_a_concurrency_of_one_is_refused_as_lambda_refuses_it(name: str) -> None:
    assert problems({name: 1}) == [f"{name}: Lambda takes 2 or more; 0 follows the quota"]


class TestQuota:
    @pytest.mark.parametrize(
        ("region", "calls_per_second"), [("", 5), ("us-east-1", 50), ("eu-central-1", 5)]
    )
    def test_it_is_that_of_a_new_account_in_the_region(
        self, region: str, calls_per_second: float
    ) -> None:
        stock = settings(region=region)
        assert stock.labels_quota == stock.text_quota == calls_per_second

    def test_one_that_aws_has_raised_is_set_for_each_call(self) -> None:
        raised = settings(region="us-east-1", labels_per_second=120, text_per_second=0.5)
        assert (raised.labels_quota, raised.text_quota) == (120, 0.5)

    @pytest.mark.parametrize(
        ("asked", "quota", "concurrency"), [(0, 50, 100), (0, 0.5, 2), (0, 5000, 1000), (7, 50, 7)]
    )
    def test_concurrency_follows_it_within_what_lambda_takes(
        self, asked: int, quota: float, concurrency: int
    ) -> None:
        made = settings(images_concurrency=asked)
        assert made.concurrency("images_concurrency", quota, 2.0) == concurrency


def test_a_function_that_would_run_too_long_is_refused() -> None:
    assert settings(seconds_per_image=90, batch_size=10).batch_size == 10
    (problem,) = problems({"seconds_per_image": 91, "batch_size": 10})
    assert problem.startswith("batch_size: with seconds_per_image it makes a function run for more")


class TestThumbnails:
    @pytest.mark.parametrize("pixels", [0, 64, 1024])
    def test_a_size_that_lists_can_show_is_taken_and_so_is_none(self, pixels: int) -> None:
        assert settings(thumbnail_pixels=pixels).thumbnail_pixels == pixels

    @pytest.mark.parametrize("pixels", [-1, 1, 63, 1025])
    def test_any_other_is_refused(self, pixels: int) -> None:
        (problem,) = problems({"thumbnail_pixels": pixels})
        assert problem.startswith("thumbnail_pixels: use ")


class TestRetention:
    @pytest.mark.parametrize(
        "name",
        ["days_to_expiry", "processed_days", "noncurrent_days", "record_days", "answer_days"],
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

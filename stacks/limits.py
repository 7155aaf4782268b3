"""What AWS offers and where: facts that settings are checked against."""

from functools import cache

import botocore.session


@cache
def rekognition_regions() -> frozenset[str]:
    """Return the regions with an Amazon Rekognition endpoint, as botocore's own data has them."""
    session = botocore.session.get_session()
    return frozenset(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("rekognition", partition)
    )


_LARGE_REGIONS = frozenset({"us-east-1", "us-west-2", "eu-west-1"})


def rekognition_calls_per_second(region: str) -> int:
    """Return how often AWS lets a new account call DetectLabels, and DetectText, in a region.

    Amazon Rekognition's default quotas; ask AWS for more with Service Quotas. Without a region,
    the smaller one.
    """
    return 50 if region in _LARGE_REGIONS else 5


TOKEN_MINUTES = 15
"""How long an ID or access token works: also one of who was signed out, removed, or left a group,
since API Gateway checks signature and time only. Cognito takes 5 minutes to a day."""

MAX_FUNCTION_SECONDS = 900
"""The longest that a Lambda function runs."""

LOG_DAYS = {
    1: "ONE_DAY",
    3: "THREE_DAYS",
    5: "FIVE_DAYS",
    7: "ONE_WEEK",
    14: "TWO_WEEKS",
    30: "ONE_MONTH",
    60: "TWO_MONTHS",
    90: "THREE_MONTHS",
    120: "FOUR_MONTHS",
    150: "FIVE_MONTHS",
    180: "SIX_MONTHS",
    365: "ONE_YEAR",
    400: "THIRTEEN_MONTHS",
    545: "EIGHTEEN_MONTHS",
    731: "TWO_YEARS",
    1827: "FIVE_YEARS",
    3653: "TEN_YEARS",
}
"""Retentions that CloudWatch Logs offers, days, with the CDK's names for them."""

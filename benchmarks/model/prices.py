"""AWS's prices and what a number of images costs. USD, us-east-1, without free tiers.

Rekognition: first million images a month $0.001, next four $0.0008, next thirty $0.0006; its
pricing page as quoted in October 2026. There is a lower price above 35 million, which no source at
hand confirmed: the third is counted on, so that it is an upper bound. Each API is taken to have
tiers of its own. Lambda on arm64: $0.0000133334 a GB-second up to 7.5 billion a month, $0.20 a
million requests. DynamoDB on demand since November 2024: $0.625 a million write units, $0.125 a
million read units. SQS standard: $0.40 a million up to 100 billion a month (March 2026). S3: $0.005
a thousand PUT or LIST, $0.0004 a thousand GET. SNS: $0.50 a million. CloudWatch Logs: $0.50 a GB.
X-Ray: $5 a million traces, of which its default rule takes one a second and 5 % of the others.
Those without a date are README.md's, of November 2026. Prices change: look them up.
"""

from dataclasses import dataclass

from benchmarks.model.requests_made import Service, Shape, units

MONTH_SECONDS = 30 * 86_400
REKOGNITION_TIERS = ((1e6, 0.001), (5e6, 0.0008), (float("inf"), 0.0006))
"""Up to so many images a month, USD each."""
GB_SECOND, INVOCATION = 0.0000133334, 0.20e-6
UNIT = {
    Service.WRITE: 0.625e-6,
    Service.READ: 0.125e-6,
    Service.S3_PUT: 0.005e-3,
    Service.S3_GET: 0.0004e-3,
    Service.SQS: 0.40e-6,
    Service.SNS: 0.50e-6,
}
LOG_GB, LOG_KB_AN_INVOCATION = 0.50, 2.0
TRACE, TRACED, TRACED_A_SECOND = 5e-6, 0.05, 1.0

REKOGNITION_LABELS, REKOGNITION_TEXT = "Rekognition, labels", "Rekognition, text"


@dataclass(frozen=True, kw_only=True)
class Work:
    """What was done, all images together: what the bill depends on."""

    images: float
    seconds: float
    shape: Shape
    gb_seconds: float
    invocations: float


def costs(work: Work) -> dict[str, float]:
    """Return the bill by service, USD."""
    unit = {service: count * work.images for service, count in units(work.shape).items()}
    bill = {service: unit[service] * price for service, price in UNIT.items()}
    traces = min(work.invocations, TRACED_A_SECOND * work.seconds * 2 + TRACED * work.invocations)
    return {
        REKOGNITION_LABELS: rekognition(work.images, work.seconds),
        REKOGNITION_TEXT: rekognition(work.images * work.shape.text_share, work.seconds),
        "Lambda": work.gb_seconds * GB_SECOND + work.invocations * INVOCATION,
        "DynamoDB": bill[Service.WRITE] + bill[Service.READ],
        "S3 requests": bill[Service.S3_PUT] + bill[Service.S3_GET],
        "SQS": bill[Service.SQS],
        "SNS": bill[Service.SNS],
        "Logs": work.invocations * LOG_KB_AN_INVOCATION * 1024 / 1024**3 * LOG_GB,
        "X-Ray": traces * TRACE,
    }


def rekognition(calls: float, seconds: float) -> float:
    """Return what calls cost that are spread evenly over so many seconds.

    The tiers begin anew each month, so that what takes longer costs more.
    """
    months = max(seconds / MONTH_SECONDS, 1.0)
    left, below, month = calls / months, 0.0, 0.0
    for up_to, price in REKOGNITION_TIERS:
        taken = min(left, up_to - below)
        month += taken * price
        left -= taken
        below = up_to
    return month * months

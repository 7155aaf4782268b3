"""The `AWS/Rekognition` metric that AWS publishes by itself: calls that were answered.

From the file in which the recognition endpoint counts them.
https://docs.aws.amazon.com/rekognition/latest/dg/cloudwatch-metricsdim.html
"""

import json
import threading
import time
from pathlib import Path

from local.emulator.internals import ACCOUNT, REGION, cloudwatch, require, responses

SAMPLE_SECONDS = 2.0


class AnsweredCalls:
    """How many calls of each operation were answered since the file was last looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before: dict[str, int] = {}

    def take(self) -> dict[str, int]:
        """Return the operations with new calls; of an endpoint that began anew, all it has had."""
        try:
            counts = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}  # nothing was called yet
        now = {operation: int(counted["answered"]) for operation, counted in counts.items()}
        new = {}
        for operation, answered in now.items():
            before = self._before.get(operation, 0)
            new[operation] = answered - before if answered >= before else answered
        self._before = now
        return {operation: count for operation, count in new.items() if count}


def publish_recognition_metrics(path: Path) -> None:
    """Start publishing what the recognition endpoint counts in a file."""
    require(cloudwatch, "record_metric")
    counts = AnsweredCalls(path)
    threading.Thread(
        target=_publish, args=(counts,), name="recognition-metrics", daemon=True
    ).start()


def _publish(counts: AnsweredCalls) -> None:
    while True:
        time.sleep(SAMPLE_SECONDS)
        with responses.request_scope(ACCOUNT, REGION):
            for operation, count in counts.take().items():
                cloudwatch.record_metric(
                    "AWS/Rekognition",
                    "SuccessfulRequestCount",
                    count,
                    "Count",
                    {"Operation": operation},
                )

"""Handles one S3 event as Lambda does, in a fresh process; prints the peak memory as JSON.

`python handle_one_event.py KEY`, with the function's environment variables set.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

from lambdas.inspect_image.handler import handle


class Context:
    """What Powertools reads of Lambda's context."""

    function_name = "inspect_image"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:inspect_image"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return what a function that has just begun has left."""
        return 60_000


def main() -> None:
    """Handle the event of an object with the key given."""
    s3 = {"bucket": {"name": "input"}, "object": {"key": sys.argv[1], "versionId": "1"}}
    record = {"eventTime": "2026-11-21T00:00:00.000Z", "s3": s3}
    message = {
        "messageId": "1",
        "receiptHandle": "1",
        "eventSourceARN": json.loads(os.environ["QUEUES"])[0][0],
        "body": json.dumps({"Records": [record]}),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(int(time.time() * 1000)),
        },
    }
    before = peak_bytes()
    started = time.process_time()
    answer = handle({"Records": [message]}, Context())
    seconds = time.process_time() - started
    sys.stdout.write(
        "\n"
        + json.dumps(
            {
                "failures": answer["batchItemFailures"],
                "imported_bytes": before,
                "peak_bytes": peak_bytes(),
                "cpu_seconds": seconds,
            }
        )
    )


def peak_bytes() -> int:
    """Return the most memory that was resident so far, bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: on Linux its figure starts with that of the process that started this one.
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()

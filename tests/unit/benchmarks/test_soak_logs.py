"""What a soak reads from a stack's logs."""

import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from benchmarks.soak.logs import endpoint_calls, function_visits

ENDED = 1_790_000_000.5
REPORT = (
    "REPORT RequestId: 1\tDuration: 250 ms\tBilled Duration: 250 ms\tMemory Size: 1024 MB"
    "\tMax Memory Used: 0 MB"
)


def line(text: str, *, at: float = ENDED) -> str:
    """A line as `logging` writes it, in this machine's time zone."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
    return f"{stamp},{round(at % 1 * 1000):03d} INFO {text}\n"


def test_the_endpoints_calls_are_those_of_the_operation_since_then(tmp_path: Path) -> None:
    log = tmp_path / "recognition.log"
    log.write_text(
        line("DetectLabels by A: ok in 20 ms", at=ENDED - 10)
        + line("DetectLabels by A: ok in 40 ms")
        + line("DetectText by A: ok in 10 ms")
        + line("something else")
        + line("DetectLabels by -: ProvisionedThroughputExceededException in 0 ms", at=ENDED + 1)
    )

    found = endpoint_calls(log, "DetectLabels", ENDED - 5)

    assert [call.came_at for call in found] == pytest.approx([ENDED - 0.04, ENDED + 1])
    assert [call.seconds for call in found] == [0.04, 0.0]
    assert [call.answered for call in found] == [True, False]


def test_a_call_that_failed_is_no_measurement(tmp_path: Path) -> None:
    log = tmp_path / "recognition.log"
    log.write_text(line("DetectLabels by A: InternalServerError in 3 ms"))

    with pytest.raises(RuntimeError, match="InternalServerError"):
        endpoint_calls(log, "DetectLabels", 0)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    with mock_aws():
        client = boto3.client("logs", region_name="us-east-1")
        client.create_log_group(logGroupName="group")
        client.create_log_stream(logGroupName="group", logStreamName="stream")
        yield client


def test_a_functions_visits_are_what_lambda_reports(logs: Any) -> None:
    ended = time.time()
    events = [(REPORT, ended - 60), ("image ended", ended), (REPORT, ended)]
    logs.put_log_events(
        logGroupName="group",
        logStreamName="stream",
        logEvents=[{"message": text, "timestamp": round(at * 1000)} for text, at in events],
    )

    found = function_visits(logs, "group", ended - 30)

    assert [visit.seconds for visit in found] == [0.25]
    assert found[0].began_at == pytest.approx(ended - 0.25, abs=0.001)

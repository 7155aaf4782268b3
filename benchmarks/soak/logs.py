"""What the logs of a local stack say of calls and functions."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.timing import Call, Visit
from local.recognition.quota import THROTTLED

_CALL = re.compile(r"^(\S+ \S+) \w+ (\w+) by .*: (\w+) in (\d+) ms$", re.MULTILINE)
_REPORT = re.compile(r"^REPORT RequestId: .*\tDuration: (\d+(?:\.\d+)?) ms")


def endpoint_calls(log: Path, operation: str, since: float) -> list[Call]:
    """Return the calls of an operation that came from a time on, seconds since the epoch.

    Raises RuntimeError for one that was neither answered nor refused for its rate.
    """
    calls = []
    text = log.read_text(encoding="utf-8", errors="replace")
    for logged_at, name, outcome, milliseconds in _CALL.findall(text):
        seconds = int(milliseconds) / 1000
        # In this machine's time zone, when the call had ended.
        ended = datetime.strptime(logged_at, "%Y-%m-%d %H:%M:%S,%f").astimezone()
        came_at = ended.timestamp() - seconds
        if name != operation or came_at < since:
            continue
        if outcome not in ("ok", THROTTLED):
            raise RuntimeError(f"a call of {operation} ended with {outcome}")
        calls.append(Call(came_at, seconds, answered=outcome == "ok"))
    return calls


def function_visits(logs: Any, group: str, since: float) -> list[Visit]:
    """Return the invocations of a function that began from a time on, with Lambda's durations.

    `logs` is a client of CloudWatch Logs.
    """
    visits = []
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(since * 1000)
    )
    for page in pages:
        for event in page["events"]:
            report = _REPORT.match(event["message"])
            if report is None:
                continue
            seconds = float(report[1]) / 1000
            visit = Visit(event["timestamp"] / 1000 - seconds, seconds)
            if visit.began_at >= since:
                visits.append(visit)
    return visits

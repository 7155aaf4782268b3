"""Logs: of the stack's processes from their files, of functions from CloudWatch Logs."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.endpoint import LocalStack
from local.errors import LocalError
from local.paths import StackFiles

FILES = (
    *("emulator", "recognition", "console", "supervisor"),
    *("synth", "bootstrap", "deploy", "console-build"),
)
EVERY_SECONDS = 0.5


def file_lines(port: int, name: str, *, follow: bool, last: int) -> Iterator[str]:
    """The last lines of a process's log, and then each new one if asked to follow."""
    path = StackFiles(port).log(name)
    if not path.exists():
        raise LocalError(f"There is no log of {name} on port {port}.")
    yield from _tail(path, last)
    if follow:
        yield from _follow(path)


def function_lines(stack: LocalStack, function: str, *, follow: bool) -> Iterator[str]:
    """What a function logged, oldest first. Any part of the function's name will do."""
    lambda_client, logs = stack.client("lambda"), stack.client("logs")
    group = _log_group(lambda_client, function)
    seen: set[tuple[object, ...]] = set()
    start = 0
    while True:
        # Events have no id here; the same line twice in a millisecond is two events.
        alike: Counter[tuple[object, ...]] = Counter()
        for event in _events(logs, group, start):
            line = (event["logStreamName"], event["timestamp"], event["message"])
            alike[line] += 1
            if (*line, alike[line]) not in seen:
                seen.add((*line, alike[line]))
                start = max(start, event["timestamp"])
                moment = time.strftime("%H:%M:%S", time.localtime(event["timestamp"] / 1000))
                yield f"{moment} {event['message'].rstrip()}"
        if not follow:
            return
        time.sleep(EVERY_SECONDS)


def _log_group(lambda_client: Any, function: str) -> str:
    pages = lambda_client.get_paginator("list_functions").paginate()
    functions = [found for page in pages for found in page["Functions"]]
    named = [f for f in functions if function.lower() in f["FunctionName"].lower()]
    exact = [f for f in named if f["FunctionName"] == function] or named
    if len(exact) != 1:
        names = ", ".join(sorted(f["FunctionName"] for f in exact or functions)) or "none"
        what = "is the name of several functions" if exact else "is not a function or a process"
        raise LocalError(f"{function!r} {what}; there are: {names}; and {', '.join(FILES)}.")
    default = f"/aws/lambda/{exact[0]['FunctionName']}"
    group: str = exact[0].get("LoggingConfig", {}).get("LogGroup", default)
    return group


def _events(logs: Any, group: str, start: int) -> Iterator[dict[str, Any]]:
    try:
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=start
        ):
            yield from page["events"]
    except logs.exceptions.ResourceNotFoundException:
        return  # The function has not run yet.


def _tail(path: Path, last: int) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-last:]


def _follow(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        file.seek(0, 2)
        while True:
            line = file.readline()
            if line:
                yield line.rstrip("\n")
            else:
                time.sleep(EVERY_SECONDS)

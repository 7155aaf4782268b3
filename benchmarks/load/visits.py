"""Which image was in which function, and when: from the functions' logs."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_REPORT = re.compile(r"^REPORT RequestId: (\S+)\tDuration: (\d+(?:\.\d+)?) ms")


@dataclass(frozen=True)
class ImageVisit:
    """An image in a function, seconds since the epoch."""

    image_id: str
    began_at: float
    ended_at: float


def log_events(logs: Any, group: str, since: float) -> list[dict[str, Any]]:
    """Return the events of a log group from a time on; `logs` is a client of CloudWatch Logs."""
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(since * 1000)
    )
    return [event for page in pages for event in page["events"]]


def image_visits(events: Iterable[dict[str, Any]]) -> list[ImageVisit]:
    """Return the visits that the events tell of; an invocation without an image is none."""
    images: dict[str, str] = {}
    reports: list[tuple[str, float, float]] = []
    for event in events:
        message = str(event["message"])
        if report := _REPORT.match(message):
            reports.append((report[1], event["timestamp"] / 1000, float(report[2]) / 1000))
        elif message.startswith("{"):
            line = json.loads(message)
            if "image_id" in line:
                images[line["function_request_id"]] = line["image_id"]
    return [
        ImageVisit(images[request], ended - seconds, ended)
        for request, ended, seconds in reports
        if request in images
    ]

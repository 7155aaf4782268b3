"""Where the time of each image went, from the wish to upload it to the look at its result."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from benchmarks.load.calls import CallMade
from benchmarks.load.notes import Uploaded
from benchmarks.load.visits import ImageVisit
from lambdas.common.image import upload_in

LABELS, TEXT = "DetectLabels", "DetectText"
STEPS = (
    "upload form",
    "file to S3",
    "until inspect_image has it",
    "inspect_image until the call",
    "DetectLabels",
    "inspect_image after the call",
    "until read_text has it",
    "read_text until the call",
    "DetectText",
    "read_text after the call",
    "until the console looks",
)
"""In their order; together they are the whole time."""
CALLS = (LABELS, TEXT)
"""The steps that are not our own time."""

_TOLERANCE_SECONDS = 0.02
"""Of a function's times in its log, which are rounded, to those of the endpoint."""


@dataclass(frozen=True)
class Journey:
    """An image's steps, seconds each; a step is below 0 where the next began before its end."""

    steps: dict[str, float]

    @property
    def seconds(self) -> float:
        """From the upload's end until the user saw the result."""
        return sum(self.steps.values()) - sum(self.steps[step] for step in STEPS[:2])

    @property
    def own_seconds(self) -> float:
        """The same without the calls."""
        return self.seconds - sum(self.steps[step] for step in CALLS)


@dataclass(frozen=True)
class Seen:
    """What was seen of a run's images, from four sides: users, records, calls, functions.

    `records` are by image id, `visits` by operation.
    """

    uploaded: list[Uploaded]
    records: Mapping[str, Mapping[str, Any]]
    calls: list[CallMade]
    visits: Mapping[str, list[ImageVisit]]


def seconds_by_record(seen: Seen) -> list[float | None]:
    """Return, of each upload, the time from its end to its end in the record; None without one."""
    return [
        ended - upload.sent_at
        if (ended := _time(seen.records.get(upload.image_id or ""), "finished_at")) is not None
        else None
        for upload in seen.uploaded
    ]


def seconds_by_user(uploaded: Iterable[Uploaded]) -> list[float | None]:
    """Return, of each upload, the time from its end until the user saw the result; or None."""
    return [None if u.seen_at is None else u.seen_at - u.sent_at for u in uploaded]


def journeys(seen: Seen) -> list[Journey]:
    """Return those of the images that went straight through: one call, one visit to each function.

    The others, which were tried again, have no such steps.
    """
    calls: dict[tuple[str, str], list[CallMade]] = defaultdict(list)
    for call in seen.calls:
        upload = upload_in(call.key)
        calls[call.operation, upload.task_id if upload else call.key].append(call)
    visits: dict[tuple[str, str], list[ImageVisit]] = defaultdict(list)
    for operation, made in seen.visits.items():
        for visit in made:
            visits[operation, visit.image_id].append(visit)
    found = []
    for uploaded in seen.uploaded:
        image = uploaded.image_id or ""
        labels, text = (calls[operation, uploaded.task_id] for operation in CALLS)
        inspect, read = (visits[operation, image] for operation in CALLS)
        if [len(each) for each in (labels, text, inspect, read)] != [1, 1, 1, 1]:
            continue
        journey = _journey(
            uploaded, seen.records.get(image), labels[0], text[0], inspect[0], read[0]
        )
        if journey is not None:
            found.append(journey)
    return found


def _journey(  # noqa: PLR0913, PLR0917
    uploaded: Uploaded,
    record: Mapping[str, Any] | None,
    labels: CallMade,
    text: CallMade,
    inspect: ImageVisit,
    read: ImageVisit,
) -> Journey | None:
    labelled, finished = _time(record, "labelled_at"), _time(record, "finished_at")
    if labelled is None or finished is None or uploaded.seen_at is None:
        return None
    _check_inside(labels, inspect)
    _check_inside(text, read)
    moments = (
        *(uploaded.began_at, uploaded.formed_at, uploaded.sent_at),
        *(inspect.began_at, labels.came_at, labels.ended_at, labelled),
        *(read.began_at, text.came_at, text.ended_at, finished),
        uploaded.seen_at,
    )
    seconds = (end - start for start, end in pairwise(moments))
    return Journey(dict(zip(STEPS, seconds, strict=True)))


def _check_inside(call: CallMade, visit: ImageVisit) -> None:
    """Raise ValueError for a call outside of its visit: then the clocks or the logs are wrong."""
    early, late = visit.began_at - _TOLERANCE_SECONDS, visit.ended_at + _TOLERANCE_SECONDS
    if not early <= call.came_at <= call.ended_at <= late:
        raise ValueError(f"a call is not within the visit of its image: {call}, {visit}")


def _time(record: Mapping[str, Any] | None, name: str) -> float | None:
    moment = (record or {}).get(name)
    return None if moment is None else datetime.fromisoformat(moment).timestamp()

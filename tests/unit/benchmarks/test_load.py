"""The arithmetic of the load test, and what it claims of a run."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from PIL import Image

from benchmarks.load.calls import CallMade
from benchmarks.load.figures import percentile, share_within
from benchmarks.load.journeys import LABELS, STEPS, TEXT, Seen, journeys, seconds_by_record
from benchmarks.load.notes import Asked, Ended, Notes, Uploaded, read_notes, write_note
from benchmarks.load.pace import waits
from benchmarks.load.pictures import SIZE
from benchmarks.load.report import Run, make_report
from benchmarks.load.settings import CONTEXT, Plan
from benchmarks.load.visits import ImageVisit, image_visits
from benchmarks.photographs import different
from lambdas.imaging.content import pixel_digest

T = 1_790_000_000.0
PLAN = Plan(users=2, seconds=60)
SUB = "0" * 36


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def task(number: int) -> str:
    return f"{number:032x}"


def uploaded(number: int, *, took: float = 4.0, start: float = T) -> Uploaded:
    """An upload whose form took 0.1 s and its file 0.2 s; its result was seen after `took`."""
    sent = start + 0.3
    seen = sent + took
    return Uploaded(task(number), start, start + 0.1, sent, seen, "done", f"image-{number}")


def call(operation: str, number: int, came: float, seconds: float) -> CallMade:
    return CallMade(operation, f"uploads/{SUB}/{task(number)}/a.jpg", came, seconds)


def seen_of(uploads: list[Uploaded]) -> Seen:
    """Each image: 0.5 s until a function has it, 0.1 s until the call, and so on."""
    records: dict[str, dict[str, Any]] = {}
    calls: list[CallMade] = []
    visits: dict[str, list[ImageVisit]] = {LABELS: [], TEXT: []}
    for number, upload in enumerate(uploads):
        at, image = upload.sent_at, upload.image_id
        if image is None:
            continue
        visits[LABELS].append(ImageVisit(image, at + 0.5, at + 1.5))
        calls.append(call(LABELS, number, at + 0.6, 0.7))
        visits[TEXT].append(ImageVisit(image, at + 1.7, at + 2.8))
        calls.append(call(TEXT, number, at + 1.9, 0.6))
        records[image] = {"labelled_at": moment(at + 1.4), "finished_at": moment(at + 2.75)}
    return Seen(uploads, records, calls, visits)


def run_of(uploads: list[Uploaded], **changed: Any) -> Run:
    asked = [Asked("GET /results", T, 0.05, 200), Asked("POST /upload", T, 0.1, 201)]
    parts: dict[str, Any] = {
        "plan": PLAN,
        "notes": Notes(asked, uploads, Ended(T, T + 60, 1.0, PLAN.users)),
        "seen": seen_of(uploads),
        "busy": {"emulator": 0.5, "Locust": 0.25},
        "context": CONTEXT,
        "stage": {"throttlingRateLimit": 50.0, "throttlingBurstLimit": 100},
        **changed,
    }
    return Run(**parts)


ALL = [uploaded(number) for number in range(PLAN.uploads)]


def failed(run: Run) -> list[str]:
    """The claims that do not hold."""
    return [claim.text for claim in make_report(run).claims if not claim.holds]


def test_the_stock_run_is_a_hundred_users_with_ten_uploads_each() -> None:
    plan = Plan()

    assert (plan.users, plan.pictures_of_each, plan.uploads) == (100, 10, 1000)
    assert plan.start_within == 30
    assert Plan(5, 20).uploads == 5
    assert Plan(5, 20).start_within == 10


def test_the_console_looks_after_one_second_and_then_ever_later_up_to_five() -> None:
    assert list(islice(waits(), 6)) == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 2.0), (75, 3.0), (76, 4.0), (95, 4.0), (1, 1.0)]
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(
    percent: float, expected: float
) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == expected


def test_what_never_came_is_later_than_all() -> None:
    values = [1.0, 2.0, None]

    assert percentile(values, 66) == 2.0
    assert percentile(values, 67) is None
    assert share_within(values, 10, of=4) == 0.5


def test_there_is_no_percentile_and_no_share_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 95)
    with pytest.raises(ValueError, match="nothing"):
        share_within([], 10, of=0)


def test_the_steps_of_an_image_are_its_whole_time() -> None:
    (journey,) = journeys(seen_of(ALL[:1]))

    expected = [0.1, 0.2, 0.5, 0.1, 0.7, 0.1, 0.3, 0.2, 0.6, 0.25, 1.25]
    assert journey.steps == pytest.approx(dict(zip(STEPS, expected, strict=True)), abs=0.002)
    assert journey.seconds == pytest.approx(4.0)
    assert journey.own_seconds == pytest.approx(4.0 - 0.7 - 0.6)


def test_an_image_that_was_tried_again_has_no_steps() -> None:
    seen = seen_of(ALL[:2])
    again = replace(seen, calls=[*seen.calls, call(TEXT, 0, T + 9, 0.6)])

    assert len(journeys(again)) == 1


def test_a_call_outside_of_its_visit_is_an_error() -> None:
    seen = seen_of(ALL[:1])
    early = [replace(one, came_at=one.came_at - 5) for one in seen.calls]

    with pytest.raises(ValueError, match="not within"):
        journeys(replace(seen, calls=early))


def test_by_the_record_an_image_without_one_has_no_time() -> None:
    seen = replace(seen_of(ALL[:2]), records={})

    assert seconds_by_record(seen) == [None, None]


def test_visits_are_matched_by_the_request_and_those_without_an_image_left_out() -> None:
    report = "\tDuration: 250 ms\tBilled Duration: 250 ms\tMemory Size: 1024 MB"
    line = '{"function_request_id":"%s","image_id":"%s","message":"image ended"}'
    events: list[Mapping[str, Any]] = [
        {"timestamp": 10_000, "message": "START RequestId: a Version: $LATEST"},
        {"timestamp": 10_000, "message": line % ("a", "image-1")},
        {"timestamp": 10_000, "message": f"REPORT RequestId: a{report}"},
        {"timestamp": 11_000, "message": '{"message": "no image", "function_request_id": "b"}'},
        {"timestamp": 11_000, "message": f"REPORT RequestId: b{report}"},
    ]

    assert image_visits([dict(event) for event in events]) == [ImageVisit("image-1", 9.75, 10.0)]


def test_notes_are_read_as_they_were_written() -> None:
    file = io.StringIO()
    asked, ended = Asked("GET /results", T, 0.1, 200), Ended(T, T + 1, 0.5, 2)
    for note in (asked, ALL[0], ended):
        write_note(file, note)

    assert read_notes(file.getvalue().splitlines()) == Notes([asked], [ALL[0]], ended)


def test_photos_differ_in_their_pixels() -> None:
    digests = set()
    for number in (0, 1, 3, 12, 36, 1200, 3600):
        with Image.open(io.BytesIO(different(number, SIZE))) as image:
            digests.add(pixel_digest(image))

    assert len(digests) == 7


def test_a_good_run_meets_all_claims() -> None:
    assert failed(run_of(ALL)) == []


def without_a_result(upload: Uploaded) -> Uploaded:
    return replace(upload, seen_at=None, status="", image_id=None)


GOOD = run_of(ALL)
LATE = [uploaded(number, took=12.0) for number in range(PLAN.uploads)]


@pytest.mark.parametrize(
    ("run", "what"),
    [
        (
            replace(
                GOOD,
                notes=replace(GOOD.notes, asked=[Asked("GET /results", T, 1, 429, "429: slow")]),
            ),
            ["no request fails"],
        ),
        (replace(GOOD, notes=replace(GOOD.notes, asked=[])), ["no request fails"]),
        (replace(GOOD, notes=replace(GOOD.notes, ended=None)), ["come to their end"]),
        (run_of(LATE), ["for the user"]),
        (
            run_of([replace(ALL[0], status="failed"), *ALL[1:]]),
            ["every image ends as done or in_review"],
        ),
        (
            replace(GOOD, seen=replace(GOOD.seen, calls=[*GOOD.seen.calls, GOOD.seen.calls[0]])),
            ["every image ends as done", "the breakdown is of"],
        ),
        (replace(GOOD, seen=replace(GOOD.seen, records={})), ["by the record", "the breakdown"]),
        (
            run_of([without_a_result(ALL[0]), *ALL[1:]]),
            ["for the user", "by the record", "every image ends", "the breakdown"],
        ),
        (
            run_of(ALL[1:]),
            ["4 in all", "for the user", "by the record", "every image ends", "the breakdown"],
        ),
        (
            run_of([]),
            ["4 in all", "for the user", "by the record", "every image ends", "the breakdown"],
        ),
    ],
    ids=[
        *("refused", "asked nothing", "cut off", "late", "an image failed", "paid twice"),
        *("no records", "no result", "an upload is missing", "no uploads"),
    ],
)
def test_what_is_broken_is_a_claim_that_is_not_met(run: Run, what: list[str]) -> None:
    texts = failed(run)

    assert len(texts) == len(what), texts
    assert all(part in text for part, text in zip(what, texts, strict=True)), texts


def test_a_failed_request_is_named() -> None:
    asked = [Asked("GET /results", T, 1, 503, "503: busy\nnow")]
    report = make_report(run_of(ALL, notes=replace(GOOD.notes, asked=asked)))

    assert report.notes[-1] == "Failed: GET /results: 503: busy now"


def test_only_the_stock_run_is_the_one_of_the_documents() -> None:
    assert make_report(GOOD).name == "load_short"
    assert Plan().is_stock


def test_the_report_says_that_the_latency_is_an_assumption() -> None:
    assert "assumptions" in make_report(GOOD).notes[0]

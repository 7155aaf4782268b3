"""How outcomes are shown."""

import io
from decimal import Decimal

import pytest
from rich.console import Console

from cli.analyze import exit_code
from cli.outcome import outcome, outcome_in_record, seconds_between, table_of
from lambdas.common.image import ObjectReference
from lambdas.common.result import Box, Instance, Label, Result, TextDetection
from lambdas.common.status import Status

BOX = Box(left=0.1, top=0.2, width=0.3, height=0.4)
RESULT = Result(
    image_id="0123",
    source=ObjectReference("in", "a [b]/photo.jpg", "v1"),
    status=Status.DONE,
    received_at="2026-01-02T03:04:05.000+00:00",
    finished_at="2026-01-02T03:04:07.250+00:00",
    labels=(Label("Car", 97.5, (Instance(97.5, BOX),)),),
    text=(
        TextDetection(0, "LINE", "AB12 CDE", 99.0, BOX),
        TextDetection(1, "WORD", "AB12", 99.0, BOX, parent=0),
    ),
    processed=ObjectReference("out", "processed/0123.jpg"),
)


def test_outcome_has_what_was_found_and_where_it_lies() -> None:
    assert outcome(RESULT, "out") == {
        "image_id": "0123",
        "source": "s3://in/a [b]/photo.jpg",
        "status": "done",
        "reason": None,
        "labels": [
            {
                "name": "Car",
                "confidence": 97.5,
                "instances": [{"confidence": 97.5, "box": vars(BOX)}],
            }
        ],
        "text": ["AB12 CDE"],
        "processed": "s3://out/processed/0123.jpg",
        "result": "s3://out/results/0123.json",
        "seconds": 2.25,
    }


def test_reasons_for_review_are_the_reason() -> None:
    in_review = RESULT.changed(status=Status.IN_REVIEW, review_reasons=("one", "two"))

    assert outcome(in_review, "out")["reason"] == "one; two"


def test_an_unfinished_image_has_no_seconds_and_no_files() -> None:
    record = {
        "image_id": "0123",
        "bucket": "in",
        "key": "a.jpg",
        "status": "received",
        "received_at": RESULT.received_at,
    }

    found = outcome_in_record(record, "out")

    assert (found["status"], found["seconds"], found["processed"], found["result"]) == (
        *("received", None),
        *(None, None),
    )


def test_a_record_tells_what_a_result_that_has_expired_told() -> None:
    full = outcome(RESULT, "out")
    record = {
        "image_id": "0123",
        "bucket": "in",
        "key": "a [b]/photo.jpg",
        "status": "done",
        "reason": None,
        "labels": [{"name": "Car", "confidence": Decimal("97.5")}],
        "text": ["AB12 CDE"],
        "received_at": RESULT.received_at,
        "finished_at": RESULT.finished_at,
        "processed_key": "processed/0123.jpg",
    }

    found = outcome_in_record(record, "out")

    assert found == {**full, "labels": [{**full["labels"][0], "instances": []}]}


def test_table_shows_names_text_and_files_whole_on_a_narrow_terminal() -> None:
    written = io.StringIO()

    table_of([outcome(RESULT, "out")], Console(file=written, width=60))

    shown = written.getvalue()
    assert "photo.jpg" in shown
    assert "Car 98" in shown
    assert "processed/0123.jpg" in shown
    assert "results/0123.json" in shown


def test_keys_and_text_do_not_steer_the_terminal() -> None:
    written = io.StringIO()
    hostile = RESULT.changed(
        source=ObjectReference("in", "a/\x1b]0;owned\x07\x1b[2J\x9bx.jpg", "v1"),
        reason="\x1b[31mred",
        text=(TextDetection(0, "LINE", "\x1b[31mred\r\nnew", 99.0, BOX),),
    )

    table_of([outcome(hostile, "out")], Console(file=written, width=120))

    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(written.getvalue())


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([Status.DONE, Status.IN_REVIEW], 0),
        ([Status.DONE, Status.REJECTED], 4),
        ([Status.FAILED], 4),
        ([Status.LABELLED, Status.REJECTED], 5),
    ],
)
def test_exit_code_tells_the_worst(statuses: list[Status], code: int) -> None:
    assert exit_code([{"status": str(status)} for status in statuses]) == code


def test_seconds_are_never_negative() -> None:
    # S3's clock and the function's need not agree.
    assert seconds_between("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:04+00:00") == 0
    assert seconds_between("2026-01-02T03:04:05+00:00", None) is None

import json
from typing import Any

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.message import batch_announcement, batch_summary, read_batch_message
from lambdas.run_batch.counts import no_counts
from lambdas.send_digest.compose_batch import compose_batch
from tests.unit.lambdas.batches import AT, LATER, batch

COUNTS = no_counts() | {
    "ended": 1_200,
    "statuses": {"done": 1_100, "in_review": 60, "rejected": 30, "failed": 10},
    "with_text": 40,
    "reported": 20,
    "paid": {"labels": 1_000, "text": 40},
    "reused": {"labels": 150, "text": 1},
}


def message(state: State = State.CLOSED, text: str | None = None, **changes: Any) -> dict[str, Any]:
    ended = batch(
        state=state, images=1_200, prefix="in/", started_at=AT, closed_at=LATER, **changes
    )
    summary = None if state is State.FAILED else batch_summary(ended, COUNTS)
    return batch_announcement(ended, summary, "processed", text)


def test_a_batch_reads_as_its_counts_and_where_its_report_is() -> None:
    email = compose_batch(message(), "prod")
    assert email.subject == "[Sightline prod] Batch b1: complete"
    assert email.body == (
        "Batch:   b1, by arn:aws:iam::123456789012:user/ada\n"
        "Images:  s3://photos/in/\n"
        "Status:  complete\n"
        "Ended:   1,200 of 1,200: 1,100 analysed, 60 for review, 30 rejected, 10 failed\n"
        "Text:    40 have text, 20 are in the report\n"
        "Paid:    1,000 calls for labels, 40 for text\n"
        "Reused:  150 answers for labels, 1 for text\n"
        "Took:    1 h 0 min\n"
        "\n"
        "s3://processed/batches/b1/report.txt\n"
        "s3://processed/batches/b1/report.csv\n"
        "s3://processed/batches/b1/summary.json\n"
    )


def test_a_short_report_is_in_the_email() -> None:
    body = compose_batch(message(text="2: TAXI 42\n10: BUS 7\n"), "dev").body
    assert body.endswith("\n\n2: TAXI 42\n10: BUS 7\n")


def test_an_empty_report_is_said_to_be_empty() -> None:
    assert "No image has text to report." in compose_batch(message(text=""), "dev").body


def test_a_batch_that_failed_says_why() -> None:
    email = compose_batch(message(State.FAILED, reason="there is no bucket photos"), "dev")
    assert email.subject.endswith("Batch b1: failed")
    assert "Reason:  there is no bucket photos\n" in email.body
    assert "Ended" not in email.body


def test_nobody_writes_lines_of_the_email_by_a_prefix_or_a_sign() -> None:
    hostile = message(text="1: A\x1b[2J\n")
    hostile["prefix"] = "in\nStatus:  complete"
    body = compose_batch(hostile, "dev").body
    assert body.count("\nStatus:") == 1
    assert "\x1b" not in body


def test_a_subject_is_short_and_ascii() -> None:
    subject = compose_batch(message() | {"batch": "ü" * 200}, "dev").subject
    assert len(subject) == 100
    assert subject.isascii()


def test_a_message_is_read_as_it_was_written() -> None:
    assert read_batch_message(json.dumps(message())) == message()


@pytest.mark.parametrize(
    "change", [{"schema": "sightline.batch/2"}, {"status": "running"}, {"images": None}]
)
def test_a_message_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    changed = message() | change
    if change == {"images": None}:
        del changed["images"]
    with pytest.raises(ValueError, match=r"expected a|no end of a batch|lacks images"):
        read_batch_message(json.dumps(changed))

"""Batches on the deployed template: what goes wrong on the way changes neither count nor report."""

import io
import json
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.table import BatchTable
from lambdas.common.status import Status
from tests.local.deployed import Deployed, paid_for, shown_again_after
from tests.local.faults import Faults
from tests.local.pausing import paused
from tests.local.pictures import picture
from tests.local.test_cli import sightline
from tests.patience import eventually

IMAGES, CANCELLED = 12, 5


@pytest.fixture(scope="module")
def began() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def bucket(deployed: Deployed, began: datetime) -> str:
    """A bucket without versions that is not Sightline's, with photographs of two years."""
    s3 = deployed.client("s3")
    s3.create_bucket(Bucket="archive")
    for number in range(IMAGES):
        s3.put_object(Bucket="archive", Key=f"2025/{number}.jpg", Body=picture().body)
    s3.put_object(Bucket="archive", Key="2025/notes.txt", Body=b"no image")
    for number in range(CANCELLED):
        s3.put_object(Bucket="archive", Key=f"2024/{number}.jpg", Body=picture().body)
    return "archive"


def run(deployed: Deployed, *arguments: object) -> Any:
    return sightline("batch", *arguments, "--port", deployed.port)


def batch_of(deployed: Deployed, batch: str) -> Batch:
    table = BatchTable(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])
    found = table.get(batch)
    assert found is not None
    return found


def summary(deployed: Deployed, batch: str) -> dict[str, Any]:
    done = run(deployed, "report", batch, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture(scope="module")
def paid_at_first(deployed: Deployed) -> dict[str, int]:
    return paid_for(deployed)


@pytest.fixture(scope="module")
def cancelled(deployed: Deployed, bucket: str, paid_at_first: dict[str, int]) -> str:
    """A batch that was cancelled when all its images were sent, and none had begun.

    Functions believe for half a minute what they have read of a batch; these have not seen it yet.
    It reports half a minute later, too.
    """
    with paused(deployed, "InspectImage"):
        started = run(deployed, f"s3://{bucket}/2024/", "--name", "stopped", "--yes", "--detach")
        assert started.returncode == 0, started.stderr
        eventually(lambda: batch_of(deployed, "stopped").fed == CANCELLED, "all are sent")
        stopped = run(deployed, "cancel", "stopped")
        assert stopped.returncode == 0, stopped.stderr
    return "stopped"


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {feature: after[feature] - before[feature] for feature in before}


FAULTS = {
    "listing is cut off": ("s3:PutObject", "kill-after", "batches/faulty/manifest"),
    "listing is not told": ("s3:ListObjectsV2", "drop", ""),
    "feeding is cut off": ("sqs:SendMessageBatch", "kill-after", ""),
    "an image is counted and its function killed": ("dynamodb:UpdateItem", "kill-after", "node#"),
    "a count is refused": ("dynamodb:UpdateItem", "throttle", "node#"),
    "the report is cut off": ("s3:PutObject", "kill-after", "batches/faulty/report"),
    "the announcement is lost": ("sns:Publish", "drop", "sightline.batch/1"),
}


def test_a_cancelled_batch_stops(
    deployed: Deployed, paid_at_first: dict[str, int], cancelled: str
) -> None:
    eventually(deployed.queues_are_empty, "its messages are taken off the queue")

    assert batch_of(deployed, cancelled).state is State.CANCELLED
    assert paid_for(deployed) == paid_at_first


def test_a_batch_closes_by_itself_whatever_is_cut_off_on_the_way(
    deployed: Deployed, bucket: str
) -> None:
    before = paid_for(deployed)
    with ExitStack() as stack:
        stack.enter_context(shown_again_after(deployed, 20))
        faults = {
            name: stack.enter_context(
                Faults(deployed.stack).injected(what, kind, containing=containing, times=1)
            )
            for name, (what, kind, containing) in FAULTS.items()
        }
        # When
        done = run(deployed, f"s3://{bucket}/2025/", "--name", "faulty", "--yes")
        # Then: one file of the thirteen is no image
        assert done.returncode == 4, done.stderr
        assert {name: fault.hits for name, fault in faults.items()} == dict.fromkeys(FAULTS, 1)
    counts = summary(deployed, "faulty")
    assert counts["images"] == IMAGES + 1
    assert counts["statuses"]["rejected"] == 1
    assert sum(counts["statuses"].values()) == IMAGES + 1
    # Then: what it says it has paid for is what the endpoint has answered
    assert counts["paid"] == added(before, paid_for(deployed)) == {"labels": IMAGES, "text": IMAGES}
    assert counts["reused"] == {"labels": 0, "text": 0}


def test_the_same_bucket_again_costs_nothing(deployed: Deployed, bucket: str) -> None:
    before = paid_for(deployed)

    done = run(deployed, f"s3://{bucket}/2025/", "--name", "second", "--yes", "--again")

    assert done.returncode == 4, done.stderr
    assert paid_for(deployed) == before
    counts = summary(deployed, "second")
    assert sum(counts["statuses"].values()) == IMAGES + 1
    assert counts["paid"] == {"labels": 0, "text": 0}
    assert counts["reused"] == {"labels": IMAGES, "text": IMAGES}


def test_a_batch_waits_for_a_yes_and_can_be_left_and_come_back_to(
    deployed: Deployed, bucket: str
) -> None:
    # Given: nobody is there to say yes
    asked = run(deployed, f"s3://{bucket}/2025/", "--name", "patient")
    assert asked.returncode != 0
    assert "batch start patient" in asked.stdout + asked.stderr
    # When: somebody comes back
    started = run(deployed, "start", "patient")
    assert started.returncode == 0, started.stderr
    # Then
    eventually(lambda: batch_of(deployed, "patient").state is State.CLOSED, "it is closed")
    assert "closed" in run(deployed, "status", "patient").stdout


def test_a_bucket_that_is_not_there_is_refused_with_a_sentence(deployed: Deployed) -> None:
    done = run(deployed, "s3://no-such-bucket-anywhere/", "--yes")

    assert done.returncode == 1
    assert "no-such-bucket-anywhere" in done.stderr


def test_a_decision_survives_a_new_analysis(deployed: Deployed) -> None:
    # Given: a sign that a person has corrected
    bucket = deployed.outputs["InputBucketName"]
    image = deployed.upload("reviewed/sign.png", _sign("TAXI 42"))
    deployed.wait_for(image, Status.DONE, Status.IN_REVIEW)
    port = ("--port", deployed.port)
    corrected = sightline(
        *("review", "correct", image, "--text", "TAXI 43", "--add-label", "Taxi"),
        *("--comment", "a 3", *port),
    )
    assert corrected.returncode == 0, corrected.stderr
    assert deployed.wait_for(image, Status.DONE)["text"] == ["TAXI 43"]
    # When
    done = run(deployed, f"s3://{bucket}/reviewed/", "--name", "anew", "--yes", "--again")
    # Then
    assert done.returncode == 0, done.stderr
    record = deployed.wait_for(image, Status.DONE)
    assert record["text"] == ["TAXI 43"]
    assert "Taxi" in {label["name"] for label in record["labels"]}
    result = deployed.result(image)
    assert result.detected is not None
    assert [found.text for found in result.detected.text if found.kind == "LINE"] == ["TAXI 42"]
    # When: taken back
    assert sightline("review", "undo", image, *port).returncode == 0
    # Then
    assert deployed.wait_for(image)["text"] == ["TAXI 42"]
    history = sightline("review", "history", image, "--json", *port)
    assert [json.loads(line)["decision"] for line in history.stdout.splitlines()] == [
        "correct",
        "undo",
    ]


def test_a_cancelled_batch_reports_what_there_is(deployed: Deployed, cancelled: str) -> None:
    eventually(lambda: batch_of(deployed, cancelled).reported_at, "it reports")

    counts = summary(deployed, cancelled)
    assert counts["statuses"] == {"not_started": CANCELLED}
    assert counts["paid"] == {"labels": 0, "text": 0}


def test_everything_agrees_afterwards(deployed: Deployed, began: datetime) -> None:
    deployed.assert_agrees(began)


def _sign(text: str) -> bytes:
    image = Image.new("RGB", (800, 800), "navy")
    font = ImageFont.load_default(60)
    ImageDraw.Draw(image).text((200, 360), text, font=font, fill="white")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()

"""Deleted images on the deployed template: whatever state they were in, they do not come back."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.audit import Kind, Period
from cli.audit.auditor import Auditor
from lambdas.common.image import ObjectReference, Upload, image_id
from lambdas.common.status import Status
from lambdas.common.tasks import Task, Tasks
from tests.local.api.supply import nothing_to_see
from tests.local.deployed import Deployed, paid, paid_for, shown_again_after
from tests.local.faults import Faults
from tests.local.pausing import paused
from tests.local.pictures import picture
from tests.local.test_cli import sightline
from tests.patience import eventually

TOMBSTONE = {
    *("image_id", "item", "status", "announced", "received_at", "deleted_at", "deleted_by"),
    "expires_at",
}
ENDED_WELL = (Status.DONE, Status.IN_REVIEW)


@pytest.fixture(scope="module")
def began() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def clean_books(deployed: Deployed, began: datetime) -> Iterator[None]:
    """After each test everything agrees."""
    yield
    deployed.assert_agrees(began)


def delete(deployed: Deployed, *images: str) -> "subprocess.CompletedProcess[str]":
    return sightline("delete", *images, "--yes", "--json", "--port", deployed.port)


def assert_deleted(deployed: Deployed, *images: str) -> None:
    done = delete(deployed, *images)
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["image_id"] for one in outcomes if one["deleted"]] == list(images)


def assert_gone(deployed: Deployed, *images: str) -> None:
    """Nothing is left but that there was an image."""
    s3, left = deployed.client("s3"), []
    for bucket in ("InputBucketName", "ProcessedBucketName"):
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=deployed.outputs[bucket])
        for page in pages:
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                source = ObjectReference(deployed.outputs[bucket], one["Key"], one["VersionId"])
                if image_id(source) in images or any(image in one["Key"] for image in images):
                    left.append(one["Key"])
    assert left == []
    for image in images:
        answer = deployed.client("dynamodb").query(
            TableName=deployed.outputs["RecordTableName"],
            KeyConditionExpression="image_id = :id",
            ExpressionAttributeValues={":id": {"S": image}},
        )
        (tombstone,) = answer["Items"]
        assert tombstone["status"] == {"S": "deleted"}
        assert tombstone.keys() - {"buried"} == TOMBSTONE


@pytest.mark.parametrize("status", ENDED_WELL)
def test_an_image_that_has_ended(deployed: Deployed, status: Status) -> None:
    body = picture().body if status is Status.DONE else nothing_to_see()
    image = deployed.upload(f"doomed/{status}.jpg", body)
    assert deployed.wait_for(image)["status"] == status
    deployed.wait_until_announced(image)

    assert_deleted(deployed, image)

    assert_gone(deployed, image)
    again = json.loads(delete(deployed, image).stdout)
    assert (again["deleted"], again["before"], again["source"]) == (True, True, None)


def test_an_image_that_has_failed_is_not_brought_back_by_its_dead_letter(
    deployed: Deployed, began: datetime
) -> None:
    key = "doomed/failed.jpg"
    with Faults(deployed.stack).injected(
        "rekognition:DetectLabels", error="RefusedException", status=400, containing=key
    ):
        image = deployed.upload(key, picture().body)
        deployed.wait_for(image, Status.FAILED)
        eventually(lambda: deployed.messages("ImagesDeadLetterQueueUrl"), "it is a dead letter")
        eventually(deployed.queues_are_empty, "its message is kept elsewhere")
    before = paid(deployed)

    assert_deleted(deployed, image)
    report = deployed.assert_agrees(began)
    redriven = sightline("redrive", "--id", image, "--json", "--port", deployed.port)

    assert (report.dead_letters, [one.kind for one in report.findings]) == (1, [Kind.NOTE])
    assert sum(one["moved"] for one in json.loads(redriven.stdout)["queues"]) == 1
    eventually(deployed.queues_are_empty, "its message is worked off")
    assert_gone(deployed, image)
    assert paid(deployed) == before
    assert deployed.assert_agrees(began).dead_letters == 0


def test_an_image_that_waits_in_the_queue_of_the_text(deployed: Deployed) -> None:
    with paused(deployed, "ReadText"):
        image = deployed.upload("doomed/labelled.jpg", picture().body)
        deployed.wait_for(image, Status.LABELLED)
        before = paid_for(deployed)["text"]
        # Its labels are there before the function gives its lease back.
        eventually(lambda: delete(deployed, image).returncode == 0, "it is deleted")
    eventually(deployed.queues_are_empty, "its message is worked off")

    assert_gone(deployed, image)
    assert paid_for(deployed)["text"] == before


def test_an_image_that_nobody_has_begun_with_is_not_known_yet(deployed: Deployed) -> None:
    with paused(deployed, "InspectImage"):
        image = deployed.upload("doomed/waiting.jpg", picture().body)
        done = delete(deployed, image)
        assert done.returncode == 1
        assert "is there when its analysis begins" in json.loads(done.stdout)["error"]
    deployed.wait_for(image, *ENDED_WELL)
    deployed.wait_until_announced(image)

    assert_deleted(deployed, image)

    assert_gone(deployed, image)


STEPS = ("UpdateItem", "DeleteObject", "DeleteObjects", "BatchWriteItem", "Publish")
"""What a deletion asks for before it leaves only that there was an image; the first marks it."""
KILLED_AFTER = """
import os, signal, sys
from botocore.client import BaseClient
from cli.main import main

last, ask = sys.argv.pop(1), BaseClient._make_api_call

def ask_and_die(client, operation, arguments):
    answer = ask(client, operation, arguments)
    if operation == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

BaseClient._make_api_call = ask_and_die
main()
"""


def test_a_command_that_is_killed_half_way_is_made_good_by_the_same_command(
    deployed: Deployed, began: datetime
) -> None:
    # Given: an image for each request after which the command that deletes it is killed
    images = [deployed.upload(f"doomed/killed-at-{step}.jpg", picture().body) for step in STEPS]
    for image in images:
        deployed.wait_for(image, *ENDED_WELL)
        deployed.wait_until_announced(image)
    # When
    for step, image in zip(STEPS, images, strict=True):
        command = ["delete", image, "--yes", "--port", str(deployed.port)]
        done = subprocess.run([sys.executable, "-c", KILLED_AFTER, step, *command], check=False)
        assert done.returncode == -signal.SIGKILL, step
    # Then: once nobody is at work on them, the audit names each, and what to do
    now = datetime.now(UTC)
    later = now + timedelta(minutes=2)
    report = Auditor(deployed.deployment, Period(began, now), now=later).run()
    stuck = {one.image_id: one.do for one in report.findings if one.kind is Kind.STUCK}
    assert stuck == {image: f"sightline delete {image}" for image in images}
    # When
    assert_deleted(deployed, *images)
    # Then
    assert_gone(deployed, *images)


def test_a_second_file_by_one_form_leaves_nothing_and_the_first_stays(deployed: Deployed) -> None:
    # Given: an upload that came through the API, and another file by the same form
    upload = Upload("00000000-0000-0000-0000-000000000000", "5" * 32, "twice.jpg")
    tasks = Tasks(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])
    tasks.add(Task(upload, time.time(), time.time() + 900))
    first = deployed.upload(upload.key, picture().body)
    deployed.wait_for(first, *ENDED_WELL)
    deployed.wait_until_announced(first)
    before = paid(deployed)
    # When
    second = deployed.upload(upload.key, picture().body)
    deployed.wait_for(second, Status.DELETED)
    eventually(deployed.queues_are_empty, "its message is worked off")
    finish_deletions(deployed)
    # Then
    bucket = deployed.outputs["InputBucketName"]
    found = deployed.client("s3").list_object_versions(Bucket=bucket, Prefix=upload.key)
    (version,) = found["Versions"]
    assert "DeleteMarkers" not in found
    assert version["IsLatest"]
    assert image_id(ObjectReference(bucket, upload.key, version["VersionId"])) == first
    tombstone = deployed.record(second)
    assert tombstone is not None
    assert tombstone.keys() == TOMBSTONE | {"owner", "task_id"}
    assert deployed.announcements(second) == 0
    assert paid(deployed) == before
    task = tasks.get(upload.task_id)
    assert task is not None
    assert task.image_id == first
    # When it is deleted, a file by its form finds it so.
    assert_deleted(deployed, first)
    late = deployed.upload(upload.key, picture().body)
    deployed.wait_for(late, Status.DELETED)
    finish_deletions(deployed)
    found = deployed.client("s3").list_object_versions(Bucket=bucket, Prefix=upload.key)
    assert "Versions" not in found
    assert paid(deployed) == before


def finish_deletions(deployed: Deployed) -> None:
    """Do now what the rule does every few minutes: with the function's role."""
    (rule,) = deployed.client("events").list_rules()["Rules"]
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(5 minutes)")
    (target,) = deployed.client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
    answer = deployed.client("lambda").invoke(FunctionName=target["Arn"], Payload=target["Input"])
    assert "FunctionError" not in answer, answer["Payload"].read()
    # None where the rule's own call has just been there.
    assert json.loads(answer["Payload"].read())["finished"] in (0, 1)


def test_a_batch_closes_without_an_image_that_was_deleted_meanwhile(deployed: Deployed) -> None:
    s3, names = deployed.client("s3"), ("kept.jpg", "doomed.jpg")
    s3.create_bucket(Bucket="partly-doomed")
    images = []
    for name in names:
        answer = s3.put_object(Bucket="partly-doomed", Key=name, Body=picture().body)
        images.append(image_id(ObjectReference("partly-doomed", name, None, answer["ETag"])))
    kept, doomed = images
    with shown_again_after(deployed, 20), paused(deployed, "ReadText"):
        started = batch(deployed, "s3://partly-doomed/", "--name", "doomed", "--yes", "--detach")
        assert started.returncode == 0, started.stderr
        for image in images:
            deployed.wait_for(image, Status.LABELLED)
        eventually(lambda: delete(deployed, doomed).returncode == 0, "it is deleted")

    def closed() -> Any:
        return json.loads(batch(deployed, "status", "doomed", "--json").stdout)["state"] == "closed"

    eventually(closed, "the batch is closed")
    summary = json.loads(batch(deployed, "report", "doomed", "--json").stdout)
    assert summary["statuses"]["deleted"] == 1
    assert summary["ended"] == summary["images"] == len(names)
    assert batch(deployed, "report", "doomed").stdout.startswith("Deleted: 1 of 2 images.\n")
    assert_gone(deployed, doomed)
    deployed.wait_for(kept, *ENDED_WELL)
    # The original is not Sightline's.
    assert s3.head_object(Bucket="partly-doomed", Key="doomed.jpg")["ContentLength"]


def batch(deployed: Deployed, *arguments: object) -> Any:
    return sightline("batch", *arguments, "--port", deployed.port)

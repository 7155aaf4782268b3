"""Deletion of an image, also where it stops half-way or the pipeline is at work."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.deletion import LEASE_SECONDS, TOMBSTONE_SECONDS, Deletions
from lambdas.common.finish import ResultsTopic
from lambdas.common.image import thumbnail_key
from lambdas.common.message import read_announcement
from lambdas.common.records.items import from_item, to_item
from lambdas.common.records.queries import RecordQueries
from lambdas.common.review.decisions import ConflictError, UnknownImageError
from lambdas.common.status import Status
from tests.unit.lambdas.aws_account import account
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client
from tests.unit.lambdas.container import WORKED
from tests.unit.lambdas.desk import ADA, BOB, TAXI, Desk
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.steps import CrashError, Steps
from tests.unit.lambdas.world import World

TOMBSTONE = {
    *("image_id", "item", "status", "announced", "received_at", "deleted_at", "deleted_by"),
    "expires_at",
}


@pytest.fixture(autouse=True)
def fresh_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


def deletions(world: World, steps: Steps | None = None) -> Deletions:
    world.steps = steps or Steps(seen=world._seen)
    dynamodb = world.client("dynamodb")
    dynamodb.get_paginator = client("dynamodb").get_paginator
    return Deletions(
        s3=world.client("s3"),
        dynamodb=dynamodb,
        table=world.table,
        input_bucket=world.input_bucket,
        processed_bucket=PROCESSED,
        announce=ResultsTopic(world.client("sns"), "arn:results"),
        now=world.clock.now,
    )


def objects(bucket: str) -> list[str]:
    answer = client("s3").list_object_versions(Bucket=bucket)
    found = [*answer.get("Versions", []), *answer.get("DeleteMarkers", [])]
    return [each["Key"] for each in found]


def items(world: World) -> list[dict[str, Any]]:
    """Everything in the table that is about an image, or about what is in it."""
    answer = client("dynamodb").scan(TableName=world.table)
    found = [from_item(item) for item in answer["Items"]]
    return [item for item in found if not item["image_id"].startswith(("pacer#", "model#"))]


def keep_answer(desk: Desk, call: str, *, payer: str) -> None:
    """Keep an answer for what is in the image, which somebody has paid for."""
    answer = {"image_id": "content#123", "item": call, "answer": b"0", "payer": payer}
    client("dynamodb").put_item(TableName=desk.table, Item=to_item(answer))


def corrected() -> Desk:
    """An image with labels, words, decisions and a kept answer."""
    desk = Desk()
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    keep_answer(desk, "DetectLabels#1", payer=desk.id)
    client("dynamodb").update_item(
        TableName=desk.table,
        Key=to_item({"image_id": desk.id, "item": "image"}),
        UpdateExpression="SET content = :content",
        ExpressionAttributeValues={":content": {"S": "123"}},
    )
    desk.published_before = len(desk.announced)
    return desk


class TestDeleting:
    def test_nothing_of_the_image_is_left_but_that_it_was_deleted(self) -> None:
        desk = corrected()
        assert objects(INPUT)
        assert len(items(desk)) > 4

        deletions(desk).delete(desk.id, by=BOB)

        assert objects(INPUT) == objects(PROCESSED) == []
        (tombstone,) = items(desk)
        assert tombstone.keys() == TOMBSTONE
        assert (tombstone["status"], tombstone["deleted_by"]) == ("deleted", BOB)
        assert tombstone["expires_at"] == int(desk.clock.now()) + TOMBSTONE_SECONDS

    def test_subscribers_are_told_once_and_nothing_else(self) -> None:
        desk = corrected()

        deletions(desk).delete(desk.id, by=BOB)

        (message,) = desk.since
        assert message["message_id"] == f"{desk.id}:deleted"
        assert (message["labels"], message["text"]) == ([], [])
        assert read_announcement(json.dumps(desk.since[0]))["status"] == "deleted"

    def test_answers_that_it_paid_for_go_and_those_of_another_image_stay(self) -> None:
        desk = corrected()
        keep_answer(desk, "DetectLabels#2", payer=f"{desk.id}#a-batch-that-analysed-it-again")
        keep_answer(desk, "DetectText#1", payer="0" * 32)

        deletions(desk).delete(desk.id, by=BOB)

        assert {item["item"] for item in items(desk)} == {"image", "DetectText#1"}

    def test_the_source_that_is_told_is_that_of_the_image(self) -> None:
        desk = corrected()
        desk.write_record(etag='"5d41"')

        deletions(desk).delete(desk.id, by=BOB)

        (message,) = desk.since
        assert message["source"] == {**desk.source.to_document(), "etag": '"5d41"'}

    def test_it_is_found_nowhere(self) -> None:
        desk = corrected()

        deletions(desk).delete(desk.id, by=BOB)

        queries = RecordQueries(client("dynamodb"), desk.table)
        assert queries.newest(limit=10) == []
        for status in Status:
            assert queries.newest(limit=10, status=status) == []
        assert queries.newest(limit=10, label="Taxi") == []

    def test_deleting_again_changes_nothing(self) -> None:
        desk = corrected()
        deletions(desk).delete(desk.id, by=BOB)
        before = items(desk)
        desk.clock.time += 60

        deletions(desk).delete(desk.id, by=ADA)

        assert items(desk) == before
        assert len(desk.since) == 1

    def test_what_a_late_writer_left_is_gone_when_it_is_deleted_again(self) -> None:
        desk = corrected()
        deletions(desk).delete(desk.id, by=BOB)
        client("s3").put_object(Bucket=PROCESSED, Key=thumbnail_key(desk.id), Body=b"late")
        late = {"image_id": desk.id, "item": "label#Car", "term": "car"}
        client("dynamodb").put_item(TableName=desk.table, Item=to_item(late))

        deletions(desk).delete(desk.id, by=ADA)

        assert objects(PROCESSED) == []
        assert [item["item"] for item in items(desk)] == ["image"]
        assert len(desk.since) == 1

    def test_an_original_that_is_not_ours_stays(self) -> None:
        desk = corrected()
        desk.input_bucket = "another"

        deletions(desk).delete(desk.id, by=BOB)

        assert len(objects(INPUT)) == 1
        assert objects(PROCESSED) == []

    def test_other_versions_of_the_object_stay(self) -> None:
        desk = corrected()
        client("s3").put_object(Bucket=INPUT, Key=desk.source.key, Body=b"newer")

        deletions(desk).delete(desk.id, by=BOB)

        assert objects(INPUT) == [desk.source.key]

    def test_there_must_be_an_image(self) -> None:
        desk = Desk()

        with pytest.raises(UnknownImageError):
            deletions(desk).delete("0" * 32, by=BOB)
        assert all(item["image_id"] != "0" * 32 for item in items(desk))


class TestWhileOthersAreAtWork:
    def test_an_image_that_is_being_analysed_is_left_alone(self) -> None:
        world = World()
        refused: list[str] = []

        def delete() -> None:
            steps = world.steps
            try:
                deletions(world).delete(world.id, by=BOB)
            except ConflictError as error:
                refused.append(str(error))
            finally:
                world.steps = steps

        world.before("rekognition.detect_labels", delete)
        world.upload()

        assert refused == [f"image {world.id} is being worked on; ask again in a few seconds"]
        assert world.status is Status.DONE

    def test_an_image_that_waits_to_be_read_is_deleted_and_never_read(self) -> None:
        world = World()
        world.sqs.send_message(url("images"), world.event())
        message = world.sqs.next(WORKED)
        assert message is not None
        world.deliver(message)
        assert world.status is Status.LABELLED
        calls = len(world.rekognition.calls)

        deletions(world).delete(world.id, by=BOB)
        world.start_container()
        world.drain()

        assert len(world.rekognition.calls) == calls
        assert [item["status"] for item in items(world) if item["item"] == "image"] == ["deleted"]
        assert objects(PROCESSED) == []
        assert world.dead() == []


def steps_of_a_deletion() -> list[str]:
    with account():
        desk = corrected()
        deletions(desk).delete(desk.id, by=BOB)
        return desk.steps.names


STEPS = steps_of_a_deletion()


@pytest.mark.parametrize(
    ("number", "when"), [(n, w) for n in range(len(STEPS)) for w in ("before", "after", "twice")]
)
def test_it_is_finished_by_asking_again(number: int, when: str) -> None:
    desk = corrected()
    try:
        deletions(desk, Steps(strike=(number, when), seen=desk._seen)).delete(desk.id, by=BOB)
    except CrashError:
        assert when != "twice"
    desk.clock.time += 1

    deletions(desk).delete(desk.id, by=ADA)

    (tombstone,) = items(desk)
    assert tombstone.keys() == TOMBSTONE
    assert objects(INPUT) == objects(PROCESSED) == []
    assert {message["message_id"] for message in desk.since} == {f"{desk.id}:deleted"}
    assert tombstone["deleted_by"] == (ADA if (number, when) == (0, "before") else BOB)


def test_a_deletion_that_stopped_keeps_the_image_from_others_until_it_is_finished() -> None:
    desk = corrected()
    with pytest.raises(CrashError):
        deletions(desk, Steps(strike=(1, "before"), seen=desk._seen)).delete(desk.id, by=BOB)

    desk.clock.time += LEASE_SECONDS + 1
    with pytest.raises(UnknownImageError):
        desk.reviews().approve(desk.id, by=ADA)


def test_a_batch_that_analyses_anew_does_not_bring_a_deleted_image_back() -> None:
    desk = corrected()
    desk.input_bucket = "another"  # so that its original is still there
    deletions(desk).delete(desk.id, by=BOB)
    before = items(desk)

    desk.analyse_again()

    assert [item for item in items(desk) if item["image_id"] == desk.id] == before
    assert desk.dead() == []

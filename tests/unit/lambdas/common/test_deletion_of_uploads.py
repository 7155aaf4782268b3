"""Uploads deleted before there is a record of them, and files that come by a form that is used."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from lambdas.common.image import ObjectReference, Upload
from lambdas.common.records.queries import RecordQueries
from lambdas.common.review.decisions import ConflictError
from lambdas.common.status import Status
from lambdas.common.tasks import Task, Tasks
from lambdas.common.unfinished import finish_deletions
from tests.unit.lambdas.aws_account import account, original_file
from tests.unit.lambdas.common.test_deletion import TOMBSTONE, deletions, items, objects
from tests.unit.lambdas.conftest import INPUT, client
from tests.unit.lambdas.desk import BOB, Desk
from tests.unit.lambdas.steps import CrashError, KilledError, Steps
from tests.unit.lambdas.world import World

TASK = "a" * 32
UPLOAD = Upload("00000000-0000-0000-0000-000000000000", TASK, "a.jpg")
OF_AN_UPLOAD = TOMBSTONE | {"owner", "task_id"}


@pytest.fixture(autouse=True)
def fresh_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


def put(world: World) -> ObjectReference:
    """Send a file by the form; its event is still to come."""
    version = client("s3").put_object(Bucket=INPUT, Key=UPLOAD.key, Body=original_file())
    return ObjectReference(INPUT, UPLOAD.key, version["VersionId"])


def come(world: World, source: ObjectReference) -> None:
    """Have the pipeline work off the event of a file."""
    world.source = source
    world.start_container()
    world.upload()


def finish(world: World) -> int:
    queries = RecordQueries(client("dynamodb"), world.table)
    done = finish_deletions(
        queries, deletions(world), now=world.clock.now, seconds_left=lambda: 20.0
    )
    return done.finished


def task(world: World) -> Task:
    """A task whose form works for a quarter of an hour from now on."""
    return Task(UPLOAD, world.clock.now(), world.clock.now() + 900)


def of_task(world: World) -> dict[str, Any]:
    (found,) = [item for item in items(world) if item["image_id"] == f"task#{TASK}"]
    return found


def waiting() -> tuple[Desk, ObjectReference]:
    """An upload that has arrived, and whose event waits in the queue."""
    desk = Desk()
    Tasks(client("dynamodb"), desk.table).add(task(desk))
    desk.source = put(desk)
    desk.published_before = len(desk.announced)
    return desk, desk.source


def steps_of_an_upload() -> list[str]:
    with account():
        desk, original = waiting()
        deletions(desk).delete_upload(UPLOAD, original, by=BOB)
        return desk.steps.names


STRUCK = [(n, w) for n in range(len(steps_of_an_upload())) for w in ("before", "after", "twice")]


@pytest.mark.parametrize(("number", "when"), STRUCK)
def test_an_upload_without_a_record_is_deleted_however_often_it_takes(
    number: int, when: str
) -> None:
    desk, original = waiting()
    with suppress(CrashError):
        steps = Steps(strike=(number, when), seen=desk._seen)
        deletions(desk, steps).delete_upload(UPLOAD, original, by=BOB)

    deletions(desk).delete_upload(UPLOAD, original, by=BOB)

    assert UPLOAD.key not in objects(INPUT)
    (tombstone,) = [item for item in items(desk) if item["image_id"] == desk.id]
    assert tombstone.keys() == OF_AN_UPLOAD
    assert "upload_key" not in of_task(desk)
    assert {message["message_id"] for message in desk.since} == {f"{desk.id}:deleted"}
    desk.start_container()
    desk.upload()
    assert desk.status is Status.DELETED


@pytest.mark.parametrize(("number", "when"), STRUCK)
def test_one_that_nobody_asks_for_again_is_finished_all_the_same(number: int, when: str) -> None:
    desk, original = waiting()
    with suppress(CrashError):
        steps = Steps(strike=(number, when), seen=desk._seen)
        deletions(desk, steps).delete_upload(UPLOAD, original, by=BOB)
    if (number, when) == (0, "before"):
        return  # nothing has begun

    come(desk, original)
    desk.clock.time += 3600
    finish(desk)

    assert UPLOAD.key not in objects(INPUT)
    assert desk.status is Status.DELETED
    assert UPLOAD.key not in str(desk.rekognition.calls)


class TestAFormThatIsUsed:
    def test_a_second_file_leaves_nothing_and_the_first_is_current_again(self) -> None:
        desk, first = waiting()
        second = put(desk)
        come(desk, first)
        ended, told = desk.record, len(desk.announced)
        calls = len(desk.rekognition.calls)
        assert UPLOAD.key in str(desk.rekognition.calls)

        come(desk, second)

        assert len(desk.rekognition.calls) == calls
        assert len(desk.announced) == told
        queries = RecordQueries(client("dynamodb"), desk.table)
        assert desk.id not in [record["image_id"] for record in queries.newest(limit=10)]
        assert queries.page(limit=10, owner=UPLOAD.owner).records == [ended]
        assert objects(INPUT).count(UPLOAD.key) == 2  # the pipeline deletes nothing itself
        assert finish(desk) == 1
        current = client("s3").head_object(Bucket=INPUT, Key=UPLOAD.key)
        assert current["VersionId"] == first.version
        assert objects(INPUT).count(UPLOAD.key) == 1
        assert desk.record.keys() == OF_AN_UPLOAD
        assert len(desk.announced) == told
        assert of_task(desk)["of_image"] == ended["image_id"]
        assert finish(desk) == 0

    def test_whichever_is_begun_first_stays(self) -> None:
        desk, first = waiting()
        second = put(desk)
        come(desk, second)
        of_second = desk.id

        come(desk, first)
        finish(desk)

        current = client("s3").head_object(Bucket=INPUT, Key=UPLOAD.key)
        assert current["VersionId"] == second.version
        assert of_task(desk)["of_image"] == of_second

    def test_its_event_may_come_again_before_and_after(self) -> None:
        desk, first = waiting()
        second = put(desk)
        come(desk, first)
        told = len(desk.announced)
        for _ in range(2):
            come(desk, second)
        finish(desk)

        come(desk, second)

        assert desk.record.keys() == OF_AN_UPLOAD
        assert (len(desk.announced), desk.dead()) == (told, [])

    def test_to_delete_the_second_image_does_not_end_the_upload_of_the_first(self) -> None:
        desk, first = waiting()
        second = put(desk)
        come(desk, first)
        of_first = desk.id
        come(desk, second)

        deletions(desk).delete(desk.id, by=BOB)

        assert of_task(desk)["of_image"] == of_first

    @pytest.mark.parametrize("when", ["before", "after", "twice"])
    @pytest.mark.parametrize("kind", [CrashError, KilledError])
    def test_a_crash_while_it_is_left_changes_nothing(
        self, when: str, kind: type[BaseException]
    ) -> None:
        desk, first = waiting()
        second = put(desk)
        come(desk, first)
        told = len(desk.announced)
        desk.source = second
        # Its record is begun, the task refuses it, and it is left.
        desk.steps = Steps(strike=(2, when), kind=kind, seen=desk._seen)
        desk.start_container()

        desk.upload()
        struck = desk.steps.names[:3]
        finish(desk)

        assert struck == ["dynamodb.update_item"] * 3
        assert desk.record.keys() - {"buried"} == OF_AN_UPLOAD
        assert objects(INPUT).count(UPLOAD.key) == 1
        assert (len(desk.announced), desk.dead()) == (told, [])

    def test_what_has_ended_before_is_never_deleted(self) -> None:
        """Not even where the table was restored, and says that another file came first."""
        desk, first = waiting()
        come(desk, first)
        tasks = Tasks(client("dynamodb"), desk.table)
        tasks.add(task(desk))
        tasks.take(UPLOAD, "0" * 32, arrived_at=desk.clock.iso(), expires_at=None)

        desk.analyse_again()

        assert desk.status is Status.IN_REVIEW
        assert finish(desk) == 0
        assert UPLOAD.key in objects(INPUT)


class TestAnUploadThatIsDeletedWithSeveralFiles:
    def test_all_of_them_go(self) -> None:
        desk, first = waiting()
        second = put(desk)
        deletions(desk).delete_upload(UPLOAD, second, by=BOB)

        for late in (put(desk), first):
            come(desk, late)
        finish(desk)

        assert UPLOAD.key not in objects(INPUT)
        assert UPLOAD.key not in str(desk.rekognition.calls)
        told = [message["message_id"] for message in desk.since]
        assert len(told) == 1

    def test_one_that_is_being_analysed_is_not_forgotten(self) -> None:
        desk, first = waiting()
        come(desk, first)
        of_first = desk.id

        with pytest.raises(ConflictError, match="ask again"):
            deletions(desk).delete_upload(UPLOAD, put(desk), by=BOB)

        assert of_task(desk)["of_image"] == of_first

    def test_one_that_is_just_being_begun_is_left_by_the_pipeline(self) -> None:
        desk, first = waiting()
        steps = Steps(seen=desk._seen)
        desk.steps = steps
        desk.start_container()

        def delete() -> None:
            deletions(desk).delete_upload(UPLOAD, first, by=BOB)
            desk.steps = steps

        # Between the attempt, which is the first, and the task.
        steps.before("dynamodb.update_item", delete, number=2)
        desk.upload()
        finish(desk)

        assert UPLOAD.key not in objects(INPUT)
        assert desk.record.keys() == OF_AN_UPLOAD
        assert (desk.since, desk.dead()) == ([], [])

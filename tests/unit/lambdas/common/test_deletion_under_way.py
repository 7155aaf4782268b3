"""Images that are deleted while a batch or a message of theirs waits: nothing brings them back."""

from collections.abc import Iterator

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.control import Control, Work
from lambdas.common.batches.progress import is_complete
from lambdas.common.batches.table import BatchTable
from lambdas.common.image import ObjectReference, Upload
from lambdas.common.status import Status
from lambdas.common.tasks import Task, Tasks
from tests.unit.lambdas.aws_account import account
from tests.unit.lambdas.common.test_deletion import deletions, items, objects
from tests.unit.lambdas.conftest import INPUT, PROCESSED, client
from tests.unit.lambdas.container import WORKED
from tests.unit.lambdas.desk import BOB
from tests.unit.lambdas.fakes import url
from tests.unit.lambdas.world import World, make_batch


@pytest.fixture(autouse=True)
def fresh_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


MEMBER = BatchMember("trip", 0)


def report_is_asked_for(world: World) -> bool:
    """Whether all images of the batch have ended."""
    table = BatchTable(client("dynamodb"), world.table)
    batch = table.get("trip")
    assert batch is not None
    asked = [Control.from_json(message.body).do for message in world.sqs.of("batches")]
    assert (Work.REPORT in asked) is is_complete(table, batch)
    return is_complete(table, batch)


class TestInABatch:
    @pytest.fixture
    def world(self) -> World:
        world = World(member=MEMBER)
        make_batch(world, images=1)
        return world

    def test_of_an_image_that_was_deleted_before_it_closes(self, world: World) -> None:
        world.member = None
        world.upload()
        world.member, world.input_bucket = MEMBER, "another"
        deletions(world).delete(world.id, by=BOB)
        world.start_container()
        calls = len(world.rekognition.calls)

        world.upload()

        assert report_is_asked_for(world)
        assert world.status is Status.DELETED
        assert len(world.rekognition.calls) == calls

    def test_of_a_file_that_came_by_a_used_form_it_closes(self, world: World) -> None:
        upload = Upload("00000000-0000-0000-0000-000000000000", "b" * 32, "a.jpg")
        tasks = Tasks(client("dynamodb"), world.table)
        now = world.clock.now()
        tasks.add(Task(upload, now, now + 900))
        tasks.take(upload, "0" * 32, arrived_at=world.clock.iso(), expires_at=None)
        put = client("s3").put_object(Bucket=INPUT, Key=upload.key, Body=b"x")
        world.source = ObjectReference(INPUT, upload.key, put["VersionId"])

        world.upload()

        assert report_is_asked_for(world)
        assert world.status is Status.DELETED
        assert world.rekognition.calls == []

    def test_of_an_image_that_is_deleted_between_two_attempts_it_closes(self, world: World) -> None:
        world.steps.down = frozenset({"rekognition.detect_labels"})
        world.sqs.send_message(url("images"), world.event())
        message = world.sqs.next(WORKED)
        assert message is not None
        world.deliver(message)
        assert str(world.status) == "received"

        deletions(world).delete(world.id, by=BOB)
        world.start_container()
        assert not report_is_asked_for(world)
        world.drain()

        assert report_is_asked_for(world)
        assert world.status is Status.DELETED
        assert world.dead() == []

    def test_of_an_image_that_waits_to_be_read_it_closes(self, world: World) -> None:
        world.sqs.send_message(url("images"), world.event())
        message = world.sqs.next(WORKED)
        assert message is not None
        world.deliver(message)
        assert world.status is Status.LABELLED

        deletions(world).delete(world.id, by=BOB)
        world.start_container()
        assert not report_is_asked_for(world)
        world.drain()

        assert report_is_asked_for(world)
        assert objects(PROCESSED) == []

    def test_of_an_image_that_has_ended_it_is_closed(self, world: World) -> None:
        world.upload()
        assert report_is_asked_for(world)

        deletions(world).delete(world.id, by=BOB)
        world.start_container()
        world.upload()  # its message once more

        assert report_is_asked_for(world)
        assert world.status is Status.DELETED


def test_a_redrive_brings_nothing_of_a_deleted_image_back() -> None:
    world = World(down=["rekognition.detect_labels"])
    world.upload()
    assert (world.status, len(world.dead())) == (Status.FAILED, 1)
    calls = len(world.rekognition.calls)

    deletions(world).delete(world.id, by=BOB)
    before = items(world)
    world.start_container()
    world.redrive()

    assert items(world) == before
    assert objects(INPUT) == objects(PROCESSED) == []
    assert world.dead() == []
    assert len(world.rekognition.calls) == calls

"""What an image is found by, at every point of its way, and whose it is."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from lambdas.common.arrival import BatchMember
from lambdas.common.image import ObjectReference, Upload, thumbnail_key
from lambdas.common.records.queries import RecordQueries
from lambdas.common.status import Status
from tests.unit.lambdas.aws_account import original_file
from tests.unit.lambdas.conftest import INPUT, client
from tests.unit.lambdas.desk import ADA, BUS, TAXI, Desk
from tests.unit.lambdas.fakes import CAR, url
from tests.unit.lambdas.steps import refusal
from tests.unit.lambdas.world import World, account, make_batch

LABELS = {"label:car", "label:tree"}
UPLOAD = Upload("0123abcd-0000-4000-8000-0123456789ab", "f" * 32, "a car.jpg")


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def of_upload(key: str = UPLOAD.key, **settings: Any) -> World:
    """A world whose image is an object with such a key."""
    world = World(**settings)
    body = original_file()
    version = client("s3").put_object(Bucket=INPUT, Key=key, Body=body)["VersionId"]
    world.source = ObjectReference(INPUT, key, version)
    world.delete_result()
    return world


class TestStages:
    def test_it_has_its_words_when_it_is_read(self) -> None:
        world = World()
        world.sqs.send_message(url("images"), world.event())
        world.deliver(world.sqs.of("images")[0])
        assert world.found_by == set()  # a list is not to show it before it has ended

        world.drain()

        assert world.found_by == {*LABELS, "word:stop"}

    def test_one_that_is_not_read_has_its_labels(self) -> None:
        world = World(text_rule="never")
        world.upload()
        assert world.found_by == LABELS

    def test_what_a_new_analysis_no_longer_finds_is_gone(self) -> None:
        desk = Desk()
        desk.rekognition.labels = [CAR, BUS]
        desk.rekognition.lines = ["no parking"]
        desk.analyse_again()
        assert desk.found_by == {"label:car", "label:bus", "word:no", "word:parking"}

    def test_one_that_is_no_longer_read_has_no_words(self) -> None:
        desk = Desk()
        desk.rekognition.labels = [BUS]
        desk.analyse_again()
        assert desk.result.text == ()
        assert desk.found_by == {"label:bus"}

    def test_one_that_cannot_be_analysed_any_more_keeps_its_terms(self) -> None:
        desk = Desk()
        desk.delete_original()
        desk.analyse_again()
        assert desk.found_by == {*LABELS, "word:stop"}

    def test_one_that_failed_with_labels_and_is_rejected_then_has_none(self) -> None:
        # Given: it was labelled, and its reading failed
        world = World()
        world.rekognition.always = {"detect_text": refusal("DetectText", "AccessDenied")}
        world.upload()
        assert (world.status, world.found_by) == (Status.FAILED, LABELS)
        # When: it is analysed anew, and its file is gone
        world.rekognition.always.clear()
        world.delete_original()
        world.member = BatchMember("again", 0)
        make_batch(world, images=1)
        again = replace(world.arrival, again=True)
        world.sqs.send_message(url("images"), again.to_json())
        world.drain()
        # Then
        assert (world.status, world.result.labels) == (Status.REJECTED, ())
        assert world.found_by == set()

    @pytest.mark.parametrize("call", ["detect_labels", "detect_text"])
    def test_a_corrected_one_that_fails_in_a_new_analysis_is_found_as_the_machine_saw_it(
        self, call: str
    ) -> None:
        # Given
        desk = Desk()
        desk.reviews().correct(desk.id, TAXI, by=ADA)
        assert desk.found_by == {"label:taxi", "label:tree", "word:taxi", "word:42"}
        # When
        desk.rekognition.always[call] = refusal(call, "AccessDenied")
        desk.analyse_again()
        # Then: by what its record says
        assert desk.status is Status.FAILED
        words = {"word:stop"} if call == "detect_labels" else set()
        assert desk.found_by == LABELS | words
        assert [label["name"] for label in desk.record["labels"]] == ["Car", "Tree"]
        assert list(desk.record["text"]) == desk.result.lines

    def test_its_place_in_a_list_is_that_of_its_first_arrival(self) -> None:
        desk = Desk()
        first = desk.record["received_at"]
        desk.clock.time += 3 * 86_400
        desk.analyse_again()
        times = {item["received_at"] for item in desk.items.values() if "received_at" in item}
        assert times == {first}
        assert desk.result.received_at == first


class TestReviews:
    def test_a_correction_writes_only_what_changes(self) -> None:
        desk = Desk()
        desk.reviews()
        written: list[str] = []

        def seen(name: str, arguments: dict[str, Any]) -> None:
            if name == "dynamodb.batch_write_item":
                for request in arguments["RequestItems"][desk.table]:
                    ((kind, what),) = request.items()
                    item = what.get("Item") or what["Key"]
                    written.append(f"{kind} {item['item']['S']}")

        desk.steps.seen = seen
        desk.reviews(desk.steps).correct(desk.id, TAXI, by=ADA)

        assert sorted(written) == [
            "DeleteRequest label#Car",
            "DeleteRequest word#stop",
            "PutRequest label#Taxi",
            "PutRequest word#42",
            "PutRequest word#taxi",
        ]
        assert desk.agrees()

    def test_an_approval_writes_none(self) -> None:
        desk = Desk()
        desk.reviews().approve(desk.id, by=ADA)
        assert "dynamodb.batch_write_item" not in desk.steps.names
        assert desk.agrees()

    def test_undo_brings_the_words_back(self) -> None:
        desk = Desk()
        desk.reviews().correct(desk.id, TAXI, by=ADA)
        desk.reviews().undo(desk.id, by=ADA)
        assert desk.found_by == {*LABELS, "word:stop"}
        assert desk.agrees()


class TestOwners:
    def test_an_upload_has_an_owner_who_finds_it(self) -> None:
        world = of_upload()
        world.upload()
        # Then: in its record, its result and its lists
        assert (world.record["owner"], world.record["task_id"]) == (UPLOAD.owner, UPLOAD.task_id)
        assert world.result.upload == UPLOAD
        queries = RecordQueries(client("dynamodb"), world.table)
        for question in ({}, {"label": "car"}, {"words": ["stop"]}):
            page = queries.page(limit=5, owner=UPLOAD.owner, **question)
            assert [record["image_id"] for record in page.records] == [world.id]

    def test_another_object_has_none(self) -> None:
        world = of_upload("holiday/car.jpg")
        world.upload()
        assert {"owner", "owner_key", "task_id"}.isdisjoint(world.record)
        assert not any("owner_key" in item for item in world.items.values())

    def test_an_object_of_another_bucket_has_none_whatever_its_key(self) -> None:
        # Its owner could put an image into anybody's list else.
        world = of_upload(input_bucket="ours")
        world.upload()
        assert world.status is Status.DONE
        assert world.result.upload is None
        assert not any("owner" in item or "owner_key" in item for item in world.items.values())

    def test_a_corrected_upload_is_found_by_its_owner(self) -> None:
        desk = Desk()
        desk.source = of_upload().source
        desk.upload()
        desk.reviews().correct(desk.id, TAXI, by=ADA)
        queries = RecordQueries(client("dynamodb"), desk.table)
        page = queries.page(limit=5, owner=UPLOAD.owner, words=["taxi"])
        assert [record["image_id"] for record in page.records] == [desk.id]


class TestThumbnail:
    def test_it_is_written_and_named_in_the_result(self) -> None:
        world = World()
        world.upload()
        key = thumbnail_key(world.id)
        assert world.result.thumbnail == ObjectReference("processed", key)
        with Image.open(BytesIO(world.read(key))) as small:
            assert (small.format, small.mode, small.size) == ("JPEG", "RGB", (64, 48))

    def test_a_rejected_image_has_none(self) -> None:
        world = World(original=b"no image")
        world.upload()
        assert world.result.thumbnail is None

    def test_none_is_written_where_none_is_wanted(self) -> None:
        world = World(text_rule="never")
        world.inspector = replace(world.inspector, thumbnail_pixels=0)
        world.workers["images"] = world.worker(world.inspector, "inspect_image")
        world.upload()
        assert world.result.thumbnail is None
        assert world.steps.names.count("s3.put_object") == 2

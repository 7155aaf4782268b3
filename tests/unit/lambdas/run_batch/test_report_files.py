"""Reports that are larger than memory, by parts and over several messages."""

from typing import Any

import pytest

from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from lambdas.run_batch.uploads import GrowingObject
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.run_batch.world import BatchWorld

MB = 1024 * 1024
LINE = "X" * 1_900


def filled(world: BatchWorld, *keys: str, text: str) -> None:
    """A batch whose images all have ended with this text."""
    world.put(*keys)
    world.create(prefix="in")
    world.drain()
    for arrival in world.arrivals():
        world.end(arrival, text=[text])


def test_a_long_report_is_in_the_order_of_the_listing(dynamodb: Any, s3: Any) -> None:
    # Given: more rows than are sorted
    world = BatchWorld(dynamodb, s3, page_size=2, max_sorted_rows=3)
    filled(world, "in/10.jpg", "in/2.jpg", "in/a/2.jpg", "in/x.jpg", text="TAXI")
    # When
    world.drain()
    # Then: only what lies directly under the prefix is sure to be the one with its number
    assert world.report() == "10: TAXI\n2: TAXI\nin/a/2.jpg: TAXI\nin/x.jpg: TAXI\n"
    assert [line.split(",")[1] for line in world.report("csv").splitlines()] == [
        *("key", "in/10.jpg", "in/2.jpg", "in/a/2.jpg", "in/x.jpg")
    ]
    assert world.announced[0]["report_text"] is None


def parts(world: BatchWorld) -> int:
    return world.steps.names.count("s3.upload_part")


@pytest.mark.parametrize("pages_in_time", [1, 2, 10**6])
def test_a_large_report_is_written_in_parts_over_several_messages(
    dynamodb: Any, s3: Any, pages_in_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a part a page or so; moto insists on 5 MB for all but the last
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1_000)
    world = BatchWorld(
        dynamodb, s3, page_size=2, max_sorted_rows=0, part_bytes=3_000, pages_in_time=pages_in_time
    )
    keys = [f"in/{number:02}.jpg" for number in range(12)]
    filled(world, *keys, text=LINE)
    # When
    world.drain()
    # Then
    assert world.report() == "".join(f"{number}: {LINE}\n" for number in range(12))
    assert world.report("csv").count(LINE) == 12
    assert world.batch().state is State.CLOSED
    assert parts(world) == 12
    assert s3.list_multipart_uploads(Bucket=PROCESSED).get("Uploads", []) == []


def test_a_crash_while_a_large_report_is_written_changes_nothing_in_the_end(
    dynamodb: Any, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1_000)
    world = BatchWorld(
        dynamodb, s3, page_size=2, max_sorted_rows=0, part_bytes=3_000, pages_in_time=1
    )
    filled(world, *(f"in/{number}.jpg" for number in range(3)), text=LINE)
    expected = "".join(f"{number}: {LINE}\n" for number in range(3))
    world.drain()
    for moment in range(1_000):
        # When
        world.control_send(Control("b1", Work.REPORT))
        world.strike(moment)
        world.drain()
        # Then
        assert world.report() == expected, world.struck[-1]
        assert world.report("csv").count(LINE) == 3
        if not world.was_struck:
            break
    assert len(world.announced) == 1
    assert {"s3.complete_multipart_upload", "s3.upload_part"} <= set(world.struck)


def test_a_newer_round_of_the_report_ends_the_older_one(dynamodb: Any, s3: Any) -> None:
    # Given: a round that is under way when an image ends another way
    world = BatchWorld(dynamodb, s3, page_size=1, pages_in_time=1)
    world.put("in/1.jpg", "in/2.jpg")
    world.create(prefix="in/")
    world.drain()
    arrivals = world.arrivals()
    for arrival in arrivals:
        world.end(arrival, text=["OLD"])
    world.drain(1)
    for arrival in arrivals:
        world.end(arrival, text=["NEW"])
    # When
    world.control_send(Control("b1", Work.REPORT))
    world.drain()
    # Then
    assert world.report() == "1: NEW\n2: NEW\n"
    assert world.batch().round >= 2
    assert len(world.announced) == 1


def test_a_round_that_was_overtaken_at_its_end_has_the_report_written_anew(
    world_of_one: BatchWorld,
) -> None:
    # Given: another round begins, and writes its files, between the check and the end of this one
    world = world_of_one
    write = world.stage.reporter.files.write

    def overtaken(batch: Any, *arguments: Any) -> Any:
        assert world.table.begin_report(batch)
        object.__setattr__(world.stage.reporter.files, "write", write)
        return write(batch, *arguments)

    object.__setattr__(world.stage.reporter.files, "write", overtaken)
    # When
    world.drain()
    # Then
    assert world.batch().state is State.CLOSED
    assert world.batch().round == 3
    assert world.report() == "1: TAXI\n"


@pytest.fixture
def world_of_one(dynamodb: Any, s3: Any) -> BatchWorld:
    world = BatchWorld(dynamodb, s3)
    filled(world, "in/1.jpg", text="TAXI")
    return world


def test_a_small_object_is_written_at_once(s3: Any) -> None:
    growing = GrowingObject(s3, PROCESSED, "small", "text/plain")
    growing.write("é")
    assert not growing.send_part()
    assert growing.state is None
    growing.finish()
    assert s3.get_object(Bucket=PROCESSED, Key="small")["Body"].read() == "é".encode()


def test_a_large_object_goes_on_where_it_was(s3: Any) -> None:
    # Given
    first = GrowingObject(s3, PROCESSED, "large", "text/plain")
    first.write("a" * (9 * MB))
    assert first.send_part()
    # When: another function goes on, twice over, as after a crash
    for _ in range(2):
        second = GrowingObject(s3, PROCESSED, "large", "text/plain", state=first.state)
        second.write("b" * (9 * MB))
        assert second.send_part()
    second.write("c")
    second.finish()
    # Then
    body = s3.get_object(Bucket=PROCESSED, Key="large")["Body"].read()
    assert body == b"a" * (9 * MB) + b"b" * (9 * MB) + b"c"

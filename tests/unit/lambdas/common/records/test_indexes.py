"""The keys under which the indexes have a record: right after every write, and none is hot."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.table import (
    BY_DAY,
    BY_STATUS,
    INDEX_KEYS,
    RECORD,
    SHARDS,
    shard_key,
    shard_keys,
)
from lambdas.common.status import Status
from tests.unit.lambdas.desk import ADA, DECISIONS, TAXI, Desk, undo
from tests.unit.lambdas.steps import Steps, refusal
from tests.unit.lambdas.world import World, account, client

TODAY = "2026-11-21"
SPREAD = (BY_STATUS, BY_DAY)
Entry = tuple[str, str]
"""An index and the key in it."""


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def entries(world: World) -> set[Entry]:
    """Where the indexes have the image of a world."""
    return {
        (index, item[INDEX_KEYS[index]]["S"])
        for index in SPREAD
        for item in client("dynamodb").scan(TableName=world.table, IndexName=index)["Items"]
        if item["image_id"]["S"] == world.id
    }


class Watch:
    """Looks at the indexes after each write, and counts what that has cost them."""

    def __init__(self, world: World, steps: Steps | None = None) -> None:
        self.world = world
        self.before = entries(world)
        self.writes = Counter[Entry]()
        self.statuses: list[str] = []
        self._steps = steps or world.steps
        self._seen = self._steps.seen
        self._steps.seen = self.look

    def look(self, name: str, arguments: dict[str, Any]) -> None:
        self._seen(name, arguments)
        after = entries(self.world)
        record = self.world.record
        if record:
            day = record["received_at"][:10]
            for index, value in ((BY_STATUS, record["status"]), (BY_DAY, day)):
                (found,) = (key for of, key in after if of == index)
                assert found in shard_keys(value), name
            assert len({key.rpartition("#")[2] for _, key in after}) == 1, name
            self.statuses += [record["status"]]
        # A key that changes is taken away from where it was and put where it is: two writes.
        self.writes.update((index, key.rpartition("#")[0]) for index, key in self.before ^ after)
        self.before = after


def analysed(**settings: Any) -> Watch:
    watch = Watch(World(**settings))
    watch.world.upload()
    return watch


def redriven() -> Watch:
    watch = Watch(World(text_rule="never"))
    world = watch.world
    world.rekognition.always = {"detect_labels": refusal("DetectLabels", "AccessDenied")}
    world.upload()
    world.rekognition.always = {}
    world.clock.time += 60
    world.redrive()
    assert {str(Status.FAILED), str(Status.DONE)} <= set(watch.statuses)
    return watch


def decided(decision: str) -> Watch:
    desk = Desk()
    desk.reviews()
    watch = Watch(desk)
    steps = desk.steps
    DECISIONS[decision](desk.reviews(steps), desk.id)
    undo(desk.reviews(steps), desk.id)
    assert desk.agrees()
    assert len(set(watch.statuses)) == 2
    return watch


def analysed_again() -> Watch:
    desk = Desk()
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    desk.analyse_again(drain=False)
    watch = Watch(desk)
    desk.drain()
    assert {str(Status.RECEIVED), str(Status.LABELLED)} < set(watch.statuses)
    return watch


PATHS: dict[str, Callable[[], Watch]] = {
    "labels": lambda: analysed(text_rule="never"),
    "labels and text": analysed,
    "bad input": lambda: analysed(original=b"no image"),
    "failed and redriven": redriven,
    "analysed again": analysed_again,
    **{f"{name}, undone": partial(decided, name) for name in DECISIONS},
}


@pytest.mark.parametrize("path", PATHS)
def test_the_keys_follow_status_and_day_in_the_same_write(path: str) -> None:
    assert PATHS[path]().statuses


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("labels", {"received": 2, "done": 1}),
        ("labels and text", {"received": 2, "labelled": 2, "done": 1}),
        ("failed and redriven", {"received": 4, "failed": 2, "done": 1}),
    ],
)
def test_an_image_costs_its_keys_so_many_writes(path: str, expected: dict[str, int]) -> None:
    # What decision 21 and the hot keys of docs/scaling.md count with.
    writes = PATHS[path]().writes

    assert writes == {
        (BY_DAY, TODAY): 1,
        **{(BY_STATUS, status): count for status, count in expected.items()},
    }


def test_images_are_spread_evenly() -> None:
    ids = [image_id(ObjectReference("in", f"{number}.jpg", "v1")) for number in range(8000)]

    counts = Counter(shard_key("received", found) for found in ids)

    assert set(counts) == set(shard_keys("received"))
    assert len(counts) == SHARDS
    # 2,000 each; six standard deviations of chance are 232
    assert all(abs(count - 2000) < 232 for count in counts.values())


def test_an_image_has_one_key_in_all_processes() -> None:
    # Two would make the repeat of a write cost the index two more.
    assert shard_key("done", "75e21aabd3db9a3bd2b5a1d4fe1a1c4e") == "done#3"


def test_an_entry_says_its_status() -> None:
    world = analysed().world
    (entry,) = client("dynamodb").scan(TableName=world.table, IndexName=BY_STATUS)["Items"]

    assert (entry["item"], entry["status"]) == ({"S": RECORD}, {"S": "done"})
    assert set(entry) == {"image_id", "item", "status", "status_shard", "received_at"}

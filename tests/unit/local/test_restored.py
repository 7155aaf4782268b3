"""How the emulator's state comes back after `kill -9`."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from local.emulator.object_files import SIDECAR, repair
from local.emulator.restored import Restored, release, settle
from local.emulator.rows import Key, freeze
from tests.unit.local.scoped import Scoped, emulator_is_absent

__all__ = ["emulator_is_absent"]

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/records"
SCOPE = ("000000000000", "us-east-1", "records")


def message(identity: str, **fields: Any) -> dict[str, Any]:
    return {"id": identity, "body": identity, "visible_at": 0.0, "receive_count": 0, **fields}


class Module:
    """Stands for a service that holds nothing yet."""

    def __init__(self, *stores: str) -> None:
        self._stores = stores

    def get_state(self) -> dict[str, Any]:
        return {store: Scoped() for store in self._stores}


@pytest.mark.usefixtures("scoped")
def test_messages_and_items_go_back_where_they_were() -> None:
    kept: dict[Key, Any] = {
        ("sqs", "queues", ("region", "q")): {"name": "work"},
        ("sqs", "messages", ("q", "b")): message("b"),
        ("sqs", "messages", ("q", "a")): message("a"),
        ("dynamodb", "tables", ("region", SCOPE)): {"TableArn": TABLE},
        ("dynamodb", "items", (SCOPE, "image", "labels")): {"n": 1},
    }
    restored = Restored((key, freeze(value)) for key, value in kept.items())

    queues = restored.state("sqs", Module("queues", "queue_name_to_url"))
    tables = restored.state("dynamodb", Module("tables"))

    assert restored.found
    assert queues is not None
    assert tables is not None
    assert [m["id"] for m in queues["queues"]._data["q"]["messages"]] == ["b", "a"]
    assert queues["queue_name_to_url"]._data == {}
    assert tables["tables"]._data[SCOPE]["items"]["image"] == {"labels": {"n": 1}}
    assert restored.state("sns", Module("topics")) is None


def test_orderly_end_is_known() -> None:
    ended = ("durability", "ended", None)
    assert Restored([(ended, freeze("in order"))]).ended_in_order(ended)
    assert not Restored([(("sqs", "queues", 1), freeze({}))]).ended_in_order(ended)


@pytest.mark.parametrize(
    ("fields", "visible_at"),
    [
        ({"visible_at": 400.0, "held_until": 400.0}, 100.0),
        ({"visible_at": 50.0, "held_until": 50.0}, 50.0),
        ({"visible_at": 900.0, "held_until": 400.0}, 900.0),
        ({"visible_at": 900.0}, 900.0),
    ],
    ids=["held by a function", "visible already", "put off", "delayed by its sender"],
)
def test_only_what_a_function_held_is_released(fields: dict[str, float], visible_at: float) -> None:
    found = message("a", **fields)
    release(found, now=100.0)
    assert found["visible_at"] == visible_at


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CREATE_COMPLETE", "CREATE_COMPLETE"),
        ("REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
        ("CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE"),
        ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"),
        ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
        ("DELETE_IN_PROGRESS", "DELETE_FAILED"),
    ],
)
def test_killed_deployment_can_be_repeated(before: str, after: str) -> None:
    stack = {"StackStatus": before, "_template_body": "new"}
    settle(stack)
    assert stack["StackStatus"] == after
    assert (stack["_template_body"] == "new") is (not before.startswith("UPDATE_IN"))


# Objects.


def write(bucket: Path, key: str, body: bytes, **described: Any) -> Path:
    bucket.mkdir(parents=True, exist_ok=True)
    sidecar = bucket / (key + SIDECAR)
    (bucket / key).write_bytes(body)
    sidecar.write_text(json.dumps({"key": key, **described}), encoding="utf-8")
    os.utime(bucket / key, ns=(1, 1))
    os.utime(sidecar, ns=(2, 2))
    return sidecar


def test_half_written_objects_are_what_they_were_before(tmp_path: Path) -> None:
    bucket = tmp_path / "000000000000" / "pictures"
    write(bucket, "whole", b"whole", etag="e", size=5)
    write(bucket, "versioned", b"new", etag="e", size=3, version_id="v1")
    (bucket / "versioned").touch()
    before = tmp_path / ".versions" / "000000000000" / "pictures" / "v1" / "versioned"
    before.parent.mkdir(parents=True)
    before.write_bytes(b"old")
    plain = write(bucket, "plain", b"new", etag="e", size=3, content_type="image/png")
    (bucket / "plain").touch()
    (bucket / "first").write_bytes(b"never answered")

    assert repair(tmp_path) == 3

    assert (bucket / "whole").read_bytes() == b"whole"
    assert (bucket / "versioned").read_bytes() == b"old"
    assert (bucket / "plain").read_bytes() == b"new"
    assert json.loads(plain.read_text()) == {"key": "plain", "content_type": "image/png"}
    assert not (bucket / "first").exists()
    assert repair(tmp_path) == 0
    assert repair(tmp_path / "nothing") == 0

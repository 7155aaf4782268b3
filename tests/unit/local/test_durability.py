"""How the emulator's state is written down, so that it outlives `kill -9`."""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from local.emulator.captured import Changes, Entries, Items, Messages, Streams, patiently
from local.emulator.provided import ReadProperties
from local.emulator.rows import Key, Rows, freeze, thaw
from tests.unit.local.scoped import Scoped, emulator_is_absent

__all__ = ["emulator_is_absent"]

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/records"
SCOPE = ("000000000000", "us-east-1", "records")


def rows(path: Path) -> dict[Key, Any]:
    database = Rows(path)
    found = {key: thaw(value) for key, value in database.load()}
    database.close()
    return found


# The database.


def test_rows_are_written_replaced_and_deleted(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.sqlite"
    database = Rows(path)
    database.change({("s", "a", ("k", 1)): freeze("one"), ("s", "a", ("k", 2)): freeze("two")})
    database.change({("s", "a", ("k", 1)): None, ("s", "a", ("k", 2)): freeze("zwei")})
    database.change({("s", "a", "never there"): None})
    database.close()
    assert rows(path) == {("s", "a", ("k", 2)): "zwei"}
    assert path.stat().st_mode & 0o077 == 0, "only its owner may read it"


def test_rows_come_back_in_the_order_of_their_arrival_and_are_known_again(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = Rows(path)
    database.change({("s", "a", key): freeze(key) for key in "cab"})
    database.close()

    database = Rows(path)
    assert [key[2] for key, _ in database.load()] == ["c", "a", "b"]
    database.change({("s", "a", "a"): freeze("A"), ("s", "a", "z"): freeze("z")})
    database.close()

    assert list(rows(path).values()) == ["c", "A", "b", "z"]


def test_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = Rows(path)
    wrong: Any = object()
    with pytest.raises(Exception, match="type 'object' is not supported"):
        database.change({("s", "a", 1): freeze(1), ("s", "a", 2): wrong})
    database.change({("s", "a", 1): freeze("again")})
    database.close()
    assert rows(path) == {("s", "a", 1): "again"}


def test_rows_outlive_kill_9_and_are_whole_transactions(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    code = (
        "import pathlib, sys\n"
        "from local.emulator.rows import Rows, freeze\n"
        f"rows = Rows(pathlib.Path({str(path)!r}))\n"
        "for n in range(10 ** 9):\n"
        "    rows.change({('s', 'a', 'x'): freeze(n), ('s', 'a', 'y'): freeze(n)})\n"
        "    print(n, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [next(child.stdout) for _ in range(300)]
        os.kill(child.pid, signal.SIGKILL)
        said += child.stdout.readlines()
    found = rows(path)
    assert found["s", "a", "x"] == found["s", "a", "y"]
    assert found["s", "a", "x"] >= int(said[-1])


def test_database_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    database = Rows(path)
    database._database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(RuntimeError, match="another version"):
        Rows(path)


# What has changed.


def message(identity: str, **fields: Any) -> dict[str, Any]:
    return {"id": identity, "body": identity, "visible_at": 0.0, "receive_count": 0, **fields}


def noted_messages(messages: Messages, queue: dict[str, Any], **how: bool) -> dict[str, bool]:
    changes: Changes = {}
    messages.note(changes, {"q": queue}, **how)
    return {key[2][1]: data is not None for key, data in changes.items()}


def test_messages_that_come_change_and_go_are_noted_once() -> None:
    messages, queue = Messages(), {"messages": [message("a"), message("b")]}

    assert noted_messages(messages, queue) == {"a": True, "b": True}
    assert noted_messages(messages, queue) == {}
    queue["messages"][0]["visible_at"] = 30.0
    messages.changed(queue, queue["messages"][:1])
    queue["messages"].append(message("c"))
    assert noted_messages(messages, queue) == {"c": True, "a": True}
    queue["messages"] = [queue["messages"][2], message("d")]
    assert noted_messages(messages, queue) == {"d": True, "a": False, "b": False}
    gone: Changes = {}
    messages.note(gone, {})
    assert {key[2] for key in gone} == {("q", "c"), ("q", "d")}


def test_thorough_look_finds_what_nobody_noted() -> None:
    messages, queue = Messages(), {"messages": [message("a"), message("b")]}
    noted_messages(messages, queue)
    queue["messages"][1]["receive_count"] = 1
    assert noted_messages(messages, queue) == {}
    assert noted_messages(messages, queue, thorough=True) == {"b": True}


def test_message_that_was_changed_and_then_deleted_is_gone() -> None:
    messages, queue = Messages(), {"messages": [message("a"), message("b")]}
    noted_messages(messages, queue)
    messages.changed(queue, queue["messages"][:1])
    queue["messages"] = queue["messages"][1:]
    assert noted_messages(messages, queue) == {"a": False}


def table(**items: Any) -> dict[str, Any]:
    held: Any = defaultdict(dict, {key: {"image": item} for key, item in items.items()})
    return {"TableArn": TABLE, "items": held}


def test_items_are_noted_when_they_are_written() -> None:
    items, records = Items(), table(a={"n": 1}, b={"n": 2})

    def noted() -> dict[str, Any]:
        changes: Changes = {}
        items.note(changes, {SCOPE: records})
        return {key[2][1]: data and thaw(data) for key, data in changes.items()}

    assert noted() == {"a": {"n": 1}, "b": {"n": 2}}
    records["items"]["a"]["image"] = {"n": 3}
    items.written(records, "a", "image")
    del records["items"]["b"]
    items.written(records, "b", "image")
    assert noted() == {"a": {"n": 3}, "b": None}
    assert noted() == {}


def test_table_whose_items_are_replaced_is_noted_whole_and_a_deleted_one_is_emptied() -> None:
    items, records = Items(), table(a={"n": 1}, b={"n": 2})
    items.note({}, {SCOPE: records})
    records["items"] = table(b={"n": 5}, c={"n": 6})["items"]
    changes: Changes = {}
    items.note(changes, {SCOPE: records})
    assert {key[2][1]: data and thaw(data) for key, data in changes.items()} == {
        "a": None,
        "b": {"n": 5},
        "c": {"n": 6},
    }
    gone: Changes = {}
    items.note(gone, {})
    assert {key[2][1]: data for key, data in gone.items()} == {"b": None, "c": None}


def test_log_streams_are_noted_when_they_have_grown() -> None:
    streams = Streams()
    groups: Any = {"g": {"streams": {"s": {"events": [1], "lastIngestionTime": 1}}}}
    changes: Changes = {}
    streams.note(changes, groups)
    streams.note(again := {}, groups)  # type: ignore[var-annotated]
    assert (list(changes), again) == ([("cloudwatch_logs", "streams", ("g", "s"))], {})
    groups["g"]["streams"]["s"]["events"].append(2)
    streams.note(grown := {}, groups)  # type: ignore[var-annotated]
    assert list(grown) == list(changes)


@pytest.mark.usefixtures("scoped")
def test_entries_are_noted_when_their_content_has_changed() -> None:
    entries, topics = Entries(), Scoped({"t": {"name": "news"}})

    def noted() -> dict[Any, Any]:
        changes: Changes = {}
        entries.note(changes, "sns", {"topics": topics, "count": 3}, slow=False, end=False)
        return {key[1:]: data and thaw(data) for key, data in changes.items()}

    topic, count = ("topics", ("region", "t")), ("count", ("whole", None))
    assert noted() == {topic: {"name": "news"}, count: 3}
    assert noted() == {}
    topics._data["t"]["name"] = "old"
    assert noted() == {topic: {"name": "old"}}
    del topics._data["t"]
    assert noted() == {topic: None}


@pytest.mark.usefixtures("scoped")
def test_what_grows_is_kept_apart_and_metrics_wait() -> None:
    changes: Changes = {}
    queues = Scoped({"q": {"name": "work", "messages": [1, 2]}})
    Entries().note(changes, "sqs", {"queues": queues}, slow=False, end=False)
    assert [thaw(data) for data in changes.values() if data] == [{"name": "work"}]
    metrics: Changes = {}
    stores = {"metrics": Scoped({"m": [1]})}
    Entries().note(metrics, "cloudwatch", stores, slow=False, end=False)
    assert metrics == {}
    Entries().note(metrics, "cloudwatch", stores, slow=True, end=False)
    assert len(metrics) == 1


@pytest.mark.usefixtures("scoped")
def test_archives_of_layers_are_kept_but_not_compared() -> None:
    entries, archive = Entries(), b"x" * 100_000
    layers = Scoped({"l": {"zip": archive, "version": 1}})
    for expected in ([{"zip": archive, "version": 1}], []):
        changes: Changes = {}
        entries.note(changes, "lambda", {"layers": layers}, slow=False, end=False)
        assert [thaw(data) for data in changes.values() if data] == expected


@pytest.mark.usefixtures("scoped")
def test_observed_properties_are_kept_as_plain_ones() -> None:
    changes: Changes = {}
    stack = {"Properties": ReadProperties({"Name": "x"})}
    Entries().note(changes, "s", {"stacks": Scoped({"k": stack})}, slow=False, end=False)
    (found,) = [thaw(data) for data in changes.values() if data]
    assert type(found["Properties"]) is dict
    assert found == {"Properties": {"Name": "x"}}


def test_what_grows_meanwhile_is_looked_at_again() -> None:
    results = [RuntimeError("dictionary changed size during iteration"), "seen"]

    def look() -> str:
        result = results.pop(0)
        if isinstance(result, RuntimeError):
            raise result
        return str(result)

    assert patiently(look) == "seen"
    results[:] = [RuntimeError("something else"), "seen"]
    with pytest.raises(RuntimeError, match="something else"):
        patiently(look)

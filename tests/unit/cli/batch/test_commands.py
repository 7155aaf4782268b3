"""What the commands say of batches that are there."""

import json
from pathlib import Path

import pytest

from cli.errors import EXIT_ERROR
from tests.unit.cli.batch.calls import call, work
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.run_batch.world import BatchWorld


def test_the_status_says_how_far_a_batch_is(world: BatchWorld) -> None:
    # Given
    world.create(id="b", prefix="in/")
    world.drain()
    world.end(world.arrivals()[0])
    # When
    done = call("status", "b")
    found = json.loads(call("status", "b", "--json").stdout)
    # Then
    assert done.exit_code == 0
    assert "State    running" in done.stdout
    assert "Ended    1\n" in done.stdout
    assert (found["state"], found["images"], found["fed"], found["ended"]) == ("running", 3, 3, 1)
    assert (found["ended_is_exact"], found["report"]) == (True, None)


def test_the_status_says_where_the_report_is(world: BatchWorld) -> None:
    world.create(id="b", prefix="in/")
    work(world)
    found = json.loads(call("status", "b", "--json").stdout)
    assert found["report"]["text"] == f"s3://{PROCESSED}/batches/b/report.txt"
    assert found["report"]["text"] in call("status", "b").stdout


def test_a_cancelled_batch_reports_what_had_ended(world: BatchWorld) -> None:
    # Given
    world.create(id="b", prefix="in/")
    world.drain()
    world.end(world.arrivals()[0], text=["TAXI"])
    # When
    done = call("cancel", "b")
    # Then: after a while, in which what is under way ends
    assert done.exit_code == 0
    assert world._waiting("control", "Delayed") == 1
    assert "has no report yet" in call("report", "b").stderr
    world.undelay("b")
    assert "Cancelled: 1 of 3 images had ended." in call("report", "b").stdout
    assert "is cancelled already" in call("cancel", "b").stderr
    assert "cannot be started again" in call("start", "b").stderr


def test_a_report_is_printed_in_three_ways_and_saved(world: BatchWorld, tmp_path: Path) -> None:
    # Given
    world.create(id="b", prefix="in/")
    work(world)
    # When, then
    assert call("report", "b").stdout == "1: TAXI 1\n2: TAXI 2\n3: TAXI 3\n"
    assert call("report", "b", "--csv").stdout.startswith("index,key,labels,text,image_id")
    assert json.loads(call("report", "b", "--json").stdout)["statuses"] == {"done": 3}
    done = call("report", "b", "--save", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("report.txt", "report.csv", "summary.json")
    }
    assert call("report", "b", "--csv", "--save", str(tmp_path)).exit_code == 2


def test_a_report_that_has_expired_is_said_so(world: BatchWorld) -> None:
    world.create(id="b", prefix="in/")
    work(world)
    world.s3.delete_object(Bucket=PROCESSED, Key="batches/b/report.txt")
    assert "is there no longer" in call("report", "b").stderr


@pytest.mark.parametrize("command", ["status", "report", "cancel", "start"])
def test_an_unknown_batch_is_said_so(world: BatchWorld, command: str) -> None:
    done = call(command, "nothing")
    assert done.exit_code == EXIT_ERROR
    assert "a test's stack has no batch nothing" in done.stderr


def test_batches_are_listed_newest_first(world: BatchWorld) -> None:
    assert call("list").stdout == "There are no batches.\n"
    world.create(id="old")
    world.create(id="new", created_at="2026-11-22T00:00:00.000+00:00")
    assert [json.loads(line)["id"] for line in call("list", "--json").stdout.splitlines()] == [
        "new",
        "old",
    ]
    shown = call("list", "--limit", "1").stdout
    assert "new" in shown
    assert "old" not in shown

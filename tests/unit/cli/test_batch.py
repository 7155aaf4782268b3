"""`sightline batch` over AWS in memory; what waits is the function and the pipeline at work."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.batch import group as batch_module
from cli.batch import watch as batch_watch
from cli.batch.access import BatchAccess, safe_name
from cli.batch.group import batch
from cli.deployment import LOCAL_ROOT, Deployment, Target
from cli.errors import EXIT_ERROR, EXIT_NOT_ANALYSED
from lambdas.common.batches import State
from lambdas.common.errors import SightlineError
from tests.unit.lambdas.conftest import INPUT, PROCESSED, TABLE, aws, dynamodb, s3
from tests.unit.lambdas.run_batch.world import PHOTOS, BatchWorld

__all__ = ["aws", "dynamodb", "s3"]  # fixtures

PUBLIC_SETTINGS = {
    "text_rule": "Car:90",
    "image_properties": False,
    "labels_per_second": 5,
    "text_per_second": 5,
    "price_labels_per_1000": 1.0,
    "price_text_per_1000": 1.5,
}


@pytest.fixture
def world(dynamodb: Any, s3: Any, monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    made = BatchWorld(dynamodb, s3)
    made.put(*(f"in/{number}.jpg" for number in range(1, 4)))
    sts = SimpleNamespace(
        get_caller_identity=lambda: {"Account": "1" * 12, "Arn": "arn:aws:iam::1:user/ada"}
    )
    clients = {"dynamodb": dynamodb, "s3": s3, "sqs": made.sqs, "sts": sts}
    outputs = {
        "RecordTableName": TABLE,
        "ProcessedBucketName": PROCESSED,
        "InputBucketName": INPUT,
        "BatchesQueueUrl": made.urls["control"],
        "PublicSettings": json.dumps(PUBLIC_SETTINGS),
    }
    deployment = Deployment("a test's stack", outputs, clients.__getitem__)
    monkeypatch.setattr(Target, "find", lambda _self: deployment)
    at_work(monkeypatch, lambda: work(made))
    return made


def work(world: BatchWorld, **end: Any) -> None:
    world.drain()
    for arrival in world.arrivals():
        number = arrival["source"]["key"][3:-4]
        world.end(arrival, **({"text": [f"TAXI {number}"]} | end))
    world.drain()


def at_work(monkeypatch: pytest.MonkeyPatch, what: Callable[[], None]) -> None:
    monkeypatch.setattr(batch_watch, "time", SimpleNamespace(sleep=lambda _seconds: what()))


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(batch_module, "sys", SimpleNamespace(stdin=stdin, exit=_exit))


def _exit(code: int) -> None:
    raise SystemExit(code)


def call(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(batch, list(words), **options)


def test_a_batch_is_listed_run_and_reported(world: BatchWorld) -> None:
    done = call(f"s3://{PHOTOS}/in/", "--name", "My Holiday!", "--yes")
    assert done.exit_code == 0, done.output
    assert "1: TAXI 1\n2: TAXI 2\n3: TAXI 3\n" in done.stdout
    assert "3 of 3 images have ended (3 done)" in done.stdout
    assert "3 images, 3 bytes; at most $0.00 for labels" in done.stderr
    made = world.batch("my-holiday")
    assert (made.name, made.created_by) == ("My Holiday!", "arn:aws:iam::1:user/ada")
    assert (made.bucket, made.prefix, made.again) == (PHOTOS, "in/", False)


def test_a_person_is_asked_and_says_yes(world: BatchWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    on_terminal(monkeypatch)
    done = call(f"s3://{PHOTOS}/in/", "--again", input="y\n")
    assert done.exit_code == 0, done.output
    assert "Analyse them? [y/N]" in done.stderr
    (made,) = world.table.newest()
    assert made.state is State.CLOSED
    assert made.again


@pytest.mark.parametrize("terminal", [True, False])
def test_without_a_yes_the_batch_waits(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    # Given
    if terminal:
        on_terminal(monkeypatch)
    # When
    done = call(f"s3://{PHOTOS}/in/", "--name", "b", input="n\n")
    # Then
    assert done.exit_code == EXIT_ERROR
    assert "batch b is listed and waits: start it with sightline batch start b" in done.stderr
    assert ("there is no terminal to ask on" in done.stderr) is not terminal
    assert world.batch("b").state is State.LISTED
    assert world.arrivals() == []
    # When
    assert call("start", "b").exit_code == 0
    work(world)
    # Then
    assert world.batch("b").state is State.CLOSED


def test_a_detached_batch_is_not_waited_for(world: BatchWorld) -> None:
    done = call(f"s3://{PHOTOS}/in/", "--name", "b", "--yes", "--detach")
    assert (done.exit_code, done.stdout) == (0, "b\n")
    assert world.batch("b").state is State.LISTING
    work(world)
    assert world.batch("b").state is State.CLOSED


def test_ctrl_c_leaves_the_batch_running_and_says_how_to_come_back(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        world.drain()
        if world.batch("b").state is State.RUNNING:
            raise KeyboardInterrupt

    at_work(monkeypatch, interrupt)
    done = call(f"s3://{PHOTOS}/in/", "--name", "b", "--yes")
    assert done.exit_code == 1
    assert "sightline batch status b" in done.stderr
    assert world.batch("b").state is State.RUNNING


def test_images_that_could_not_be_analysed_show_in_the_exit_code(
    world: BatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(monkeypatch, lambda: work(world, status="rejected", text=[]))
    done = call(f"s3://{PHOTOS}/in/", "--yes")
    assert done.exit_code == EXIT_NOT_ANALYSED
    assert "3 rejected" in done.stdout


def test_a_prefix_without_images_is_over_at_once(world: BatchWorld) -> None:
    done = call(f"s3://{PHOTOS}/none/")
    assert done.exit_code == 0, done.output
    assert "0 of 0 images have ended." in done.stdout


def test_a_bucket_that_is_not_there_is_said_with_its_name(world: BatchWorld) -> None:
    done = call("s3://nowhere/", "--yes", "--name", "b")
    assert done.exit_code == EXIT_ERROR
    assert "there is no bucket nowhere" in done.stderr
    assert world.batch("b").state is State.FAILED


def test_a_batch_that_failed_goes_on_when_the_cause_is_gone(world: BatchWorld) -> None:
    call("s3://later/", "--yes", "--name", "b")
    world.s3.create_bucket(Bucket="later")
    world.put("in/1.jpg", bucket="later")
    assert call("start", "b").exit_code == 0
    work(world)
    assert world.batch("b").state is State.CLOSED
    assert world.batch("b").images == 1


def test_the_processed_bucket_is_refused(world: BatchWorld) -> None:
    done = call(f"s3://{PROCESSED}/results/")
    assert done.exit_code == EXIT_ERROR
    assert "where Sightline writes its own" in done.stderr
    assert list(world.table.newest()) == []


def test_a_name_that_is_taken_is_refused(world: BatchWorld) -> None:
    world.create(id="b")
    done = call(f"s3://{PHOTOS}/in/", "--name", "B")
    assert done.exit_code == EXIT_ERROR
    assert "there is a batch b already" in done.stderr


@pytest.mark.parametrize("word", ["stauts", "s3://", "photos/in"])
def test_a_wrong_word_is_answered_with_the_right_ones(word: str) -> None:
    done = call(word)
    assert done.exit_code == 2
    assert "neither s3://bucket/prefix nor one of cancel, list, report, run" in done.stderr


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


def test_a_local_batch_is_made_by_local(world: BatchWorld) -> None:
    deployment = Target(port=1, aws=False, stage="dev", region=None, profile=None).find()
    sts = SimpleNamespace(get_caller_identity=lambda: {"Arn": LOCAL_ROOT})
    local = Deployment(
        "local",
        deployment.outputs,
        lambda service: sts if service == "sts" else deployment.client(service),
    )
    made = BatchAccess(local).create(f"s3://{PHOTOS}", name=None, again=False, approved=False)
    assert made.created_by.startswith("local user ")
    assert made.prefix == ""


@pytest.mark.parametrize(
    ("name", "safe"),
    [("My Holiday 2026!", "my-holiday-2026"), ("-a_b-", "a-b"), ("x" * 80, "x" * 50)],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_name_of_nothing_is_refused() -> None:
    with pytest.raises(SightlineError, match="no letter"):
        safe_name("!!!")

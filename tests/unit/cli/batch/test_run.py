"""A batch is made, asked about, watched and reported, over AWS in memory."""

from types import SimpleNamespace

import pytest

from cli.batch import group as batch_module
from cli.batch.access import BatchAccess
from cli.deployment import LOCAL_ROOT, Deployment, Target
from cli.errors import EXIT_ERROR, EXIT_NOT_ANALYSED
from lambdas.common.batches.batch import State
from lambdas.common.batches.desk import safe_name
from lambdas.common.errors import SightlineError
from tests.unit.cli.batch.calls import at_work, call, work
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.run_batch.world import PHOTOS, BatchWorld


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(batch_module, "sys", SimpleNamespace(stdin=stdin, exit=_exit))


def _exit(code: int) -> None:
    raise SystemExit(code)


def test_a_batch_is_listed_run_and_reported(world: BatchWorld) -> None:
    done = call(f"s3://{PHOTOS}/in/", "--name", "My Holiday!", "--yes")
    assert done.exit_code == 0, done.output
    assert "1: TAXI 1\n2: TAXI 2\n3: TAXI 3\n" in done.stdout
    assert "3 of 3 images have ended (3 done)" in done.stdout
    assert "3 images, 3 bytes; at most $0.01 for labels" in done.stderr
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

"""`sightline delete`, as a user calls it."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.deployment import Deployment, Target
from cli.main import main
from lambdas.common.deletion import Deletions
from lambdas.common.records.items import to_item
from tests.unit.lambdas.conftest import INPUT, PROCESSED
from tests.unit.lambdas.desk import Desk
from tests.unit.lambdas.steps import Steps
from tests.unit.lambdas.world import account, client

Run = Callable[..., Result]
UNKNOWN = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def aws_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Run:
    desk.steps = Steps()
    outputs = {
        "InputBucketName": INPUT,
        "ProcessedBucketName": PROCESSED,
        "RecordTableName": desk.table,
        "ResultsTopicArn": "arn:results",
    }
    deployment = Deployment("the stack of this test", outputs, desk.client)
    monkeypatch.setattr(Target, "find", lambda _target: deployment)

    def call(*arguments: str, **settings: Any) -> Result:
        return CliRunner().invoke(main, ["delete", *arguments], **settings)

    return call


def status_of(desk: Desk) -> str:
    return str(desk.record["status"])


def add(desk: Desk, number: int, **changes: Any) -> str:
    """Write the record of a further image."""
    found = f"{number:032x}"
    record = {
        "image_id": found,
        "item": "image",
        "status": "done",
        "status_shard": "done#0",
        "bucket": "elsewhere",
        "key": f"in/{number}.jpg",
        "received_at": "2026-11-21T09:30:00.123+00:00",
        **changes,
    }
    client("dynamodb").put_item(TableName=desk.table, Item=to_item(record))
    return found


def test_it_names_the_file_and_asks(run: Run, desk: Desk) -> None:
    refused = run(desk.id, input="n\n")

    assert refused.exit_code == 1
    assert refused.stdout == ""
    for shown in (desk.source.uri, "Car 98", "STOP", "Delete this image in the stack of this test"):
        assert shown in refused.stderr
    assert status_of(desk) == "in_review"


def test_nobody_there_to_ask_is_a_no(run: Run, desk: Desk) -> None:
    assert run(desk.id).exit_code == 1
    assert status_of(desk) == "in_review"


@pytest.mark.parametrize(("options", "answer"), [([], "y\n"), (["--yes"], None)])
def test_it_is_deleted_by_whoever_asks(
    run: Run, desk: Desk, options: list[str], answer: str | None
) -> None:
    ended = run(desk.id, *options, input=answer)

    assert (ended.exit_code, ended.stdout) == (0, f"{desk.id}: deleted, {desk.source.uri}\n")
    assert "deletion_due" not in desk.record
    assert desk.record["deleted_by"] == "arn:aws:sts::123456789012:user/moto"
    for bucket in (INPUT, PROCESSED):
        assert "Versions" not in client("s3").list_object_versions(Bucket=bucket)
    assert desk.since[-1]["message_id"] == f"{desk.id}:deleted"


def test_json_is_an_object_an_image_and_nothing_else(run: Run, desk: Desk) -> None:
    first = run(desk.id, UNKNOWN, "--json", input="y\n")
    again = run(desk.id, "--json")

    deleted, unknown = map(json.loads, first.stdout.splitlines())
    expected = {"image_id": desk.id, "source": desk.source.uri, "deleted": True, "before": False}
    assert deleted == {**expected, "error": None}
    assert (unknown["deleted"], unknown["source"]) == (False, None)
    assert f"there is no image {UNKNOWN}" in unknown["error"]
    assert first.exit_code == 1
    assert json.loads(again.stdout) == {**deleted, "source": None, "before": True}


def test_what_was_deleted_already_is_said_and_not_asked_about(run: Run, desk: Desk) -> None:
    run(desk.id, "--yes")

    again = run(desk.id)

    assert again.exit_code == 0
    assert f"{desk.id}: was deleted already, by arn:aws:sts" in again.stdout
    assert "Delete this image" not in again.stderr


@pytest.mark.parametrize("unknown", [UNKNOWN, "", "batch#b1", "0123"])
def test_an_unknown_image_is_an_error_and_the_others_are_deleted(
    run: Run, desk: Desk, unknown: str
) -> None:
    ended = run(unknown, desk.id, desk.id, "--yes")

    assert ended.exit_code == 1
    assert f"Error: there is no image {unknown}; try `sightline list`" in ended.stderr
    assert ended.stdout.splitlines() == [
        f"{desk.id}: deleted, {desk.source.uri}",
        "1 of 2 images are deleted, 1 are not.",
    ]


def test_one_that_is_being_worked_on_stays(run: Run, desk: Desk) -> None:
    desk.write_record(lease_until=9_999_999_999, lease_by="a function")

    ended = run(desk.id, "--yes")

    assert ended.exit_code == 1
    assert f"image {desk.id} is being worked on; ask again in a few seconds" in ended.stderr
    assert status_of(desk) == "in_review"


@pytest.mark.parametrize("down", ["s3.delete_objects", "sns.publish", "dynamodb.put_item"])
def test_what_stopped_half_way_is_finished_by_the_same_command(
    run: Run, desk: Desk, down: str
) -> None:
    desk.steps.down = frozenset({down})
    stopped = run(desk.id, "--yes")
    assert "deletion_due" in desk.record
    desk.steps.down = frozenset()

    asked = run(desk.id, input="y\n")

    assert stopped.exit_code == 1
    assert "run this again, it goes on where it stopped" in stopped.stderr
    assert desk.source.uri in asked.stderr
    assert (asked.exit_code, asked.stdout) == (0, f"{desk.id}: deleted, {desk.source.uri}\n")
    assert "deletion_due" not in desk.record


def test_many_are_shown_in_part_and_deleted_all(run: Run, desk: Desk) -> None:
    ids = [add(desk, number) for number in range(1, 31)]

    ended = run(*ids, input="y\n")

    assert ended.exit_code == 0, ended.stderr
    assert "Delete these 30 images" in ended.stderr
    assert "s3://elsewhere/in/20.jpg (the original stays, it is in another bucket)" in ended.stderr
    assert "in/21.jpg" not in ended.stderr
    assert "And 10 more." in ended.stderr
    assert ended.stdout.splitlines() == [
        *(f"{found}: deleted, s3://elsewhere/in/{n}.jpg" for n, found in enumerate(ids, start=1)),
        "30 of 30 images are deleted.",
    ]


def test_a_name_does_not_steer_the_terminal(run: Run, desk: Desk) -> None:
    found = add(desk, 1, key="in/\x1b[31mred[/].jpg")

    ended = run(found, input="y\n")

    assert "\x1b[31m" not in ended.stderr + ended.stdout
    assert "s3://elsewhere/in/?[31mred[/].jpg" in ended.stderr


def test_after_an_interrupt_no_other_is_begun(
    run: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [add(desk, number) for number in range(1, 101)]
    begun: list[str] = []
    go_on = threading.Event()

    def deleting(_self: Deletions, image_id: str, *, by: str) -> None:
        begun.append(image_id)
        if image_id == ids[0]:
            raise KeyboardInterrupt
        go_on.wait(5)

    monkeypatch.setattr(Deletions, "delete", deleting)

    ended = run(*ids, "--yes")

    assert ended.exit_code == 1
    assert 0 < len(begun) < len(ids)


def test_it_needs_an_image(run: Run) -> None:
    assert run().exit_code == 2

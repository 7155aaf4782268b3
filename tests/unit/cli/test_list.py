"""`sightline list`, as a user calls it."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from cli.deployment import Deployment, Target
from cli.main import main
from cli.users.pool import UserPool
from lambdas.common.records.items import to_item
from lambdas.common.records.table import RECORD
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.world import World, account, client

Run = Callable[..., Result]
ANNA, BOB = "0123abcd-0000-4000-8000-00000000000a", "0123abcd-0000-4000-8000-00000000000b"


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


@pytest.fixture
def world() -> World:
    """An image with the labels Car and Tree and the text STOP."""
    world = World()
    world.upload()
    return world


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Run:
    outputs = {"ProcessedBucketName": PROCESSED, "RecordTableName": world.table}
    deployment = Deployment("the stack of this test", outputs, client)
    monkeypatch.setattr(Target, "find", lambda _target: deployment)
    return lambda *arguments: CliRunner().invoke(main, ["list", "--json", *arguments])


@pytest.mark.parametrize(
    ("arguments", "is_found"),
    [
        (("--label", "Car"), True),
        (("--label", "car"), True),
        (("--label", "bus"), False),
        (("--text", "stop"), True),
        (("--text", "Stop!"), True),
        (("--text", "stop here"), False),
        (("--text", "stop", "--label", "tree", "--status", "done"), True),
        (("--text", "stop", "--status", "failed"), False),
    ],
)
def test_images_are_listed_by_what_they_show(
    run: Run, world: World, arguments: tuple[str, ...], is_found: bool
) -> None:
    answer = run(*arguments)

    assert answer.exit_code == 0, answer.output
    found = [json.loads(line)["image_id"] for line in answer.output.splitlines() if "{" in line]
    assert found == ([world.id] if is_found else [])


@pytest.mark.parametrize("text", ["!", "", "a"])
def test_a_text_without_a_word_is_refused_with_what_to_write(run: Run, text: str) -> None:
    answer = run("--text", text)

    assert answer.exit_code == 1
    assert "has no word to search for: use words of two letters or more" in answer.output


def test_images_of_a_user_are_listed_by_their_address_or_their_id(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_of(world, ANNA)
    others = _ids(run("--owner", BOB)) + _ids(run("--owner", ANNA, "--label", "bus"))
    asked: list[str] = []

    def found(_pool: object, email: str) -> SimpleNamespace:
        asked.append(email)
        return SimpleNamespace(id=ANNA)

    monkeypatch.setattr(UserPool, "of", lambda _deployment: UserPool(None, "p", "here"))
    monkeypatch.setattr(UserPool, "get", found)

    assert others == []
    assert _ids(run("--owner", "anna@example.com")) == [world.id]
    assert asked == ["anna@example.com"]
    assert _ids(run("--owner", ANNA, "--label", "car", "--status", "done")) == [world.id]
    assert asked == ["anna@example.com"], "an id needs no user: of one who was removed it is left"


def image_of(world: World, owner: str) -> None:
    """Make the world's image one that this user uploaded."""
    client("dynamodb").update_item(
        TableName=world.table,
        Key=to_item({"image_id": world.id, "item": RECORD}),
        UpdateExpression="SET #owner = :owner, owner_key = :owner",
        ExpressionAttributeNames={"#owner": "owner"},
        ExpressionAttributeValues=to_item({":owner": owner}),
    )
    client("dynamodb").update_item(
        TableName=world.table,
        Key=to_item({"image_id": world.id, "item": "label#Car"}),
        UpdateExpression="SET owner_key = :owner",
        ExpressionAttributeValues=to_item({":owner": f"{owner}#label:car"}),
    )


def _ids(answer: Result) -> list[str]:
    assert answer.exit_code == 0, answer.output
    return [json.loads(line)["image_id"] for line in answer.stdout.splitlines()]

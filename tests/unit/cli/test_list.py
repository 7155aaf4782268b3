"""`sightline list`, as a user calls it."""

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from cli.deployment import Deployment, Target
from cli.main import main
from tests.unit.lambdas.conftest import PROCESSED
from tests.unit.lambdas.world import World, account, client

Run = Callable[..., Result]


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

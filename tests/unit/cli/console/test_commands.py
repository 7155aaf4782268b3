"""`sightline console`, and what `local up` says of the console."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from cli.console import group as commands
from cli.console import welcome
from cli.console.group import console
from cli.console.publish import Published
from cli.deployment import Deployment, Target
from cli.local import group as local_group
from cli.local.views import show_console
from lambdas.common.errors import SightlineError
from local.demo_users import DemoUser
from local.endpoint import LocalStack
from local.errors import LocalError
from local.progress import Progress
from local.record import Child, Record
from tests.unit.cli.console.test_site import OUTPUTS, Cognito

DEPLOYED = Deployment(
    "Sightline-dev in eu-west-1",
    {**OUTPUTS, "ConsoleBucketName": "files"},
    lambda _service: Cognito(),
)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """What is published, and nothing of it is."""
    found: list[Any] = []

    def note(deployment: Deployment, built: Path, site: Any) -> Published:
        found.append((deployment, built, site))
        return Published(3, 1)

    monkeypatch.setattr(commands, "publish", note)
    monkeypatch.setattr(commands, "build", lambda web, *_: web / "built")
    return found


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Target, "find", lambda _self: DEPLOYED)
    # Whatever runs on this machine at the moment.
    monkeypatch.setattr(commands, "local_stack", lambda _target: None)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> LocalStack:
    record = Record(1, 1.0, {}, children={"console": Child(2, 1.0, ready=True)})
    found = LocalStack(4666, record)
    local = Deployment("the local stack on port 4666", DEPLOYED.outputs, DEPLOYED.client)
    monkeypatch.setattr(LocalStack, "find", classmethod(lambda _cls, _port: found))
    monkeypatch.setattr(LocalStack, "outputs", lambda _self: dict(DEPLOYED.outputs))
    monkeypatch.setattr(Target, "find", lambda _self: local)
    return found


def test_publishing_to_aws(on_aws: None, published: list[Any]) -> None:
    done = CliRunner().invoke(console, ["publish", "--aws"])

    assert done.exit_code == 0, done.output
    assert "Sent 3 files, removed 1 older ones." in done.stdout
    assert "Console: https://d123.cloudfront.net" in done.stdout
    ((_, built, site),) = published
    assert built.name == "built"
    assert site.config["cognito_endpoint"] is None


def test_publishing_to_a_local_stack(stack: LocalStack, published: list[Any]) -> None:
    done = CliRunner().invoke(console, ["publish", "--no-build"])

    assert "Console: http://localhost:8180" in done.stdout, done.output
    ((_, built, site),) = published
    assert built.name == "dist"
    assert site.config["api_url"] == "http://localhost:8180/api"


def test_publishing_where_the_proxy_is_not(stack: LocalStack, published: list[Any]) -> None:
    stack.record.children.clear()
    done = CliRunner().invoke(console, ["publish"])

    assert done.exit_code == 3
    assert "--no-console" in done.stderr
    assert not published


def test_publishing_what_the_cdk_has_deployed(published: list[Any], tmp_path: Path) -> None:
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"Sightline-prod": {"RecordTableName": "x"}}))
    done = CliRunner().invoke(console, ["publish", "--outputs", str(outputs)])
    assert done.exit_code == 0, done.output
    assert "Sightline-prod has no console to publish." in done.stdout
    assert not published

    outputs.write_text(json.dumps({"a": {}, "b": {}}))
    assert CliRunner().invoke(console, ["publish", "--outputs", str(outputs)]).exit_code == 1


def test_the_stack_of_the_outputs_is_in_its_own_region(tmp_path: Path) -> None:
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"Sightline-prod": OUTPUTS}))
    deployment = commands.deployed_with(outputs, None)

    assert deployment.name == "Sightline-prod"
    assert deployment.client("s3").meta.region_name == "eu-west-1"


def test_opening(on_aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    assert (
        CliRunner().invoke(console, ["open", "--print"]).stdout == "https://d123.cloudfront.net\n"
    )
    assert not opened
    CliRunner().invoke(console, ["open", "--aws"])
    assert opened == ["https://d123.cloudfront.net"]


def test_a_stack_without_a_console_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Deployment("an old stack", {}, lambda _service: None)
    monkeypatch.setattr(Target, "find", lambda _self: bare)

    for words in (["open", "--aws"], ["publish", "--aws"]):
        done = CliRunner().invoke(console, words)
        assert done.exit_code == 3
        assert "has no console" in done.stderr


def test_up_makes_users_before_the_console_which_may_fail(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[LocalStack] = []
    monkeypatch.setattr(welcome, "ensure_demo_users", made.append)

    def fails(*_: Any) -> None:
        raise SightlineError("npm is out of order")

    monkeypatch.setattr(welcome, "build_and_publish", fails)
    with pytest.raises(LocalError, match=r"(?s)out of order.*The stack is up.*--port 4666"):
        local_group._add_console(4666, Progress())
    assert made == [stack]


def test_who_may_sign_in_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    user = DemoUser("ada@example.com", "Abcd-Efgh-2345-Jkmn", "admins", "do everything")
    show_console(Console(width=100), "http://localhost:8080", [user])

    shown = capsys.readouterr().out
    for text in ("http://localhost:8080", user.email, user.password, user.may, "this machine only"):
        assert text in shown
    show_console(Console(), None, [])
    assert capsys.readouterr().out == ""

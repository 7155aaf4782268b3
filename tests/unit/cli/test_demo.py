"""What the demo says of the console, and when it goes on without."""

from typing import Any

import pytest
from rich.console import Console

from cli import demo
from lambdas.common.errors import SightlineError
from local.demo_users import DemoUser
from local.progress import Progress
from local.status import Status

USER = DemoUser("reviewer@example.com", "Abcd-Efgh-2345-Jkmn", "reviewers", "decide")


def test_a_console_that_cannot_be_built_does_not_end_the_demo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: Any) -> None:
        raise SightlineError("npm ci failed with status 1")

    monkeypatch.setattr(demo, "prepare_console", fails)
    assert not demo._add_console(4566, Progress())
    told = capsys.readouterr().err
    assert "npm ci failed with status 1" in told
    assert "goes on without the console" in told
    monkeypatch.setattr(demo, "prepare_console", lambda *_: None)
    assert demo._add_console(4566, Progress())


def test_where_it_is_who_may_sign_in_and_what_to_try(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Status(4566, up=True, console="http://localhost:8080", demo_users=[USER])
    monkeypatch.setattr(demo, "read_status", lambda _port: found)
    demo._show_console(Console(width=100), 4566)

    shown = capsys.readouterr().out
    for text in (found.console, USER.email, USER.password, "street sign", 'press "a"'):
        assert str(text) in shown


def test_a_stack_without_a_console_has_nothing_to_try(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "read_status", lambda _port: Status(4566, up=True))
    demo._show_console(Console(), 4566)
    assert capsys.readouterr().out == ""

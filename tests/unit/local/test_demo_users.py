"""The users that a local stack has from the start."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from local import paths
from local.demo_users import ensure_demo_users, make_password, read_demo_users
from local.endpoint import LocalStack
from local.record import Record
from tests.unit.cli.users.people import People


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def stack(tmp_path: Path, people: People, monkeypatch: pytest.MonkeyPatch) -> LocalStack:
    monkeypatch.setattr(paths, "STACKS", tmp_path)
    monkeypatch.setattr(LocalStack, "client", lambda _self, _service: people)
    found = LocalStack(4566, Record(1, 1.0, {}))
    found.files.root.mkdir()
    _deploy(found, UserPoolId="us-east-1_x")
    return found


def _deploy(stack: LocalStack, **outputs: Any) -> None:
    stack.files.outputs.write_text(json.dumps({"Sightline-dev": outputs}))


def test_one_user_of_each_group_can_sign_in(stack: LocalStack, people: People) -> None:
    users = ensure_demo_users(stack)

    assert [user.group for user in users] == ["uploaders", "reviewers", "admins"]
    for user in users:
        made = people.users[user.email]
        assert made["UserStatus"] == "CONFIRMED"
        assert made["password"] == user.password
        assert people.groups[user.group] == [user.email]
    assert all(asked.get("MessageAction", "SUPPRESS") == "SUPPRESS" for _, asked in people.calls)
    assert read_demo_users(stack) == users


def test_the_second_time_they_are_the_same_and_nothing_is_set(
    stack: LocalStack, people: People
) -> None:
    first = ensure_demo_users(stack)
    people.calls.clear()

    assert ensure_demo_users(stack) == first
    assert "admin_set_user_password" not in [name for name, _ in people.calls]


def test_the_file_is_for_its_owner_only(stack: LocalStack) -> None:
    ensure_demo_users(stack)
    assert stat.S_IMODE(stack.files.demo_users.stat().st_mode) == 0o600


def test_what_a_killed_process_left_open_does_not_stay_so(stack: LocalStack) -> None:
    left = stack.files.demo_users.with_suffix(".part")
    left.write_text("{")
    left.chmod(0o644)
    ensure_demo_users(stack)
    assert stat.S_IMODE(stack.files.demo_users.stat().st_mode) == 0o600
    assert not left.exists()


@pytest.mark.parametrize("lost", ["file", "user", "password", "pool"])
def test_what_got_lost_is_made_again(stack: LocalStack, people: People, lost: str) -> None:
    ensure_demo_users(stack)
    if lost == "file":
        stack.files.demo_users.unlink()
    elif lost == "user":
        del people.users["admin@example.com"]
    elif lost == "password":
        people.users["admin@example.com"]["UserStatus"] = "RESET_REQUIRED"
    else:
        people.users.clear()
        _deploy(stack, UserPoolId="us-east-1_other")
        assert read_demo_users(stack) == []
    users = ensure_demo_users(stack)

    for user in users:
        assert people.users[user.email]["password"] == user.password
        assert people.users[user.email]["UserStatus"] == "CONFIRMED"


def test_an_interruption_leaves_no_password_that_is_not_valid(
    stack: LocalStack, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(people, "admin_add_user_to_group", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ensure_demo_users(stack)
    assert read_demo_users(stack) == []
    users = ensure_demo_users(stack)

    assert len(users) == 3
    for user in users:
        assert people.users[user.email]["password"] == user.password


def test_a_stack_without_the_api_has_none(stack: LocalStack, people: People) -> None:
    _deploy(stack, RecordTableName="x")

    assert ensure_demo_users(stack) == []
    assert read_demo_users(stack) == []
    assert not people.calls


def test_passwords_are_random_and_follow_strict_policies() -> None:
    passwords = {make_password() for _ in range(200)}

    assert len(passwords) == 200
    for password in passwords:
        assert len(password) == 19
        assert any(c.isupper() for c in password)
        assert any(c.islower() for c in password)
        assert any(c.isdigit() for c in password)
        assert password.count("-") == 3
        assert not set(password) & set("0O1lI")

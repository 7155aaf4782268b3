"""Adding people, saying what they may do, and removing them."""

import json

import pytest
from click.testing import CliRunner, Result

from cli.deployment import Deployment, Target
from cli.users.group import users
from tests.unit.cli.users.people import People

ADA = "ada@example.com"


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(users, list(words), input=typed)


def test_an_invitation_is_mailed_and_no_password_is_shown(people: People) -> None:
    done = run("add", ADA, "--group", "uploaders", "--group", "reviewers", "--name", "Ada")

    assert done.exit_code == 0, done.output
    ((_, asked),) = people.calls
    assert asked["DesiredDeliveryMediums"] == ["EMAIL"]
    assert "MessageAction" not in asked
    assert "TemporaryPassword" not in asked
    attributes = {item["Name"]: item["Value"] for item in asked["UserAttributes"]}
    assert attributes == {"email": ADA, "email_verified": "true", "name": "Ada"}
    assert people.groups == {"uploaders": [ADA], "reviewers": [ADA], "admins": []}
    assert "assword" not in done.stdout
    assert "invitation by email" in done.stdout


def test_a_password_is_shown_only_when_asked_for_and_then_nothing_is_mailed(
    people: People,
) -> None:
    done = run("add", ADA, "--group", "admins", "--show-password", "--json")

    assert done.exit_code == 0, done.output
    ((_, asked),) = people.calls
    assert asked["MessageAction"] == "SUPPRESS"
    shown = json.loads(done.stdout)
    assert shown["temporary_password"] == asked["TemporaryPassword"]
    assert shown["groups"] == ["admins"]
    # In parts, to be read aloud: as those of the local stack's users.
    assert shown["temporary_password"].count("-") == 3


def test_a_user_who_exists_is_told(people: People) -> None:
    run("add", ADA, "--group", "uploaders")
    again = run("add", ADA, "--group", "admins")

    assert again.exit_code == 1
    assert f"sightline users groups {ADA} --add" in again.stderr
    assert people.groups["admins"] == []


def test_an_unknown_group_names_the_three(people: People) -> None:
    done = run("add", ADA, "--group", "owners")

    assert done.exit_code == 2
    assert all(group in done.stderr for group in ("uploaders", "reviewers", "admins"))
    assert not people.users
    assert run("add", ADA).exit_code == 2


def test_what_cognito_does_not_take_is_said_in_its_words(people: People) -> None:
    done = run("add", "ada", "--group", "admins")

    assert done.exit_code == 1
    assert "Username should be an email" in done.stderr


def test_a_group_that_went_missing_leaves_a_way_on(people: People) -> None:
    del people.groups["admins"]
    done = run("add", ADA, "--group", "admins")

    assert done.exit_code == 1
    assert "is made, but in no group" in done.stderr


def test_a_stack_without_the_api_has_no_users(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Deployment("an old stack", {}, lambda _service: None)
    monkeypatch.setattr(Target, "find", lambda _self: bare)

    done = run("list")
    assert done.exit_code == 3
    assert "without the API" in done.stderr


def test_all_pages_are_listed(people: People) -> None:
    for number in range(5):
        run("add", f"user{number}@example.com", "--group", "uploaders")
    run("groups", "user3@example.com", "--add", "admins")

    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [user["email"] for user in listed] == [
        f"user{number}@example.com" for number in range(5)
    ]
    assert listed[3]["groups"] == ["admins", "uploaders"]
    assert listed[0]["status"] == "FORCE_CHANGE_PASSWORD"
    only = [
        json.loads(line)
        for line in run("list", "--json", "--group", "admins").stdout.split("\n")
        if line
    ]
    assert [user["email"] for user in only] == ["user3@example.com"]
    few = run("list", "--limit", "2")
    assert "user1@" in few.stdout
    assert "user2@" not in few.stdout
    assert "more than 2" in few.stderr


def test_no_users_says_how_to_add_one(people: People) -> None:
    assert "sightline users add" in run("list").stdout


def test_who_leaves_a_group_is_signed_out(people: People) -> None:
    run("add", ADA, "--group", "uploaders")
    people.calls.clear()
    done = run("groups", ADA, "--add", "reviewers", "--remove", "uploaders")

    assert done.stdout == f"{ADA}: reviewers\n"
    assert "15 minutes more at most" in done.stderr
    assert [name for name, _ in people.calls] == ["admin_user_global_sign_out"]
    people.calls.clear()
    shown = run("groups", ADA)
    assert shown.stdout == f"{ADA}: reviewers\n"
    assert "minutes" not in shown.stderr
    assert not people.calls
    assert run("groups", ADA, "--add", "admins", "--remove", "admins").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("groups", ADA),
        ("groups", ADA, "--add", "admins"),
        ("remove", ADA, "--yes"),
        ("reset", ADA),
        ("reset", ADA, "--second-factor"),
        ("disable", ADA),
        ("enable", ADA),
    ],
    ids=" ".join,
)
def test_an_unknown_user_is_told(people: People, words: tuple[str, ...]) -> None:
    done = run(*words)

    assert done.exit_code == 1
    assert f"no user {ADA}" in done.stderr


def test_a_user_is_removed_after_a_yes(people: People) -> None:
    run("add", ADA, "--group", "uploaders")

    assert run("remove", ADA, typed="n\n").exit_code == 1
    assert ADA in people.users
    done = run("remove", ADA, typed="y\n")
    assert done.exit_code == 0
    assert ADA not in people.users
    assert "A token that they have works for 15 minutes more at most." in done.stdout


def test_a_reset_signs_out_and_an_invitation_that_was_not_used_is_sent_again(
    people: People,
) -> None:
    run("add", ADA, "--group", "uploaders")
    people.calls.clear()
    assert "invitation" in run("reset", ADA).stdout
    assert [asked.get("MessageAction") for _, asked in people.calls] == ["RESEND"]
    people.calls.clear()
    people.users[ADA]["UserStatus"] = "CONFIRMED"
    assert "code" in run("reset", ADA).stdout
    assert [name for name, _ in people.calls] == [
        "admin_reset_user_password",
        "admin_user_global_sign_out",
    ]


def test_a_name_steers_no_terminal(people: People) -> None:
    run("add", ADA, "--group", "uploaders", "--name", "Ada\x1b[31m")
    for words in (("list",), ("groups", ADA), ("remove", ADA, "--yes")):
        assert "\x1b" not in run(*words).stdout

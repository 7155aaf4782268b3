"""What goes wrong with people's accounts: lost factors, locked accounts, mails, strangers."""

import pytest

from tests.unit.cli.users.people import People
from tests.unit.cli.users.test_users import ADA, run

TOO_MANY = ("LimitExceededException", "Exceeded daily email limit for the operation.")
UNDELIVERED = ("CodeDeliveryFailureException", "Unable to deliver the invitation.")


@pytest.fixture
def ada(people: People) -> People:
    """A pool with one user, who has signed in before."""
    run("add", ADA, "--group", "uploaders")
    people.users[ADA]["UserStatus"] = "CONFIRMED"
    people.calls.clear()
    return people


def test_who_lost_the_second_factor_signs_in_without(ada: People) -> None:
    ada.users[ADA]["UserMFASettingList"] = ["SOFTWARE_TOKEN_MFA"]
    done = run("reset", ADA, "--second-factor")

    assert done.exit_code == 0, done.output
    assert "with the password alone" in done.stdout
    # Not the password: nothing is mailed.
    assert [name for name, _ in ada.calls] == [
        "admin_set_user_mfa_preference",
        "admin_user_global_sign_out",
    ]


def test_who_has_no_second_factor_is_left_alone(ada: People) -> None:
    done = run("reset", ADA, "--second-factor")

    assert done.stdout == f"{ADA} has no second factor.\n"
    assert not ada.calls


def test_where_it_is_required_cognito_would_forget_nothing(ada: People) -> None:
    ada.users[ADA]["UserMFASettingList"] = ["SOFTWARE_TOKEN_MFA"]
    ada.mfa = "ON"
    done = run("reset", ADA, "--second-factor")

    assert done.exit_code == 1
    assert "mfa=required" in done.stderr
    assert "docs/operations.md" in done.stderr
    assert not ada.calls


def test_an_account_is_locked_and_opened_again(ada: People) -> None:
    locked = run("disable", ADA)

    assert locked.exit_code == 0, locked.output
    assert ada.users[ADA]["Enabled"] is False
    assert f"sightline users enable {ADA}" in locked.stdout
    assert "15 minutes more at most" in locked.stdout
    assert "locked out" in run("groups", ADA).stdout
    assert "disabled" in run("list").stdout
    refused = run("reset", ADA)
    assert refused.exit_code == 1
    assert f"sightline users enable {ADA}" in refused.stderr
    assert run("enable", ADA).stdout == f"{ADA}: uploaders; they can sign in again.\n"
    assert ada.users[ADA]["Enabled"] is True
    assert [name for name, _ in ada.calls] == ["admin_disable_user", "admin_enable_user"]


@pytest.mark.parametrize(
    "words",
    [
        ("add", ADA, "--group", "admins"),
        ("groups", ADA, "--add", "admins"),
        ("reset", ADA),
    ],
    ids=" ".join,
)
def test_who_signed_up_and_showed_no_address_gets_no_group_and_no_mail(
    ada: People, words: tuple[str, ...]
) -> None:
    ada.users[ADA]["UserStatus"] = "UNCONFIRMED"
    done = run(*words)

    assert done.exit_code == 1
    assert "chose the password" in done.stderr
    assert f"sightline users remove {ADA}" in done.stderr
    assert "--add" not in done.stderr
    assert ada.groups["admins"] == []
    assert "admin_reset_user_password" not in [name for name, _ in ada.calls]


@pytest.mark.parametrize("error", [TOO_MANY, UNDELIVERED], ids=lambda error: error[0])
def test_an_invitation_that_was_not_sent_to_who_was_not_made(
    people: People, error: tuple[str, str]
) -> None:
    people.refuses_mail = error
    done = run("add", ADA, "--group", "uploaders")

    assert done.exit_code == 1
    assert not people.users
    assert f"{ADA} was sent no invitation: {error[1]} " in done.stderr
    assert "The user was not made." in done.stderr
    assert "--show-password" in done.stderr
    assert "email_from" in done.stderr
    assert run("add", ADA, "--group", "uploaders", "--show-password").exit_code == 0


def test_an_invitation_that_was_not_sent_to_who_was_made(people: People) -> None:
    people.refuses_mail, people.makes_users_all_the_same = TOO_MANY, True
    done = run("add", ADA, "--group", "uploaders")

    assert done.exit_code == 1
    assert "The user is made, but in no group." in done.stderr
    assert f"sightline users groups {ADA} --add GROUP" in done.stderr
    assert f"sightline users reset {ADA}" in done.stderr
    people.refuses_mail = None
    assert run("groups", ADA, "--add", "uploaders").exit_code == 0
    assert "a new invitation" in run("reset", ADA).stdout


@pytest.mark.parametrize("status", ["FORCE_CHANGE_PASSWORD", "CONFIRMED"])
def test_a_code_that_was_not_sent(ada: People, status: str) -> None:
    ada.users[ADA]["UserStatus"], ada.refuses_mail = status, TOO_MANY
    done = run("reset", ADA)

    assert done.exit_code == 1
    assert "was sent no email: Exceeded daily email limit" in done.stderr
    assert "email_from" in done.stderr

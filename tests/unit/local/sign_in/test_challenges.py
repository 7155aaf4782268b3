"""The steps of a sign-in: who gets through, and in which order."""

from typing import Any

import pytest

from local.emulator.challenges import MAX_KEPT, MAX_WRONG_CODES, Sessions, Step
from tests.unit.local.sign_in.emulator import (
    ADA,
    CLIENT,
    EVE,
    Ask,
    Clock,
    Emulator,
    challenge,
    tokens,
)


def test_a_session_is_for_one_step_and_ends() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    step = Step("NEW_PASSWORD_REQUIRED", ADA, CLIENT)
    sessions.remember("s", step, seconds=180)

    assert sessions.step("s") == step
    assert sessions.step("other") is None
    assert sessions.step(None) is None
    clock.now += 180
    assert sessions.step("s") is None
    sessions.remember("t", step, seconds=180)
    sessions.end("t")
    assert sessions.step("t") is None


def test_a_session_ends_after_a_few_wrong_answers() -> None:
    sessions = Sessions(Clock())
    sessions.remember("s", Step("SOFTWARE_TOKEN_MFA", ADA, CLIENT), seconds=180)
    for _ in range(MAX_WRONG_CODES - 1):
        sessions.was_wrong("s")
    assert sessions.step("s")
    sessions.was_wrong("s")
    assert sessions.step("s") is None


def test_sessions_do_not_fill_the_memory() -> None:
    sessions = Sessions(Clock())
    for number in range(MAX_KEPT + 10):
        sessions.remember(str(number), Step("x", ADA, CLIENT), seconds=180)
    assert sessions.step("9") is None
    assert sessions.step(str(MAX_KEPT + 9))


def respond(
    ask: Ask, name: str, user: str, session: str | None = "s", **more: Any
) -> dict[str, Any]:
    return ask(
        "RespondToAuthChallenge",
        then=tokens(user),
        ChallengeName=name,
        Session=session,
        ChallengeResponses={"USERNAME": user, **more},
    )


def prove_password(ask: Ask, named: str, answer: dict[str, Any]) -> dict[str, Any]:
    return ask(
        "RespondToAuthChallenge",
        then=answer,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={"USERNAME": named},
    )


NEW = {"NEW_PASSWORD": "long-enough-1"}


@pytest.mark.parametrize("name", ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "MFA_SETUP"])
@pytest.mark.parametrize("session", [None, "", "made-up"])
def test_nobody_answers_a_challenge_that_was_not_put_to_them(
    emulator: Emulator, ask: Ask, name: str, session: str | None
) -> None:
    assert respond(ask, name, ADA, session, **NEW)["__type"] == "NotAuthorizedException"
    assert not emulator.performed


def test_a_challenge_is_answered_once_by_whom_it_was_put_to(emulator: Emulator, ask: Ask) -> None:
    prove_password(ask, ADA, challenge("NEW_PASSWORD_REQUIRED", ADA))

    assert "__type" in respond(ask, "NEW_PASSWORD_REQUIRED", EVE, **NEW)
    assert "__type" in respond(ask, "SOFTWARE_TOKEN_MFA", ADA)
    assert respond(ask, "NEW_PASSWORD_REQUIRED", ADA, **NEW) == tokens(ADA)
    assert "__type" in respond(ask, "NEW_PASSWORD_REQUIRED", ADA, **NEW)
    assert emulator.performed == ["RespondToAuthChallenge"] * 2


def test_a_proof_is_for_whose_password_it_was_whoever_is_named(ask: Ask) -> None:
    prove_password(ask, ADA, challenge("NEW_PASSWORD_REQUIRED", EVE))

    assert "__type" in respond(ask, "NEW_PASSWORD_REQUIRED", ADA, **NEW)
    assert respond(ask, "NEW_PASSWORD_REQUIRED", EVE, **NEW) == tokens(EVE)


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "InvalidPasswordException"), ("", "InvalidParameterException"),
     (None, "InvalidParameterException")],
)  # fmt: skip
def test_a_new_password_follows_the_policy(ask: Ask, password: str | None, code: str) -> None:
    prove_password(ask, ADA, challenge("NEW_PASSWORD_REQUIRED", ADA))

    refused = respond(ask, "NEW_PASSWORD_REQUIRED", ADA, NEW_PASSWORD=password)
    assert refused["__type"] == code
    assert respond(ask, "NEW_PASSWORD_REQUIRED", ADA, **NEW) == tokens(ADA)


def test_a_required_factor_is_made_before_there_are_tokens(emulator: Emulator, ask: Ask) -> None:
    emulator.pool["MfaConfiguration"] = "ON"
    asked = prove_password(ask, ADA, tokens(ADA))
    assert asked["ChallengeName"] == "MFA_SETUP"
    assert "__type" in respond(ask, "MFA_SETUP", ADA, asked["Session"])

    ask("AssociateSoftwareToken", then={"Session": "two"}, Session=asked["Session"])
    assert "__type" in respond(ask, "MFA_SETUP", ADA, "two")
    emulator._totp_session_secrets["two"] = "SECRET"
    wrong = {"status": 400, "__type": "EnableSoftwareTokenMFAException"}
    ask("VerifySoftwareToken", then=wrong, Session="two")
    assert "_totp_secret" not in emulator.users[ADA]
    ask("VerifySoftwareToken", then={"Session": "three"}, Session="two")

    assert respond(ask, "MFA_SETUP", ADA, "three") == tokens(ADA)
    assert emulator.users[ADA]["_totp_secret"] == "SECRET"
    assert prove_password(ask, ADA, tokens(ADA)) == tokens(ADA)


def test_a_session_that_goes_on_is_not_asked_for_a_factor(emulator: Emulator, ask: Ask) -> None:
    emulator.pool["MfaConfiguration"] = "ON"
    flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {}}
    assert ask("InitiateAuth", then=tokens(ADA), **flow) == tokens(ADA)


def test_wrong_codes_of_a_factor_end_the_session(ask: Ask) -> None:
    prove_password(ask, ADA, challenge("SOFTWARE_TOKEN_MFA", ADA))
    answer = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s"}
    for _ in range(MAX_WRONG_CODES):
        wrong = {"status": 400, "__type": "CodeMismatchException"}
        refused = ask(
            "RespondToAuthChallenge",
            then=wrong,
            ChallengeResponses={"USERNAME": ADA},
            **answer,
        )
        assert refused["__type"] == "CodeMismatchException"
    assert respond(ask, "SOFTWARE_TOKEN_MFA", ADA)["__type"] == "NotAuthorizedException"


def test_other_actions_are_left_alone(emulator: Emulator, ask: Ask) -> None:
    ask("AdminCreateUser", Username="x@example.com")
    assert emulator.performed == ["AdminCreateUser"]

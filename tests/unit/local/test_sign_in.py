"""What the emulator leaves open in signing in, and who gets through here."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import sign_in
from local.emulator.challenges import CODE_SECONDS, MAX_KEPT, MAX_WRONG_CODES, Codes, Sessions, Step
from local.emulator.token_keys import pool_of
from local.mail import read_outbox

CLIENT = "client"
ADA, EVE = "ada@example.com", "eve@example.com"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


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


def test_a_code_is_random_and_can_be_guessed_a_few_times_within_an_hour() -> None:
    clock = Clock()
    codes = Codes(clock)
    assert not codes.may_try("reset", ADA)
    made = {codes.make("reset", ADA) for _ in range(50)}
    assert len(made) > 45
    assert all(len(code) == 6 and code.isdigit() for code in made)
    for _ in range(MAX_WRONG_CODES):
        assert codes.may_try("reset", ADA)
        codes.was_wrong("reset", ADA)
    assert not codes.may_try("reset", ADA)
    codes.make("reset", ADA)
    assert codes.may_try("reset", ADA)
    clock.now += CODE_SECONDS
    assert not codes.may_try("reset", ADA)


class Emulator(SimpleNamespace):
    """What of the emulator's Cognito is reached into; it does whatever it is asked."""

    def __init__(self) -> None:
        self.pool: dict[str, Any] = {
            "Arn": "arn:pool",
            "MfaConfiguration": "OPTIONAL",
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": "true"},
            "_clients": {CLIENT: {"AuthSessionValidity": 3}},
        }
        self.users: dict[str, dict[str, Any]] = {
            email: {"Username": email, "UserStatus": "CONFIRMED"} for email in (ADA, EVE)
        }
        self.answers: list[dict[str, Any]] = []
        self.performed: list[str] = []
        self.sent: list[str] = []
        super().__init__(
            __name__="cognito",
            _totp_session_secrets={},
            _run_idp_handler=self._run,
            _send_verification_email=lambda *sent: self.sent.append(sent[3]),
            _resolve_user=lambda _pool, name: (self.users.get(name), None),
            _pin_unsigned_idp_scope=lambda _data: None,
            _pool_for_client=lambda client: (self.pool, "p") if client == CLIENT else (None, None),
            _validate_password=lambda _pool, password: (
                None if len(password) > 11 else error("InvalidPasswordException", "short", 400)
            ),
            _token_claims=lambda token: {"username": token},
            error_response_json=error,
            json_response=lambda found: (200, {}, json.dumps(found).encode()),
        )

    def _run(self, _handler: object, action: str, _data: dict[str, Any]) -> Any:
        self.performed.append(action)
        answer = self.answers.pop(0) if self.answers else {}
        return answer.pop("status", 200), {}, json.dumps(answer).encode()


def error(code: str, message: str, status: int) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"__type": code, "message": message}).encode()


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    found = Emulator()
    monkeypatch.setattr(sign_in, "cognito", found)
    monkeypatch.setattr(sign_in, "sessions", Sessions(Clock()))
    monkeypatch.setattr(sign_in, "codes", Codes(Clock()))
    sign_in.check_sign_in()
    return found


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(emulator: Emulator) -> Ask:
    def asking(action: str, *, then: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
        emulator.answers[:] = [then] if then else []
        _, _, body = emulator._run_idp_handler(None, action, {"ClientId": CLIENT, **data})
        found: dict[str, Any] = json.loads(body)
        return found

    return asking


def challenge(name: str, user: str, session: str = "s") -> dict[str, Any]:
    parameters = {"USER_ID_FOR_SRP": user}
    return {"ChallengeName": name, "Session": session, "ChallengeParameters": parameters}


def tokens(user: str) -> dict[str, Any]:
    return {"AuthenticationResult": {"AccessToken": user}}


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


def test_codes_that_are_mailed_are_the_users_own(emulator: Emulator, ask: Ask) -> None:
    for purpose in ("password", "email"):
        emulator._send_verification_email(emulator.pool, ADA, {}, "654321", purpose)
    reset, confirmation = emulator.sent
    assert emulator.users[ADA]["_reset_code"] == reset
    assert emulator.users[ADA]["_confirmation_code"] == confirmation
    wrong = {"status": 400, "__type": "CodeMismatchException"}
    kinds = [
        ask("ConfirmForgotPassword", then=dict(wrong), Username=ADA)["__type"]
        for _ in range(MAX_WRONG_CODES + 1)
    ]
    assert kinds == ["CodeMismatchException"] * MAX_WRONG_CODES + ["LimitExceededException"]
    assert "_reset_code" not in emulator.users[ADA]
    assert "__type" not in ask("ConfirmSignUp", Username=ADA)


def test_self_sign_up_is_as_the_pool_says(emulator: Emulator, ask: Ask) -> None:
    assert ask("SignUp", Username="x@example.com")["__type"] == "NotAuthorizedException"
    emulator.pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] = "false"
    assert "__type" not in ask("SignUp", Username="x@example.com")


def test_other_actions_are_left_alone(emulator: Emulator, ask: Ask) -> None:
    ask("AdminCreateUser", Username="x@example.com")
    assert emulator.performed == ["AdminCreateUser"]


def test_invitations_and_codes_are_kept_in_the_outbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = SimpleNamespace(
        __name__="cognito",
        _deliver_cognito_email=lambda *_: "id-1",
        _resolve_email_sender=lambda _pool: ("no-reply@example.com", "", ""),
    )
    monkeypatch.setattr(sign_in, "cognito", module)
    sign_in.keep_sign_in_emails(tmp_path)
    module._deliver_cognito_email({"Arn": "arn:pool"}, ADA, "Your code", "123", "X")
    module._deliver_cognito_email({"Arn": "arn:pool"}, "", "Your code", "123", "X")

    (mail,) = read_outbox(tmp_path)
    assert (mail.to, mail.subject, mail.body, mail.topic) == (ADA, "Your code", "123", "arn:pool")


def test_whose_keys_are_at_an_address() -> None:
    keys = "/.well-known/jwks.json"
    assert pool_of(f"http://localhost:4566/us-east-1_Ab{keys}") == "us-east-1_Ab"
    assert pool_of(f"https://accounts.example/us-east-1_Ab{keys}") is None
    assert pool_of(f"http://localhost:4566/a/b{keys}") is None

"""Sign-in as Cognito has it: challenges, codes, self sign-up.

What the emulator leaves open is in `challenges.py`, emails in `sign_in_emails.py`. Besides: it lets
everybody sign up whatever the pool says, and write any attribute of their own, which it then writes
over the claims of their tokens, groups and expiry too; it takes any new password in the challenge
that asks for one, and a required second factor only from who has one.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from local.emulator.challenges import Codes, Sessions, Step
from local.emulator.internals import cognito, require

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[dict[str, Any]], Answer]
Data = dict[str, Any]

# Of the challenges these are answered by name; Cognito itself binds the proof of a password.
_BOUND = frozenset({"NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "SMS_MFA", "MFA_SETUP"})
_RESPONDS = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
_PURPOSES = {"ConfirmForgotPassword": "_reset_code", "ConfirmSignUp": "_confirmation_code"}
_ASKS_CODE = {"ForgotPassword": "_reset_code", "ResendConfirmationCode": "_confirmation_code"}
_BEGINS = frozenset({"InitiateAuth", "AdminInitiateAuth"})
_SETUP = frozenset({"AssociateSoftwareToken", "VerifySoftwareToken"})
_WRITES = frozenset({"SignUp", "UpdateUserAttributes"})
_CHECKED = _RESPONDS | _BEGINS | _SETUP | _WRITES | {*_PURPOSES, *_ASKS_CODE}
_SETTING_UP = "a second factor is being made"
_SESSION_MINUTES = 3
_TOO_OFTEN = "Attempt limit exceeded, please try after some time."

sessions = Sessions(time.monotonic)
codes = Codes(time.monotonic)


def check_sign_in() -> None:
    """Check each of Cognito's actions before it is performed, and note what it began."""
    require(cognito, "_run_idp_handler", "_send_verification_email", "_resolve_user")
    require(cognito, "_pin_unsigned_idp_scope", "_pool_for_client", "_validate_password")
    require(cognito, "_token_claims", "_totp_session_secrets")
    require(cognito, "error_response_json", "json_response")
    run, send = cognito._run_idp_handler, cognito._send_verification_email

    def run_checked(handler: Handler, action: str, data: Data) -> Answer:
        if action not in _CHECKED:
            performed: Answer = run(handler, action, data)
            return performed
        cognito._pin_unsigned_idp_scope(data)
        if refused := _refusal(action, data):
            return refused
        # Forgotten by the emulator as soon as it is verified.
        secret = cognito._totp_session_secrets.get(data.get("Session"))
        answer: Answer = run(handler, action, data)
        if answer[0] >= 400:
            _note_wrong(action, data, answer)
            return answer
        return _noted(action, data, answer, secret)

    def send_with_own_code(
        pool: Any, username: str, attributes: Any, code: str, attribute_name: str = "email"
    ) -> Any:
        user = cognito._resolve_user(pool, username)[0]
        purpose = "_reset_code" if attribute_name == "password" else "_confirmation_code"
        user[purpose] = code = codes.make(purpose, user["Username"])
        return send(pool, username, attributes, code, attribute_name)

    cognito._run_idp_handler = run_checked
    cognito._send_verification_email = send_with_own_code


def _refusal(action: str, data: Data) -> Answer | None:
    """Cognito's error for what it would not do; None if it would."""
    if action == "SignUp":
        return _sign_up_refusal(data) or _write_refusal(data, data.get("ClientId"))
    if action == "UpdateUserAttributes":
        return _update_refusal(data)
    if action in _ASKS_CODE:
        return _asked_refusal(_ASKS_CODE[action], data)
    if action in _PURPOSES:
        return _code_refusal(_PURPOSES[action], data)
    if action in _RESPONDS and data.get("ChallengeName") in _BOUND:
        return _challenge_refusal(data)
    return None


def _sign_up_refusal(data: Data) -> Answer | None:
    pool = cognito._pool_for_client(data.get("ClientId"))[0]
    closed = ((pool or {}).get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly")
    if str(closed).lower() != "true":
        return None
    return _error("NotAuthorizedException", "SignUp is not permitted for this user pool")


def _update_refusal(data: Data) -> Answer | None:
    # The emulator checks the token itself.
    client = cognito._token_claims(data.get("AccessToken")).get("client_id")
    if refused := _write_refusal(data, client):
        return refused
    pool = cognito._pool_for_client(client)[0] or {}
    kept = pool.get("UserAttributeUpdateSettings") or {}
    proved = set(kept.get("AttributesRequireVerificationBeforeUpdate") or ())
    if proved.isdisjoint(_written(data)):
        return None
    # Cognito sends a code to the new address, and takes the address with it; here nobody does.
    return _error(
        "NotAuthorizedException", "An address cannot be changed here: it would not be verified."
    )


def _write_refusal(data: Data, client: object) -> Answer | None:
    """The error for attributes that the client may not write. One that names none writes none."""
    pool = cognito._pool_for_client(client)[0] or {}
    settings = pool.get("_clients", {}).get(client)
    if settings is None:
        return None  # The emulator has an answer for that.
    if set(_written(data)) <= set(settings.get("WriteAttributes") or ()):
        return None
    return _error("NotAuthorizedException", "A client attempted to write unauthorized attribute")


def _written(data: Data) -> list[str]:
    return [str(attribute.get("Name")) for attribute in data.get("UserAttributes") or []]


def _asked_refusal(purpose: str, data: Data) -> Answer | None:
    # Whether there is such a user or not: a difference would tell.
    user = _user(data.get("ClientId"), data.get("Username"))
    name = user["Username"] if user else str(data.get("Username"))
    if codes.may_ask(purpose, name):
        return None
    return _error("LimitExceededException", _TOO_OFTEN)


def _code_refusal(purpose: str, data: Data) -> Answer | None:
    user = _user(data.get("ClientId"), data.get("Username"))
    if user is None or not user.get(purpose):
        return None  # The emulator has an answer for these.
    if codes.may_try(purpose, user["Username"]):
        return None
    user.pop(purpose)
    return _error("LimitExceededException", _TOO_OFTEN)


def _challenge_refusal(data: Data) -> Answer | None:
    client, responses = data.get("ClientId"), data.get("ChallengeResponses") or {}
    step = sessions.step(data.get("Session"))
    user = _user(client, responses.get("USERNAME"))
    asked = Step(str(data["ChallengeName"]), user["Username"] if user else "", str(client))
    if user is None or step != asked:
        return _error("NotAuthorizedException", "Invalid session for the user.")
    if step.challenge == "NEW_PASSWORD_REQUIRED":
        password = responses.get("NEW_PASSWORD")
        if not isinstance(password, str) or not password:
            return _error("InvalidParameterException", "Missing required parameter NEW_PASSWORD")
        pool = cognito._pool_for_client(client)[0]
        refused: Answer | None = cognito._validate_password(pool, password)
        return refused
    return None


def _note_wrong(action: str, data: Data, answer: Answer) -> None:
    """Count a wrong code, of an email or of a second factor."""
    if b"CodeMismatchException" not in answer[2]:
        return
    if action in _RESPONDS:
        sessions.was_wrong(str(data.get("Session")))
    elif user := _user(data.get("ClientId"), data.get("Username")):
        codes.was_wrong(_PURPOSES[action], user["Username"])


def _noted(action: str, data: Data, answer: Answer, secret: str | None) -> Answer:
    """Remember what an answer allows next; ask for a second factor where one has to be made."""
    if action in _PURPOSES and (user := _user(data.get("ClientId"), data.get("Username"))):
        codes.was_right(_PURPOSES[action], user["Username"])
    found = json.loads(answer[2] or b"{}")
    if action in _SETUP:
        step = sessions.step(data.get("Session"))
        if step and step.challenge == _SETTING_UP:
            sessions.end(data["Session"])
            _set_up(step, found["Session"], secret if action == "VerifySoftwareToken" else None)
        return answer
    if action not in _RESPONDS and action not in _BEGINS:
        return answer
    client = str(data.get("ClientId"))
    before = sessions.step(data.get("Session"))
    sessions.end(data.get("Session"))
    tokens = found.get("AuthenticationResult")
    refreshed = str(data.get("AuthFlow", "")).startswith("REFRESH_TOKEN")
    if tokens and not refreshed and not (before and before.challenge == "MFA_SETUP"):
        # Whose password it was says the answer; the request may name another.
        user = _user(client, cognito._token_claims(tokens["AccessToken"]).get("username"))
        if cognito._pool_for_client(client)[0]["MfaConfiguration"] == "ON" and not user.get(
            "_mfa_enabled"
        ):
            found = _setup_challenge(user["Username"])
            step = Step(_SETTING_UP, user["Username"], client)
            sessions.remember(found["Session"], step, _seconds(client))
            asked: Answer = cognito.json_response(found)
            return asked
    elif found.get("ChallengeName") in _BOUND:
        user = _user(client, found["ChallengeParameters"]["USER_ID_FOR_SRP"])
        step = Step(found["ChallengeName"], user["Username"], client)
        sessions.remember(found["Session"], step, _seconds(client))
    return answer


def _setup_challenge(username: str) -> Data:
    return {
        "ChallengeName": "MFA_SETUP",
        "Session": secrets.token_urlsafe(48),
        "ChallengeParameters": {
            "MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]',
            "USER_ID_FOR_SRP": username,
        },
    }


def _set_up(step: Step, session: str, verified_secret: str | None) -> None:
    """Go on with the next session; a factor that was verified is the user's from now on."""
    challenge = _SETTING_UP
    if verified_secret is not None:
        challenge = "MFA_SETUP"
        user = _user(step.client, step.user)
        user["_totp_secret"], user["_preferred_mfa"] = verified_secret, "SOFTWARE_TOKEN_MFA"
        user["_mfa_enabled"] = ["SOFTWARE_TOKEN_MFA"]
    sessions.remember(session, Step(challenge, step.user, step.client), _seconds(step.client))


def _seconds(client: str) -> float:
    pool = cognito._pool_for_client(client)[0] or {}
    settings = pool.get("_clients", {}).get(client, {})
    return float(settings.get("AuthSessionValidity") or _SESSION_MINUTES) * 60


def _user(client: object, username: object) -> Any:
    pool = cognito._pool_for_client(client)[0]
    return cognito._resolve_user(pool, username)[0] if pool and username else None


def _error(code: str, message: str) -> Answer:
    answer: Answer = cognito.error_response_json(code, message, 400)
    return answer

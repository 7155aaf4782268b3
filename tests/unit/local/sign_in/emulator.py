"""What of the emulator's Cognito is reached into, and how it is asked."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

CLIENT = "client"
ADA, EVE = "ada@example.com", "eve@example.com"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Emulator(SimpleNamespace):
    """What of the emulator's Cognito is reached into; it does whatever it is asked."""

    def __init__(self) -> None:
        self.pool: dict[str, Any] = {
            "Arn": "arn:pool",
            "MfaConfiguration": "OPTIONAL",
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": "true"},
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
            "_clients": {CLIENT: {"AuthSessionValidity": 3, "WriteAttributes": ["email", "name"]}},
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
            _token_claims=lambda token: {"username": token, "client_id": CLIENT},
            error_response_json=error,
            json_response=lambda found: (200, {}, json.dumps(found).encode()),
        )

    def _run(self, _handler: object, action: str, _data: dict[str, Any]) -> Any:
        self.performed.append(action)
        answer = self.answers.pop(0) if self.answers else {}
        return answer.pop("status", 200), {}, json.dumps(answer).encode()


def error(code: str, message: str, status: int) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"__type": code, "message": message}).encode()


Ask = Callable[..., dict[str, Any]]


def challenge(name: str, user: str, session: str = "s") -> dict[str, Any]:
    parameters = {"USER_ID_FOR_SRP": user}
    return {"ChallengeName": name, "Session": session, "ChallengeParameters": parameters}


def tokens(user: str) -> dict[str, Any]:
    return {"AuthenticationResult": {"AccessToken": user}}

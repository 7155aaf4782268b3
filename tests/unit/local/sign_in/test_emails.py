"""Invitations and codes, as they lie in the outbox."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import sign_in_emails
from local.emulator.sign_in_emails import ConsoleAddress, keep_sign_in_emails
from local.mail import read_outbox
from tests.unit.local.sign_in.emulator import ADA

POOL = {"Arn": "arn:pool"}
ORIGIN = "http://localhost:8380"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What of the emulator sends them."""
    found = SimpleNamespace(
        __name__="cognito",
        _deliver_cognito_email=lambda *_: "id-1",
        _resolve_email_sender=lambda _pool: ("no-reply@example.com", "", ""),
    )
    monkeypatch.setattr(sign_in_emails, "cognito", found)
    return found


def test_invitations_and_codes_are_kept_in_the_outbox(module: Any, tmp_path: Path) -> None:
    keep_sign_in_emails(tmp_path, None)
    module._deliver_cognito_email(POOL, ADA, "Your code", "123", "X")
    module._deliver_cognito_email(POOL, "", "Your code", "123", "X")

    (mail,) = read_outbox(tmp_path)
    assert (mail.to, mail.subject, mail.body, mail.topic) == (ADA, "Your code", "123", "arn:pool")


@pytest.mark.parametrize(
    ("outputs", "body"),
    [
        ({"ConsoleUrl": "https://d1.cloudfront.net"}, f"Sign in at {ORIGIN} as Ada"),
        (
            {"ConsoleUrl": "https://images.example.com"},
            "Sign in at https://d1.cloudfront.net as Ada",
        ),
        # Deployed without the console, or not yet.
        ({}, "Sign in at https://d1.cloudfront.net as Ada"),
    ],
)
def test_an_invitation_leads_to_the_console_of_this_machine(
    module: Any, tmp_path: Path, outputs: dict[str, str], body: str
) -> None:
    keep_sign_in_emails(tmp_path, ConsoleAddress(lambda: outputs, ORIGIN))
    invitation = "Sign in at https://d1.cloudfront.net as Ada"
    module._deliver_cognito_email(POOL, ADA, "Your account", invitation, "X")

    (mail,) = read_outbox(tmp_path)
    assert mail.body == body

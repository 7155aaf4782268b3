"""Invitations and codes of Cognito, which the emulator does not deliver: into the outbox."""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.internals import cognito, require
from local.emulator.outbox import write_mail


@dataclass(frozen=True)
class ConsoleAddress:
    """Where the console is on this machine; `outputs` tell where the template says it is."""

    outputs: Callable[[], Mapping[str, str]]
    origin: str

    def in_(self, body: str) -> str:
        """Return a mail's text with the address that can be reached from here.

        The template's is the distribution's, whose name nobody resolves.
        """
        named = self.outputs().get("ConsoleUrl")
        return body.replace(named, self.origin) if named else body


def keep_sign_in_emails(directory: Path, console: ConsoleAddress | None) -> None:
    """Write invitations and codes, which the emulator does not deliver, to the outbox."""
    require(cognito, "_deliver_cognito_email", "_resolve_email_sender")
    deliver = cognito._deliver_cognito_email

    def deliver_and_keep(  # noqa: PLR0913, PLR0917 -- the emulator's own signature
        pool: Any, to: str, subject: str, body: str, type_name: str, extra: Any = None
    ) -> Any:
        text = console.in_(body) if console else body
        message_id = deliver(pool, to, subject, text, type_name, extra)
        if to:
            mail = {
                "to": to,
                "from": cognito._resolve_email_sender(pool)[0],
                "subject": subject,
                "sent": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "topic": pool["Arn"],
                "message_id": str(message_id or ""),
                "body": text,
            }
            write_mail(directory, mail)
        return message_id

    cognito._deliver_cognito_email = deliver_and_keep

"""The outbox: the emails that the local stack would have sent."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """One email, as its reader would see it."""

    to: str
    sender: str
    subject: str
    sent: str
    topic: str
    message_id: str
    body: str

    @classmethod
    def read(cls, path: Path) -> "Mail":
        """Read one file of the outbox."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(sender=found.pop("from"), **found)

    def to_json(self) -> dict[str, str]:
        """The same, with the keys of the file."""
        return {
            "to": self.to,
            "from": self.sender,
            "subject": self.subject,
            "sent": self.sent,
            "topic": self.topic,
            "message_id": self.message_id,
            "body": self.body,
        }


def read_outbox(directory: Path, to: str | None = None) -> list[Mail]:
    """Every email, newest last; only those to one address, if given."""
    return [mail for _name, mail in _read(directory, "", to)]


def follow_outbox(
    directory: Path, to: str | None = None, every_seconds: float = 0.5
) -> Iterator[Mail]:
    """Every email there is, and then each one as it comes, until the caller stops."""
    last = ""
    while True:
        for name, mail in _read(directory, last, to):
            last = name
            yield mail
        time.sleep(every_seconds)


def _read(directory: Path, after: str, to: str | None) -> Iterator[tuple[str, Mail]]:
    # Names start with the time, so that they sort as the mails were sent.
    for path in sorted(directory.glob("*.json")):
        if path.name > after:
            mail = Mail.read(path)
            if to is None or mail.to == to:
                yield path.name, mail

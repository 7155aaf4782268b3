import json
from itertools import islice
from pathlib import Path

from local.mail import follow_outbox, read_outbox


def put(directory: Path, name: str, to: str, subject: str) -> None:
    mail = {
        "to": to, "from": "Sightline", "subject": subject, "sent": "2026-01-01T00:00:00Z",
        "topic": "arn", "message_id": "1", "body": "text",
    }  # fmt: skip
    (directory / name).write_text(json.dumps(mail))


def test_newest_is_last_and_half_written_mails_are_not_read(tmp_path: Path) -> None:
    put(tmp_path, "2.json", "b@example.com", "second")
    put(tmp_path, "1.json", "a@example.com", "first")
    (tmp_path / "3.part").write_text("{")
    assert [mail.subject for mail in read_outbox(tmp_path)] == ["first", "second"]
    assert [mail.subject for mail in read_outbox(tmp_path, "b@example.com")] == ["second"]


def test_mail_is_written_as_it_was_read(tmp_path: Path) -> None:
    put(tmp_path, "1.json", "a@example.com", "first")
    assert read_outbox(tmp_path)[0].to_json() == json.loads((tmp_path / "1.json").read_text())


def test_following_gives_each_mail_once(tmp_path: Path) -> None:
    put(tmp_path, "1.json", "a@example.com", "first")
    mails = follow_outbox(tmp_path, every_seconds=0.01)
    assert next(mails).subject == "first"
    put(tmp_path, "2.json", "a@example.com", "second")
    assert [mail.subject for mail in islice(mails, 1)] == ["second"]

"""Emails: the emulator logs that it would send one; here each is kept as a file."""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import itertools
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.emulator.internals import require, sns

# What SNS writes as the subject when the publisher gives none.
DEFAULT_SUBJECT = "AWS Notification Message"

_numbers = itertools.count()


def keep_emails(directory: Path) -> None:
    """Write every email that SNS would deliver to `directory`, one JSON file each, in order."""
    require(sns, "_fanout", "_topic_by_arn_any_scope", "_matches_filter_policy")
    require(sns, "_resolve_message_for_protocol", "_build_envelope")
    fanout = sns._fanout

    def fanout_and_keep(  # noqa: PLR0913, PLR0917 -- the emulator's own signature
        topic_arn: str,
        msg_id: str,
        message: str,
        subject: str,
        message_structure: str = "",
        message_attributes: dict[str, Any] | None = None,
        **fifo: Any,
    ) -> None:
        fanout(topic_arn, msg_id, message, subject, message_structure, message_attributes, **fifo)
        topic = sns._topic_by_arn_any_scope(topic_arn)
        for subscription in (topic or {}).get("subscriptions", []):
            protocol = subscription.get("protocol")
            if protocol not in {"email", "email-json"} or not subscription.get("confirmed"):
                continue
            text = sns._resolve_message_for_protocol(message, message_structure, protocol)
            attributes = message_attributes or {}
            if not sns._matches_filter_policy(subscription, attributes, text):
                continue
            if protocol == "email-json":
                text = sns._build_envelope(topic_arn, msg_id, text, subject, attributes, raw=False)
            write_mail(directory, _mail(topic, subscription["endpoint"], subject, text, msg_id))

    sns._fanout = fanout_and_keep


def _mail(
    topic: Mapping[str, Any], to: str, subject: str, body: str, message_id: str
) -> dict[str, str]:
    sender = topic["attributes"].get("DisplayName") or topic["name"]
    return {
        "to": to,
        "from": f"{sender} <no-reply@sns.amazonaws.com>",
        "subject": subject or DEFAULT_SUBJECT,
        "sent": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "topic": topic["arn"],
        "message_id": message_id,
        "body": body,
    }


def write_mail(directory: Path, mail: Mapping[str, str]) -> None:
    """Keep one email; readers list `*.json`, so it has that name only when it is complete."""
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{next(_numbers):06d}"
    partial = directory / f"{name}.part"
    partial.write_text(json.dumps(mail, indent=1), encoding="utf-8")
    partial.replace(directory / f"{name}.json")

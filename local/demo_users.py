"""One user of each group, made for the console of a local stack, to sign in with at once."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.endpoint import LocalStack
from local.paths import StackFiles
from local.record import read_json, write_json

# Nothing that is read for something else: no 0, O, 1, l, I.
_LETTERS = "".join(sorted(set(string.ascii_letters) - set("OlI")))
_DIGITS = "23456789"
_KINDS = (string.ascii_uppercase, string.ascii_lowercase, _DIGITS)
_PARTS, _PART_LENGTH = 4, 4
_MAY = {
    "uploader@example.com": ("uploaders", "upload photos, and see and delete their own"),
    "reviewer@example.com": ("reviewers", "decide about photos in review"),
    "admin@example.com": ("admins", "do everything: all photos, batches, dashboard"),
}


@dataclass(frozen=True)
class DemoUser:
    """Who, and what they may do."""

    email: str
    password: str
    group: str
    may: str


def ensure_demo_users(stack: LocalStack) -> list[DemoUser]:
    """Make the users that are missing and return all; none where the stack has no sign-in.

    Their passwords are random, and stay the same while the stack does.
    """
    pool = stack.outputs().get("UserPoolId")
    if pool is None:
        return []
    kept = _kept(stack.files)
    known: Mapping[str, str] = kept["passwords"] if kept and kept["pool"] == pool else {}
    passwords = {email: known.get(email) or make_password() for email in _MAY}
    cognito = stack.client("cognito-idp")
    for email, password in passwords.items():
        _ensure(cognito, pool, email, password, known=email in known)
    # Written when they are valid: without the file, the next time sets new ones.
    if passwords != known:
        document = {"pool": pool, "passwords": passwords}
        write_json(stack.files.demo_users, document, mode=0o600)
    return _users(passwords)


def read_demo_users(stack: LocalStack) -> list[DemoUser]:
    """The users that were made, without asking the stack."""
    kept = _kept(stack.files)
    if kept is None or kept["pool"] != stack.outputs().get("UserPoolId"):
        return []
    return _users(kept["passwords"])


def make_password() -> str:
    """Return a random password, 92 bits, in parts that can be read aloud.

    It has upper and lower case, digits and a symbol, whatever a policy asks for.
    """
    alphabet = _LETTERS + _DIGITS
    while True:
        characters = [secrets.choice(alphabet) for _ in range(_PARTS * _PART_LENGTH)]
        if all(set(characters) & set(kind) for kind in _KINDS):
            break
    parts = [characters[n : n + _PART_LENGTH] for n in range(0, len(characters), _PART_LENGTH)]
    return "-".join("".join(part) for part in parts)


def _ensure(cognito: Any, pool: str, email: str, password: str, *, known: bool) -> None:
    user = {"UserPoolId": pool, "Username": email}
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    try:
        cognito.admin_create_user(**user, UserAttributes=attributes, MessageAction="SUPPRESS")
        known = False
    except cognito.exceptions.UsernameExistsException:
        known = known and cognito.admin_get_user(**user)["UserStatus"] == "CONFIRMED"
    if not known:
        cognito.admin_set_user_password(**user, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(**user, GroupName=_MAY[email][0])


def _kept(files: StackFiles) -> dict[str, Any] | None:
    return read_json(files.demo_users)


def _users(passwords: Mapping[str, str]) -> list[DemoUser]:
    return [DemoUser(email, passwords[email], *_MAY[email]) for email in _MAY]

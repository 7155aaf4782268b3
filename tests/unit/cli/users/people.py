"""A user pool in memory, as far as it is asked: moto's needs a package that is not installed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3

GROUPS = ("uploaders", "reviewers", "admins")
PAGE = 2


class People:
    """Answers like boto3's client of Cognito; `calls` are what was asked that changes something."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, list[str]] = {group: [] for group in GROUPS}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.mfa = "OPTIONAL"
        self.refuses_mail: tuple[str, str] | None = None
        """Code and message of the error with which emails are refused."""
        self.makes_users_all_the_same = False
        self._client = _client()

    @property
    def exceptions(self) -> Any:
        return self._client.exceptions

    def admin_create_user(self, **asked: Any) -> dict[str, Any]:
        self.calls.append(("admin_create_user", asked))
        email = asked["Username"]
        if asked.get("MessageAction") == "RESEND":
            self._mail()
            return self._find(email)
        if email in self.users:
            raise self._error("UsernameExistsException", "User account already exists.")
        if "@" not in email:
            raise self._error("InvalidParameterException", "Username should be an email.")
        if asked.get("MessageAction") != "SUPPRESS" and not self.makes_users_all_the_same:
            self._mail()
        self.users[email] = {
            "Username": f"sub-{len(self.users)}",
            "Attributes": [
                {"Name": "sub", "Value": f"sub-{len(self.users)}"},
                *asked["UserAttributes"],
            ],
            "UserStatus": "FORCE_CHANGE_PASSWORD",
            "Enabled": True,
            "UserCreateDate": datetime(2026, 11, 21, tzinfo=UTC),
            "password": asked.get("TemporaryPassword"),
        }
        if asked.get("MessageAction") != "SUPPRESS":
            self._mail()
        return self.users[email]

    def admin_get_user(self, **asked: Any) -> dict[str, Any]:
        found = self._find(asked["Username"])
        return {**found, "UserAttributes": found["Attributes"]}

    def admin_set_user_password(self, **asked: Any) -> None:
        self.calls.append(("admin_set_user_password", asked))
        assert asked["Permanent"]
        user = self._find(asked["Username"])
        user["password"], user["UserStatus"] = asked["Password"], "CONFIRMED"

    def admin_add_user_to_group(self, **asked: Any) -> None:
        self._find(asked["Username"])
        members = self._members(asked["GroupName"])
        if asked["Username"] not in members:
            members.append(asked["Username"])

    def admin_remove_user_from_group(self, **asked: Any) -> None:
        self._find(asked["Username"])
        members = self._members(asked["GroupName"])
        members[:] = [member for member in members if member != asked["Username"]]

    def admin_delete_user(self, **asked: Any) -> None:
        self._find(asked["Username"])
        del self.users[asked["Username"]]

    def admin_reset_user_password(self, **asked: Any) -> None:
        self.calls.append(("admin_reset_user_password", asked))
        self._mail()
        self._find(asked["Username"])["UserStatus"] = "RESET_REQUIRED"

    def admin_user_global_sign_out(self, **asked: Any) -> None:
        self.calls.append(("admin_user_global_sign_out", asked))
        self._find(asked["Username"])

    def admin_disable_user(self, **asked: Any) -> None:
        self.calls.append(("admin_disable_user", asked))
        self._find(asked["Username"])["Enabled"] = False

    def admin_enable_user(self, **asked: Any) -> None:
        self.calls.append(("admin_enable_user", asked))
        self._find(asked["Username"])["Enabled"] = True

    def admin_set_user_mfa_preference(self, **asked: Any) -> None:
        self.calls.append(("admin_set_user_mfa_preference", asked))
        assert asked["SoftwareTokenMfaSettings"] == {"Enabled": False, "PreferredMfa": False}
        self._find(asked["Username"])["UserMFASettingList"] = []

    def describe_user_pool(self, **_asked: Any) -> dict[str, Any]:
        return {"UserPool": {"MfaConfiguration": self.mfa}}

    def get_paginator(self, name: str) -> Any:
        assert self._client.can_paginate(name)
        return _Pages(self, name)

    def _find(self, email: str) -> dict[str, Any]:
        if email not in self.users:
            raise self._error("UserNotFoundException", "User does not exist.")
        return self.users[email]

    def _mail(self) -> None:
        if self.refuses_mail:
            raise self._error(*self.refuses_mail)

    def _members(self, group: str) -> list[str]:
        if group not in self.groups:
            raise self._error("ResourceNotFoundException", "Group not found.")
        return self.groups[group]

    def _error(self, code: str, message: str) -> Exception:
        kind = getattr(self._client.exceptions, code)
        error: Exception = kind({"Error": {"Code": code, "Message": message}}, "Operation")
        return error

    def listed(self, name: str, asked: dict[str, Any]) -> tuple[str, list[Any]]:
        if name == "list_users":
            return "Users", list(self.users.values())
        if name == "list_users_in_group":
            emails = self._members(asked["GroupName"])
            return "Users", [self.users[email] for email in emails]
        mine = [group for group in GROUPS if asked["Username"] in self.groups[group]]
        return "Groups", [{"GroupName": group} for group in mine]


@cache
def _client() -> Any:
    """For its exceptions, and what it can page through."""
    return boto3.client("cognito-idp", region_name="eu-west-1")


class _Pages:
    def __init__(self, people: People, name: str) -> None:
        self._people, self._name = people, name

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        key, found = self._people.listed(self._name, asked)
        for start in range(0, max(len(found), 1), PAGE):
            yield {key: found[start : start + PAGE]}

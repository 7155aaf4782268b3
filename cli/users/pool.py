"""The user pool of a deployment, as the commands need it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cli.deployment import Deployment, NoDeploymentError
from lambdas.common.errors import SightlineError
from lambdas.common.routes import Group


@dataclass(frozen=True)
class User:
    """One user. `status` is Cognito's, such as CONFIRMED or FORCE_CHANGE_PASSWORD."""

    id: str
    email: str
    name: str | None
    status: str
    enabled: bool
    created_at: str
    groups: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "id": self.id,
            "email": self.email,
            "name": self.name,
            "groups": list(self.groups),
            "status": self.status,
            "enabled": self.enabled,
            "created_at": self.created_at,
        }


class UserPool:
    """Reads and changes the users. Raises SightlineError for what a person can mend."""

    def __init__(self, cognito: Any, pool: str, where: str) -> None:
        self._cognito, self._pool, self._where = cognito, pool, where

    @classmethod
    def of(cls, deployment: Deployment) -> "UserPool":
        """Return the pool of a deployment; one without the API has none."""
        if "UserPoolId" not in deployment.outputs:
            raise NoDeploymentError(
                f"{deployment.name} has no users: it was deployed without the API (setting api), "
                "or by an older version"
            )
        pool = deployment.output("UserPoolId")
        return cls(deployment.client("cognito-idp"), pool, deployment.name)

    def add(self, email: str, name: str | None, *, password: str | None) -> None:
        """Make a user; Cognito mails an invitation, unless the first password is given here."""
        attributes = [
            {"Name": "email", "Value": email},
            # So that a forgotten password can be reset: whoever reads the invitation has it.
            {"Name": "email_verified", "Value": "true"},
            *([{"Name": "name", "Value": name}] if name else []),
        ]
        how: dict[str, Any] = {"DesiredDeliveryMediums": ["EMAIL"]}
        if password is not None:
            how = {"TemporaryPassword": password, "MessageAction": "SUPPRESS"}
        exceptions = self._cognito.exceptions
        try:
            self._cognito.admin_create_user(
                UserPoolId=self._pool, Username=email, UserAttributes=attributes, **how
            )
        except exceptions.UsernameExistsException as error:
            raise SightlineError(
                f"{email} is a user of {self._where} already; to change what they may do: "
                f"sightline users groups {email} --add GROUP"
            ) from error
        except exceptions.InvalidParameterException as error:
            message = error.response["Error"]["Message"]
            raise SightlineError(f"Cognito does not take {email}: {message}") from error

    def invite_again(self, email: str) -> None:
        """Mail a new invitation to who has not signed in yet."""
        self._call(
            "admin_create_user", email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
        )

    def get(self, email: str) -> User:
        """Return one user."""
        found = self._call("admin_get_user", email)
        groups = [
            group["GroupName"]
            for page in self._cognito.get_paginator("admin_list_groups_for_user").paginate(
                UserPoolId=self._pool, Username=email
            )
            for group in page["Groups"]
        ]
        return _user(found, found["UserAttributes"], groups)

    def list(self) -> Iterator[User]:
        """Yield every user, page by page."""
        groups: dict[str, list[str]] = {}
        for group in Group:
            pages = self._cognito.get_paginator("list_users_in_group").paginate(
                UserPoolId=self._pool, GroupName=str(group)
            )
            for page in pages:
                for member in page["Users"]:
                    groups.setdefault(member["Username"], []).append(str(group))
        for page in self._cognito.get_paginator("list_users").paginate(UserPoolId=self._pool):
            for found in page["Users"]:
                yield _user(found, found["Attributes"], groups.get(found["Username"], ()))

    def join(self, email: str, groups: Iterable[Group]) -> None:
        """Put a user into groups; who is there already stays."""
        for group in groups:
            self._call("admin_add_user_to_group", email, GroupName=str(group))

    def leave(self, email: str, groups: Iterable[Group]) -> None:
        """Take a user out of groups, and end their sessions if there were any to leave."""
        leaving = list(groups)
        for group in leaving:
            self._call("admin_remove_user_from_group", email, GroupName=str(group))
        if leaving:
            self._call("admin_user_global_sign_out", email)

    def remove(self, email: str) -> None:
        """Delete a user."""
        self._call("admin_delete_user", email)

    def reset(self, email: str) -> None:
        """Mail a code for a new password; the old one is good no longer, nor is any session."""
        self._call("admin_reset_user_password", email)
        self._call("admin_user_global_sign_out", email)

    def _call(self, operation: str, email: str, **arguments: Any) -> Any:
        exceptions = self._cognito.exceptions
        try:
            return getattr(self._cognito, operation)(
                UserPoolId=self._pool, Username=email, **arguments
            )
        except exceptions.UserNotFoundException as error:
            raise SightlineError(
                f"{self._where} has no user {email}; see: sightline users list"
            ) from error
        except exceptions.ResourceNotFoundException as error:
            message = error.response["Error"]["Message"]
            raise SightlineError(f"{self._where}: {message}; deploy it again") from error


def _user(found: Any, attributes: Any, groups: Iterable[str]) -> User:
    values = {attribute["Name"]: attribute["Value"] for attribute in attributes}
    return User(
        id=values.get("sub", found["Username"]),
        email=values.get("email", found["Username"]),
        name=values.get("name"),
        status=found["UserStatus"],
        enabled=found["Enabled"],
        created_at=found["UserCreateDate"].isoformat(timespec="seconds"),
        groups=tuple(sorted(groups)),
    )

"""The user pool of a deployment, as the commands need it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cli.deployment import Deployment, NoDeploymentError
from lambdas.common.errors import SightlineError
from lambdas.common.routes import Group

UNCONFIRMED = "UNCONFIRMED"
"""The status of who signed up and has not shown yet that the address is theirs."""
_SENDER = (
    "Cognito's own sender is for about 50 emails a day; for more, see the setting email_from in "
    "docs/settings.md"
)


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
            raise SightlineError(self._known_already(self.get(email))) from error
        except exceptions.InvalidParameterException as error:
            raise SightlineError(f"Cognito does not take {email}: {_said(error)}") from error
        except (
            exceptions.CodeDeliveryFailureException,
            exceptions.LimitExceededException,
        ) as error:
            raise SightlineError(
                f"{email} was sent no invitation: {_said(error)}. {self._what_then(email)}. "
                f"{_SENDER}"
            ) from error

    def _known_already(self, user: User) -> str:
        if user.status == UNCONFIRMED:
            return not_confirmed(user.email)
        return (
            f"{user.email} is a user of {self._where} already; to change what they may do: "
            f"sightline users groups {user.email} --add GROUP"
        )

    def _what_then(self, email: str) -> str:
        """Say what has become of a user whom nothing was mailed, and what to do."""
        by_hand = f"sightline users add {email} --group GROUP --show-password mails nothing"
        if not self._has(email):
            return f"The user was not made. Add them later; or by hand: {by_hand}"
        return (
            "The user is made, but in no group. Later: "
            f"sightline users groups {email} --add GROUP, and sightline users reset {email} for "
            f"the invitation; or by hand: sightline users remove {email}, then {by_hand}"
        )

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

    def disable(self, email: str) -> None:
        """Let a user sign in no more, and end their sessions; everything of theirs stays."""
        self._call("admin_disable_user", email)

    def enable(self, email: str) -> None:
        """Let a disabled user sign in again."""
        self._call("admin_enable_user", email)

    def forget_second_factor(self, email: str) -> bool:
        """Forget a user's authenticator app and end their sessions; False if they have none.

        Raises SightlineError where everybody must have one: Cognito takes the same request there,
        and goes on to ask for the code of the lost app.
        """
        if not self._call("admin_get_user", email).get("UserMFASettingList"):
            return False
        pool = self._cognito.describe_user_pool(UserPoolId=self._pool)["UserPool"]
        if pool.get("MfaConfiguration") == "ON":
            raise SightlineError(
                f"{self._where} has mfa=required, and Cognito forgets nobody's second factor "
                "there: docs/operations.md says what to do (Lost second factor)"
            )
        off = {"Enabled": False, "PreferredMfa": False}
        self._call("admin_set_user_mfa_preference", email, SoftwareTokenMfaSettings=off)
        self._call("admin_user_global_sign_out", email)
        return True

    def remove(self, email: str) -> None:
        """Delete a user."""
        self._call("admin_delete_user", email)

    def reset(self, email: str) -> None:
        """Mail a code for a new password; the old one is good no longer, nor is any session."""
        self._call("admin_reset_user_password", email)
        self._call("admin_user_global_sign_out", email)

    def _has(self, email: str) -> bool:
        try:
            self._cognito.admin_get_user(UserPoolId=self._pool, Username=email)
        except self._cognito.exceptions.UserNotFoundException:
            return False
        return True

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
            raise SightlineError(f"{self._where}: {_said(error)}; deploy it again") from error
        except (
            exceptions.CodeDeliveryFailureException,
            exceptions.LimitExceededException,
        ) as error:
            raise SightlineError(
                f"{email} was sent no email: {_said(error)}. Ask again later. {_SENDER}"
            ) from error
        except (
            exceptions.InvalidParameterException,
            exceptions.NotAuthorizedException,
        ) as error:
            raise SightlineError(f"Cognito refuses this for {email}: {_said(error)}") from error


def not_confirmed(email: str) -> str:
    """Say what it means that somebody signed up as `email`, and what to do."""
    return (
        f"somebody signed up as {email}, chose the password, and has not shown yet that the "
        "address is theirs. Ask them: if it was them, they confirm it with the code that was "
        f"mailed, and then may be put into a group; if not: sightline users remove {email}, and "
        "then sightline users add"
    )


def _said(error: Any) -> str:
    """What Cognito says of an error, without the dot."""
    return str(error.response["Error"]["Message"]).rstrip(".")


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

"""Who is calling: what the authorizer read from the ID token that it checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.api.errors import NotSignedInError
from lambdas.common.routes import Group


def _is_verified(claims: Mapping[str, Any]) -> bool:
    return bool(claims.get("email")) and str(claims.get("email_verified")).lower() == "true"


@dataclass(frozen=True)
class Caller:
    """A signed-in user: `sub` never changes, `name` is the e-mail address that people see."""

    sub: str
    name: str
    groups: frozenset[Group]

    @property
    def is_admin(self) -> bool:
        """True for an admin."""
        return Group.ADMINS in self.groups

    @property
    def reviews(self) -> bool:
        """True for those who decide on other people's images."""
        return bool(self.groups & {Group.ADMINS, Group.REVIEWERS})


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return who sent an API Gateway event.

    Raises NotSignedInError without the claims of an ID token.
    """
    context = event.get("requestContext") or {}
    claims = (context.get("authorizer") or {}).get("claims") or {}
    if claims.get("token_use") != "id" or not claims.get("sub"):
        raise NotSignedInError("sign in, and send the ID token in the header Authorization")
    return Caller(
        sub=str(claims["sub"]),
        # An address counts once it is shown to be theirs: decisions are kept under it.
        name=str(claims["email"] if _is_verified(claims) else claims["sub"]),
        groups=_groups_in(str(claims.get("cognito:groups", ""))),
    )


def _groups_in(text: str) -> frozenset[Group]:
    """Read the list of groups, which API Gateway writes as one text: `a,b`; other gateways `[a b]`.

    Nothing but the one or the other is taken apart. Cognito has no blanks in a group's name, but
    commas: `x,admins` reads as two. Who may make groups is an admin (docs/security.md).
    """
    is_bracketed = text.startswith("[") and text.endswith("]")
    names = text[1:-1].split(" ") if is_bracketed else text.split(",")
    return frozenset(group for group in Group if group in names)

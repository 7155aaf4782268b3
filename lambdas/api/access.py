"""Who may do what: the groups of a route, and which images a group sees behind it."""

from collections.abc import Mapping
from typing import Any

from lambdas.api.caller import Caller
from lambdas.api.errors import ForbiddenError
from lambdas.common.routes import ROUTES, Group
from lambdas.common.status import Status

Record = Mapping[str, Any]


def check_route(method: str, path: str, caller: Caller) -> None:
    """Raise ForbiddenError unless one of the caller's groups may use a route of `ROUTES`.

    A route that is not in the table is nobody's.
    """
    allowed = ROUTES.get((method, path), frozenset())
    if caller.groups & allowed:
        return
    if not caller.groups:
        raise ForbiddenError(
            f"{caller.name} is in no group yet; ask an administrator for one "
            f"({', '.join(Group)}), then sign in again"
        )
    raise ForbiddenError(f"this is for {' and '.join(sorted(allowed)) or 'nobody'} only")


def owns(record: Record, caller: Caller) -> bool:
    """Return whether an image is the caller's own."""
    return Group.UPLOADERS in caller.groups and record.get("owner") == caller.sub


def may_see(record: Record, caller: Caller) -> bool:
    """Return whether the caller may see an image: their own, one of the review, or any."""
    if caller.is_admin or owns(record, caller):
        return True
    return Group.REVIEWERS in caller.groups and _is_of_the_review(record)


def may_delete(record: Record, caller: Caller) -> bool:
    """Return whether the caller may delete an image: their own, or any."""
    return caller.is_admin or owns(record, caller)


def may_review(record: Record, caller: Caller) -> bool:
    """Return whether the caller may decide on an image."""
    return caller.is_admin or (Group.REVIEWERS in caller.groups and _is_of_the_review(record))


def _is_of_the_review(record: Record) -> bool:
    # Decided ones too, so that a decision can be looked at and taken back.
    return record.get("status") == Status.IN_REVIEW or bool(record.get("reviews"))

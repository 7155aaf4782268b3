"""The API's routes, and which groups may use each: the stack makes them, the function checks them.

What a group sees behind a route is in lambdas/api/access.py: uploaders see their own images only,
reviewers those in review or decided on.
"""

from enum import StrEnum


class Group(StrEnum):
    """A group of the user pool; a user may be in several."""

    UPLOADERS = "uploaders"
    REVIEWERS = "reviewers"
    ADMINS = "admins"


_ADMINS = frozenset({Group.ADMINS})
_UPLOADERS = _ADMINS | {Group.UPLOADERS}
_REVIEWERS = _ADMINS | {Group.REVIEWERS}
_ALL = frozenset(Group)

ROUTES: dict[tuple[str, str], frozenset[Group]] = {
    ("POST", "/upload"): _UPLOADERS,
    ("GET", "/results"): _UPLOADERS,
    ("GET", "/results/{id}"): _ALL,
    ("GET", "/results/{id}/document"): _ALL,
    ("DELETE", "/results/{id}"): _UPLOADERS,
    ("GET", "/reviews"): _REVIEWERS,
    ("POST", "/reviews/{id}/claim"): _REVIEWERS,
    ("DELETE", "/reviews/{id}/claim"): _REVIEWERS,
    ("POST", "/reviews/{id}/decision"): _REVIEWERS,
    ("POST", "/reviews/{id}/undo"): _REVIEWERS,
    ("GET", "/reviews/{id}/history"): _ALL,
    ("GET", "/batches"): _ADMINS,
    ("POST", "/batches"): _ADMINS,
    ("GET", "/batches/{batch_id}"): _ADMINS,
    ("POST", "/batches/{batch_id}/start"): _ADMINS,
    ("POST", "/batches/{batch_id}/cancel"): _ADMINS,
    ("GET", "/batches/{batch_id}/report"): _ADMINS,
    ("GET", "/stats"): _ADMINS,
    ("GET", "/openapi.json"): _ALL,
}
"""Method and path of each route, and who may use it; nobody else, and nothing else, gets in."""

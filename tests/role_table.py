"""The table of who may do what, as a person would write it; the tests ask every cell of it.

Each row is a route and what it is asked about, each column a role: the status of the answer. The
image is the owner's. 404 stands where somebody may not even know that there is an image.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who asks."""

    OWNER = "owner"
    """An uploader, about their own image."""
    UPLOADER = "another uploader"
    REVIEWER = "reviewer"
    BOTH = "another uploader who is a reviewer too"
    ADMIN = "admin"
    NO_GROUP = "no group"


class Target(StrEnum):
    """What is asked about."""

    NOTHING = "nothing"
    DONE = "an image that is done"
    IN_REVIEW = "an image in review"
    DECIDED = "an image that was decided on"
    CLAIMED = "an image in review that somebody else has claimed"
    TASK = "an upload that is awaited"
    ARRIVED = "an upload that has arrived, of which there is no record yet"
    DONE_BY_TASK = "an image that is done, by its task's id"
    IN_REVIEW_BY_TASK = "an image in review, by its task's id"
    BATCH = "a batch"

    @property
    def is_named_by_task(self) -> bool:
        """True where an image is asked for by the id of the upload that it came of."""
        return self in {Target.DONE_BY_TASK, Target.IN_REVIEW_BY_TASK}

    @property
    def is_done(self) -> bool:
        """True for images that the pipeline ended as done."""
        return self in {Target.DONE, Target.DONE_BY_TASK}

    @property
    def was_in_review(self) -> bool:
        """True for images that the pipeline ended as in review."""
        return self in {
            *(Target.IN_REVIEW, Target.IN_REVIEW_BY_TASK),
            *(Target.DECIDED, Target.CLAIMED),
        }


_N, _D, _R, _X, _C, _T, _A, _DT, _RT, _B = Target

_TABLE = {
    # (method, route), about: owner, another uploader, reviewer, both, admin, no group
    ("POST", "/upload", _N): (201, 201, 403, 201, 201, 403),
    ("GET", "/results", _D): (200, 200, 403, 200, 200, 403),
    ("GET", "/results/{id}", _D): (200, 404, 404, 404, 200, 403),
    ("GET", "/results/{id}", _R): (200, 404, 200, 200, 200, 403),
    ("GET", "/results/{id}", _X): (200, 404, 200, 200, 200, 403),
    ("GET", "/results/{id}", _T): (200, 404, 404, 404, 200, 403),
    ("GET", "/results/{id}", _A): (200, 404, 404, 404, 200, 403),
    ("GET", "/results/{id}", _DT): (200, 404, 404, 404, 200, 403),
    ("GET", "/results/{id}", _RT): (200, 404, 200, 200, 200, 403),
    ("GET", "/results/{id}/document", _D): (200, 404, 404, 404, 200, 403),
    ("GET", "/results/{id}/document", _R): (200, 404, 200, 200, 200, 403),
    ("GET", "/results/{id}/document", _X): (200, 404, 200, 200, 200, 403),
    ("GET", "/results/{id}/document", _T): (404, 404, 404, 404, 404, 403),
    ("GET", "/results/{id}/document", _A): (404, 404, 404, 404, 404, 403),
    ("GET", "/results/{id}/document", _DT): (200, 404, 404, 404, 200, 403),
    ("DELETE", "/results/{id}", _D): (204, 404, 403, 404, 204, 403),
    ("DELETE", "/results/{id}", _R): (204, 404, 403, 404, 204, 403),
    ("DELETE", "/results/{id}", _X): (204, 404, 403, 404, 204, 403),
    ("DELETE", "/results/{id}", _T): (204, 404, 403, 404, 204, 403),
    ("DELETE", "/results/{id}", _A): (204, 404, 403, 404, 204, 403),
    ("DELETE", "/results/{id}", _DT): (204, 404, 403, 404, 204, 403),
    ("GET", "/reviews", _R): (403, 403, 200, 200, 200, 403),
    ("POST", "/reviews/{id}/claim", _R): (403, 403, 200, 200, 200, 403),
    ("POST", "/reviews/{id}/claim", _D): (403, 403, 404, 404, 409, 403),
    ("POST", "/reviews/{id}/claim", _X): (403, 403, 409, 409, 409, 403),
    ("POST", "/reviews/{id}/claim", _C): (403, 403, 409, 409, 409, 403),
    ("POST", "/reviews/{id}/claim", _T): (403, 403, 404, 404, 404, 403),
    ("POST", "/reviews/{id}/claim", _DT): (403, 403, 404, 404, 409, 403),
    ("POST", "/reviews/{id}/claim", _RT): (403, 403, 200, 200, 200, 403),
    ("DELETE", "/reviews/{id}/claim", _R): (403, 403, 204, 204, 204, 403),
    ("DELETE", "/reviews/{id}/claim", _D): (403, 403, 404, 404, 204, 403),
    ("DELETE", "/reviews/{id}/claim", _X): (403, 403, 204, 204, 204, 403),
    ("DELETE", "/reviews/{id}/claim", _C): (403, 403, 409, 409, 204, 403),
    ("DELETE", "/reviews/{id}/claim", _T): (403, 403, 404, 404, 404, 403),
    ("POST", "/reviews/{id}/decision", _R): (403, 403, 200, 200, 200, 403),
    ("POST", "/reviews/{id}/decision", _D): (403, 403, 404, 404, 422, 403),
    ("POST", "/reviews/{id}/decision", _X): (403, 403, 422, 422, 422, 403),
    ("POST", "/reviews/{id}/decision", _C): (403, 403, 409, 409, 409, 403),
    ("POST", "/reviews/{id}/decision", _T): (403, 403, 404, 404, 404, 403),
    ("POST", "/reviews/{id}/decision", _DT): (403, 403, 404, 404, 422, 403),
    ("POST", "/reviews/{id}/undo", _X): (403, 403, 200, 200, 200, 403),
    ("POST", "/reviews/{id}/undo", _D): (403, 403, 404, 404, 422, 403),
    ("POST", "/reviews/{id}/undo", _T): (403, 403, 404, 404, 404, 403),
    ("GET", "/reviews/{id}/history", _X): (200, 404, 200, 200, 200, 403),
    ("GET", "/reviews/{id}/history", _D): (200, 404, 404, 404, 200, 403),
    ("GET", "/reviews/{id}/history", _T): (404, 404, 404, 404, 404, 403),
    ("GET", "/reviews/{id}/history", _DT): (200, 404, 404, 404, 200, 403),
    ("GET", "/batches", _B): (403, 403, 403, 403, 200, 403),
    ("POST", "/batches", _N): (403, 403, 403, 403, 201, 403),
    ("GET", "/batches/{batch_id}", _B): (403, 403, 403, 403, 200, 403),
    ("POST", "/batches/{batch_id}/start", _B): (403, 403, 403, 403, 200, 403),
    ("POST", "/batches/{batch_id}/cancel", _B): (403, 403, 403, 403, 200, 403),
    ("GET", "/batches/{batch_id}/report", _B): (403, 403, 403, 403, 200, 403),
    ("GET", "/stats", _N): (403, 403, 403, 403, 200, 403),
    ("GET", "/openapi.json", _N): (200, 200, 200, 200, 200, 403),
}

BODIES: dict[tuple[str, str], dict[str, object]] = {
    ("POST", "/upload"): {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9},
    ("POST", "/reviews/{id}/decision"): {"decision": "approve", "seen": 0},
    ("POST", "/reviews/{id}/undo"): {"seen": 0},
    ("POST", "/batches"): {"bucket": "photos"},
}
"""What is sent where a route takes something, about an image on which nobody has decided."""


@dataclass(frozen=True)
class Cell:
    """One cell of the table."""

    method: str
    route: str
    target: Target
    role: Role
    status: int

    @property
    def path(self) -> str:
        """The path, to be filled in with a name."""
        return self.route.replace("{batch_id}", "{}").replace("{id}", "{}")

    @property
    def body(self) -> dict[str, object] | None:
        """What is sent."""
        body = BODIES.get((self.method, self.route))
        is_seen = body is not None and "seen" in body and self.target is Target.DECIDED
        return {**body, "seen": 1} if body is not None and is_seen else body

    @property
    def changes_something(self) -> bool:
        """True for what leaves its target other than it was."""
        return self.method != "GET" and self.status < 400

    @property
    def needs_another_batch(self) -> bool:
        """True for what cannot be done with a batch that is over."""
        return self.route.endswith("/cancel")

    def __str__(self) -> str:
        return f"{self.role} {self.method} {self.route} ({self.target})"


CELLS = [
    Cell(method, route, target, role, status)
    for (method, route, target), statuses in _TABLE.items()
    for role, status in zip(Role, statuses, strict=True)
]

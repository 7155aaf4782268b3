"""What the requests of Schemathesis are about: something that is there, most of the time."""

import zlib
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.local.api.office import Office
from tests.local.api.supply import Supply
from tests.role_table import Role, Target

Case = schemathesis.Case[Any]

_TARGETS = {
    "getImage": Target.DECIDED,
    "getResultDocument": Target.DECIDED,
    "getHistory": Target.DECIDED,
    "deleteImage": Target.DONE,
    "claimImage": Target.IN_REVIEW,
    "releaseImage": Target.IN_REVIEW,
    "decideOnImage": Target.IN_REVIEW,
    "undoDecision": Target.DECIDED,
    "getBatch": Target.BATCH,
    "startBatch": Target.BATCH,
    "cancelBatch": Target.BATCH,
    "getReport": Target.BATCH,
}
"""What each operation is about that names something."""
_NOT_BEGUN = {"startBatch", "cancelBatch"}
_READING = {"getImage", "getResultDocument", "getHistory", "getBatch", "getReport"}


@dataclass
class Aims:
    """Points requests at something: each role at its own for what each operation changes."""

    office: Office
    supply: Supply
    _found: dict[tuple[object, ...], str] = field(default_factory=dict)

    def aim(self, case: Case, role: Role) -> bool:
        """Have a request name something that is there; return False where it stays as it was.

        What is not well-formed does, and one in four of an admin's: there is nothing by that name.
        """
        if not case.path_parameters or _is_wrong(case, ParameterLocation.PATH):
            return not case.path_parameters
        ((parameter, value),) = case.path_parameters.items()
        # By the request itself: one that fails is asked for again.
        if (
            role is Role.ADMIN
            and zlib.crc32(repr((value, case.query, case.body)).encode()) % 4 == 0
        ):
            return False
        operation = str(case.operation.definition.raw["operationId"])
        name = self._target(operation, role)
        case.path_parameters[parameter] = name
        if "seen" in _body(case) and not _is_wrong(case, ParameterLocation.BODY):
            self._look(case, operation, name)
        return True

    def _target(self, operation: str, role: Role) -> str:
        target = _TARGETS[operation]
        key = (target,) if operation in _READING else (operation, role)
        if key not in self._found:
            is_over = operation not in _NOT_BEGUN
            self._found[key] = self.supply.new(target, is_over=is_over)
        return self._found[key]

    def _look(self, case: Case, operation: str, name: str) -> None:
        """Have a person decide on what there is, as one who has just looked at it."""
        admin, path = self.office[Role.ADMIN], f"/results/{name}"
        image = admin.ask("GET", path).body
        if operation == "undoDecision" and image["review"] is None:
            body = {"decision": "approve", "seen": image["reviews"]}
            decided = admin.ask("POST", f"/reviews/{name}/decision", body)
            assert decided.status == 200, decided.body
            image = admin.ask("GET", path).body
        asked = _body(case)
        if operation == "decideOnImage" and not image["reviews"]:
            asked = {"decision": "approve"}  # a correction at random hardly ever fits
        case.body = {**asked, "seen": image["reviews"]}
        if case.body.get("seen_finished_at") is not None:
            case.body["seen_finished_at"] = image["finished_at"]


def _body(case: Case) -> dict[str, Any]:
    return case.body if isinstance(case.body, dict) else {}


def _is_wrong(case: Case, location: ParameterLocation) -> bool:
    return case.meta is not None and bool(case.meta.is_negative_at(location))

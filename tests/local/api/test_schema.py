"""Schemathesis against the deployed API: what openapi.json promises is what comes back.

Each role asks what it may, mostly about something that is there, and every operation has to have
answered with what was asked for at least once. `make soak` asks longer, and each time anew.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    response_schema_conformance,
    unsupported_method,
)

from lambdas.common.routes import ROUTES, Group
from tests.local.api.aims import Aims
from tests.local.api.office import Office
from tests.local.api.supply import Supply
from tests.patience import PATIENCE_SECONDS
from tests.role_table import Role

ROOT = Path(__file__).parents[3]
GROUPS = {
    Role.OWNER: Group.UPLOADERS,
    Role.REVIEWER: Group.REVIEWERS,
    Role.ADMIN: Group.ADMINS,
}
EXAMPLES = {Role.OWNER: 4, Role.REVIEWER: 4, Role.ADMIN: 12}
"""Random requests of each operation: what fits openapi.json, and of an admin also what does not,
beside what is at its boundaries."""
MANY = 300

FITS_NOT = {
    "askForUpload": {422},
    "findImages": {422},
    "listReviews": {422},
    "claimImage": {409},
    "decideOnImage": {409, 422},
    "undoDecision": {409, 422},
    "createBatch": {409, 422},
    "startBatch": {409},
    "cancelBatch": {409},
}
"""What a schema cannot say: 30 February, a text without a word, a decision that changes nothing,
what somebody else did meanwhile. Every other request that fits openapi.json is carried out."""

_OTHERWISE = [
    # API Gateway answers 404, not 405, where a path has no such method.
    unsupported_method,
    # It asks again without the header that says which API. test_roles.py asks for no token.
    ignored_auth,
]
# API Gateway calls an answer without a type JSON, also one without a body.
NOT_CHECKED = {False: _OTHERWISE, True: [*_OTHERWISE, response_schema_conformance]}

Case = schemathesis.Case[Any]
Test = Callable[..., None]


def schema_of(mode: str) -> Any:
    config = {
        # Judged here instead, for each operation by itself.
        "checks": {"positive_data_acceptance": {"enabled": False}},
        # Otherwise a token at random takes the place of the person's.
        "generation": {"with-security-parameters": False, "mode": mode},
    }
    return schemathesis.openapi.from_path(
        ROOT / "docs/openapi.json", config=schemathesis.Config.from_dict(config)
    )


FITTING, ANY = schema_of("positive"), schema_of("all")


@pytest.fixture(scope="module")
def aims(office: Office) -> Aims:
    return Aims(office, Supply(office, at_once=3))


@pytest.fixture
def answered() -> Iterator[Counter[int]]:
    """How often an operation answered with which status."""
    found: Counter[int] = Counter()
    yield found
    assert any(200 <= status < 300 for status in found), f"never carried out: {dict(found)}"


def asking(role: Role, schema: Any, **profile: Any) -> Test:
    """Return a test in which somebody of a role asks for everything that it may."""

    def may(context: Any) -> bool:
        route = context.operation.method.upper(), context.operation.path
        return GROUPS[role] in ROUTES[route]

    @settings(deadline=None, suppress_health_check=list(HealthCheck), **profile)
    def test(office: Office, aims: Aims, answered: Counter[int], case: Case) -> None:
        is_aimed = aims.aim(case, role)
        stack = office.door.deployed.stack
        headers = {"Host": office.door.host, "Authorization": office[role].token}
        how: dict[str, Any] = {
            "verify": str(stack.files.certificate("ca")),
            "timeout": PATIENCE_SECONDS,
        }
        answer = case.call(base_url=f"{stack.endpoint}/{office.door.stage}", headers=headers, **how)
        status = answer.status_code
        answered[status] += 1
        case.validate_response(
            answer,
            excluded_checks=NOT_CHECKED[status == HTTPStatus.NO_CONTENT],
            headers=headers,
            transport_kwargs=how,
        )
        assert answer.content or status == HTTPStatus.NO_CONTENT
        assert status not in {401, 403}, answer.text
        if case.meta is not None and case.meta.generation.mode.is_positive:
            expected = FITS_NOT.get(str(case.operation.definition.raw["operationId"]), set())
            # By chance it may be the id of a batch that another request made, and has no report.
            unknown = set() if is_aimed else {404, 409}
            assert status < 300 or status in expected | unknown, answer.text

    wrapped: Test = schema.include(may).parametrize()(test)
    return wrapped


def quick(role: Role, schema: Any, *phases: Phase) -> Test:
    # The same in every run, so that a run that fails can be repeated.
    return asking(
        role,
        schema,
        max_examples=EXAMPLES[role],
        derandomize=True,
        phases=[*phases, Phase.generate],
    )


def long(role: Role) -> Test:
    found: Test = pytest.mark.soak(asking(role, ANY, max_examples=MANY, phases=[Phase.generate]))
    return found


test_what_an_uploader_asks = quick(Role.OWNER, FITTING)
test_what_a_reviewer_asks = quick(Role.REVIEWER, FITTING)
test_what_an_admin_asks = quick(Role.ADMIN, ANY, Phase.explicit)
test_what_an_uploader_asks_for_long = long(Role.OWNER)
test_what_a_reviewer_asks_for_long = long(Role.REVIEWER)
test_what_an_admin_asks_for_long = long(Role.ADMIN)

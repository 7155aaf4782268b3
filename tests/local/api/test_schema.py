"""Schemathesis against the deployed API: what openapi.json promises is what comes back."""

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import unsupported_method

from tests.local.api.office import Office
from tests.role_table import Role

EXAMPLES = 12
"""Requests of each route: enough for every boundary, few enough for every run of the tests."""

ROOT = Path(__file__).parents[3]
# What a schema cannot say: a name that is taken, a decision that changes nothing, 30 February.
FITS_NOT = [409, 422]
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, *FITS_NOT]}
        }
    }
)
schema = schemathesis.openapi.from_path(ROOT / "docs/openapi.json", config=CONFIG)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_what_comes_back_is_what_is_promised(office: Office, case: schemathesis.Case[Any]) -> None:
    stack = office.door.deployed.stack
    case.call_and_validate(
        base_url=f"{stack.endpoint}/{office.door.stage}",
        headers={"Host": office.door.host, "Authorization": office[Role.ADMIN].token},
        verify=str(stack.files.certificate("ca")),
        timeout=30,
        excluded_checks=[
            # API Gateway answers 404, not 405, where a path has no such method.
            unsupported_method,
        ],
    )

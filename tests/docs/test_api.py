"""docs/api.md says what the code does: who may use which route."""

import re

from lambdas.common.routes import ROUTES, Group
from tests.docs.pages import ROOT

ROW = re.compile(r"^\| `(GET|POST|DELETE) (/\S+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)


def test_the_table_of_roles_is_that_of_the_routes() -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    groups = (Group.UPLOADERS, Group.REVIEWERS, Group.ADMINS)

    documented = {
        (method, path): {group for group, cell in zip(groups, cells, strict=True) if cell.strip()}
        for method, path, *cells in ROW.findall(text)
    }

    assert documented == {route: set(allowed) for route, allowed in ROUTES.items()}

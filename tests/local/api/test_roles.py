"""Every cell of the table of roles with real tokens, and tokens that are none."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.routes import ROUTES
from tests.local.api.office import Office
from tests.local.api.people import Person, Pool
from tests.local.api.supply import Supply
from tests.local.deployed import Deployed
from tests.role_table import BODIES, CELLS, Cell, Role


@pytest.fixture(scope="module")
def supply(office: Office) -> Iterator[Supply]:
    made = Supply(office)
    yield made
    made.close()


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_cell_of_the_table(office: Office, supply: Supply, cell: Cell) -> None:
    path = cell.path.format(supply.of(cell))

    answer = office[cell.role].ask(cell.method, path, cell.body)

    assert answer.status == cell.status, answer.body
    if cell.status >= 400:
        assert answer.detail


def a_path(route: str) -> str:
    return route.replace("{id}", "0" * 32).replace("{batch_id}", "b1")


@pytest.mark.parametrize(("method", "route"), ROUTES, ids=" ".join)
def test_nobody_gets_in_without_a_token(office: Office, method: str, route: str) -> None:
    answer = office.door.ask(None, method, a_path(route), BODIES.get((method, route)))

    assert answer.status == 401
    assert "ign in" in answer.detail


class TestTokens:
    """Each is refused before the function runs."""

    def refused(self, office: Office, token: str) -> None:
        for method, path in (
            ("GET", "/stats"),
            ("GET", "/results"),
            ("DELETE", "/results/" + "0" * 32),
        ):
            answer = office.door.ask(token, method, path)
            assert answer.status == 401, answer.body
            assert answer.detail

    def test_a_good_one_is_let_in(self, office: Office) -> None:
        assert office.door.ask(office[Role.ADMIN].token, "GET", "/results").status == 200

    def test_one_that_has_expired(self, office: Office) -> None:
        admin = office[Role.ADMIN]
        # Signed by the pool like any other. (On AWS the shortest lasts for five minutes.)
        brief = office.pool.make_client(
            IdTokenValidity=2, TokenValidityUnits={"IdToken": "seconds"}
        )
        token = office.pool.tokens(admin.email, admin.password, brief)["IdToken"]
        time.sleep(3)
        self.refused(office, token)

    def test_one_of_another_pool(self, office: Office, deployed: Deployed) -> None:
        cognito = deployed.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
        try:
            cognito.create_group(UserPoolId=pool, GroupName="admins")
            stranger = Person(office.door, Pool(deployed, pool), "stranger", "admins")
            self.refused(office, stranger.token)
        finally:
            cognito.delete_user_pool(UserPoolId=pool)

    @pytest.mark.parametrize(
        "change",
        [
            {"cognito:groups": ["admins"]},
            {"sub": "00000000-0000-0000-0000-000000000000"},
            {"exp": 9_999_999_999},
        ],
    )
    def test_one_that_was_changed(self, office: Office, change: dict[str, Any]) -> None:
        self.refused(office, changed(office[Role.UPLOADER].token, **change))

    def test_one_that_nobody_has_signed(self, office: Office) -> None:
        header, payload, _ = office[Role.ADMIN].token.split(".")
        unsigned = encode({"alg": "none", "typ": "JWT"})
        self.refused(office, f"{unsigned}.{payload}.")
        self.refused(office, f"{header}.{payload}.")

    def test_an_access_token(self, office: Office) -> None:
        answer = office.door.ask(office[Role.ADMIN].tokens["AccessToken"], "GET", "/stats")

        assert answer.status == 401
        assert "ID token" in answer.detail or "ign in" in answer.detail

    @pytest.mark.parametrize("token", ["", "nonsense", "Bearer", "a.b.c", "x" * 5000])
    def test_what_is_no_token_at_all(self, office: Office, token: str) -> None:
        self.refused(office, token)


def changed(token: str, **claims: Any) -> str:
    """Return a token with other claims, and the signature that it had."""
    header, payload, signature = token.split(".")
    found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return f"{header}.{encode({**found, **claims})}.{signature}"


def encode(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")

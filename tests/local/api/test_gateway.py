"""What API Gateway answers by itself: every refusal is a problem with a sentence."""

import pytest

from lambdas.common.routes import ROUTES
from tests.local.api.office import Office
from tests.role_table import Role


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/results"), ("GET", "/results/1/2/3")]
)
def test_an_unknown_route(office: Office, method: str, path: str) -> None:
    for token in (None, office[Role.ADMIN].token):
        answer = office.door.ask(token, method, path)

        assert answer.status == 404
        assert answer.detail


@pytest.mark.parametrize("body", [{"name": 5}, [], {"name": "a.jpg"}])
def test_a_body_of_another_shape(office: Office, body: object) -> None:
    answer = office[Role.OWNER].ask("POST", "/upload", body)

    assert answer.status == 400
    assert "openapi.json" in answer.detail or "body" in answer.detail


def test_the_consoles_pages_may_ask_and_no_others(office: Office) -> None:
    console = office.door.deployed.outputs["ConsoleUrl"]
    for path in sorted({path for _, path in ROUTES}):
        asked = path.replace("{id}", "0" * 32).replace("{batch_id}", "b1")
        answer = office.door.options(asked, {"Access-Control-Request-Method": "GET"})

        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == console
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    for token in (office[Role.ADMIN].token, None):
        headers = office.door.ask(token, "GET", "/stats").headers
        assert headers["Access-Control-Allow-Origin"] == console


def test_answers_carry_the_headers_that_keep_data_private(office: Office) -> None:
    for answer in (
        office[Role.ADMIN].ask("GET", "/results"),
        office.door.ask(None, "GET", "/results"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age" in answer.headers["Strict-Transport-Security"]

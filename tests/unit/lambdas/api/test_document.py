"""The OpenAPI document: what the code answers, committed and served."""

from pathlib import Path

from lambdas.api.app import Api
from lambdas.api.document import document_of, written
from lambdas.common.routes import ROUTES
from stacks.constructs.gateway_responses import PROBLEMS
from tests.unit.lambdas.api.gateway import ANNA, Gateway

COMMITTED = Path("docs/openapi.json")


def test_the_committed_document_is_what_the_code_says() -> None:
    assert COMMITTED.read_text() == written(document_of(Api().app)), (
        "run: python -m lambdas.api > docs/openapi.json"
    )


def test_it_has_every_route_and_no_other() -> None:
    found = document_of(Api().app)["paths"]

    assert {(method.upper(), path) for path in found for method in found[path]} == set(ROUTES)


def test_it_is_served(gateway: Gateway) -> None:
    answer = gateway.ask(ANNA, "GET", "/openapi.json")

    assert answer.body == document_of(Api().app)


def test_every_error_is_a_problem_and_every_operation_has_a_name() -> None:
    found = document_of(Api().app)
    operations = [each for path in found["paths"].values() for each in path.values()]

    assert len({each["operationId"] for each in operations}) == len(ROUTES)
    for operation in operations:
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]
        assert operation["summary"]
        assert any(status < "300" for status in operation["responses"])


def test_what_the_gateway_answers_by_itself_is_in_it() -> None:
    found = document_of(Api().app)
    statuses = {str(int(problem.status)) for problem in PROBLEMS.values() if problem.status}

    # A route that is not there has no operation.
    for path in found["paths"].values():
        for operation in path.values():
            assert statuses - operation["responses"].keys() <= {"404"}
    # Its text for several statuses names none.
    assert found["components"]["schemas"]["Problem"]["required"] == ["type", "detail", "instance"]

"""Errors: each a problem with a sentence, none with what is ours to know."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from lambdas.api.app import HEADERS
from lambdas.api.problems import STATUS
from lambdas.common.errors import NotYetError, RetryableError
from lambdas.common.records.queries import RecordQueries
from lambdas.common.telemetry import logger
from tests.unit.lambdas.api.gateway import ADAM, ANNA, CONSOLE, Gateway
from tests.unit.lambdas.steps import refusal

SECRET = "arn:aws:dynamodb:us-east-1:1:table/secret"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make what reads the list fail with an error."""

    def fail_with(error: Exception) -> None:
        def page(*_: Any, **__: Any) -> None:
            raise error

        monkeypatch.setattr(RecordQueries, "page", page)

    return fail_with


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (RetryableError("DynamoDB did not read 3 records"), 503, "5"),
        (NotYetError("not yet", seconds=7.4), 503, "8"),
        (refusal("Query", "ProvisionedThroughputExceededException"), 503, "5"),
        (refusal("Query", "ThrottlingException"), 503, "5"),
        (ConnectTimeoutError(endpoint_url=SECRET), 503, "5"),
        (refusal("Query", "AccessDeniedException"), 500, None),
        (KeyError(SECRET), 500, None),
        (ValueError(SECRET), 500, None),
    ],
)
def test_what_is_not_the_callers_fault(
    gateway: Gateway, failing: Any, error: Exception, status: int, retry: str | None
) -> None:
    failing(error)

    answer = gateway.ask(ANNA, "GET", "/results")

    assert answer.status == status
    assert answer.headers.get("Retry-After") == retry
    assert "secret" not in str(answer.body)
    if status == 500:
        assert "request-1" in answer.detail


def test_a_fault_of_ours_is_found_in_the_log_by_the_number_that_people_are_told(
    gateway: Gateway, failing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)
    failing(KeyError("a key"))

    gateway.ask(ANNA, "GET", "/results")

    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line["request"] for line in lines if line["message"] == "the request failed"] == [
        "request-1"
    ]


def test_a_route_that_is_not_there_is_nobodys(gateway: Gateway) -> None:
    answer = gateway.ask(ADAM, "GET", "/secrets")

    assert answer.status == 403
    assert answer.detail == "This is for nobody only."


@pytest.mark.parametrize(
    ("person", "path"), [(ANNA, "/results"), (ANNA, "/stats"), (None, "/results"), (ANNA, "/x")]
)
def test_every_answer_has_the_headers(gateway: Gateway, person: Any, path: str) -> None:
    answer = gateway.ask(person, "GET", path)

    assert HEADERS.items() <= answer.headers.items()
    assert answer.headers["Access-Control-Allow-Origin"] == CONSOLE
    assert answer.headers["Vary"] == "Origin"


def test_every_class_of_error_has_a_status_below_500_or_says_when_to_come_back() -> None:
    assert {status for status in STATUS.values() if status >= 500} == {503}

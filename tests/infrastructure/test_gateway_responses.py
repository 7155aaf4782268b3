"""What API Gateway answers by itself is a problem with a sentence, which the console may read."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.api.app import HEADERS as FUNCTION_HEADERS
from stacks.constructs.gateway_responses import CONTENT_TYPE, HEADERS, PROBLEMS
from tests.infrastructure.conftest import Template, kinds, resources_with

STATUS = {
    "UNAUTHORIZED": "401",
    "EXPIRED_TOKEN": "401",
    "ACCESS_DENIED": "403",
    "MISSING_AUTHENTICATION_TOKEN": "404",
    "INVALID_SIGNATURE": "404",
    "RESOURCE_NOT_FOUND": "404",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "REQUEST_TOO_LARGE": "413",
    "THROTTLED": "429",
    "WAF_FILTERED": "429",
    # For all that is refused besides: each keeps its own.
    "DEFAULT_4XX": None,
    "INTEGRATION_TIMEOUT": "504",
    "DEFAULT_5XX": "500",
}


@pytest.fixture(scope="module")
def responses(template: Template) -> dict[str, Any]:
    found = kinds(template.resources, "AWS::ApiGateway::GatewayResponse")
    return {response["ResponseType"]: response for response in found}


def test_every_kind_of_answer_has_its_status(responses: dict[str, Any]) -> None:
    assert {kind: found.get("StatusCode") for kind, found in responses.items()} == STATUS
    assert set(PROBLEMS) == set(STATUS)


@pytest.mark.parametrize("kind", STATUS)
def test_an_answer_is_a_problem_with_a_sentence(responses: dict[str, Any], kind: str) -> None:
    (written,) = responses[kind]["ResponseTemplates"].values()
    problem = json.loads(written)

    status = STATUS[kind]
    told = {"title", "status"} if status else set()
    assert set(problem) == {"type", "detail", "instance", *told}
    assert problem.get("status") == (int(status) if status else None)
    assert problem["detail"].endswith(".")
    assert problem["instance"] == "urn:uuid:$context.requestId"
    # Nothing that the client wrote, which could break the JSON or carry something.
    assert written.count("$context") == 1


@pytest.mark.parametrize("kind", STATUS)
def test_an_answer_has_the_security_headers_and_is_the_consoles_to_read(
    template: Template, responses: dict[str, Any], kind: str
) -> None:
    (distribution,) = template.of_type("AWS::CloudFront::Distribution")
    headers = _headers(responses[kind])

    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["Cache-Control"] == "'no-store'"
    assert headers["X-Content-Type-Options"] == "'nosniff'"
    assert headers["Strict-Transport-Security"].startswith("'max-age=63072000")
    assert distribution in json.dumps(headers["Access-Control-Allow-Origin"])
    assert headers["Vary"] == "'Origin'"


def test_those_that_a_client_can_mend_say_how(responses: dict[str, Any]) -> None:
    for kind in ("UNAUTHORIZED", "EXPIRED_TOKEN"):
        assert _headers(responses[kind])["WWW-Authenticate"] == "'Bearer'"
    waits = {
        kind: int(_headers(responses[kind])["Retry-After"].strip("'"))
        for kind in ("THROTTLED", "WAF_FILTERED")
    }
    assert waits == {"THROTTLED": 5, "WAF_FILTERED": 60}
    # Without it a browser keeps the header to itself.
    for found in responses.values():
        assert _headers(found)["Access-Control-Expose-Headers"] == "'Retry-After'"


def test_whom_the_firewall_refuses_for_good_is_told_what_to_do(responses: dict[str, Any]) -> None:
    (written,) = responses["WAF_FILTERED"]["ResponseTemplates"].values()

    told = json.loads(written)["detail"]
    assert "again in a minute" in told
    assert "If it stays" in told
    assert "administrator" in told


def test_the_headers_are_the_functions_own() -> None:
    alike = {**FUNCTION_HEADERS, "Content-Type": CONTENT_TYPE, "X-Frame-Options": "DENY"}
    del alike["Content-Security-Policy"]

    assert alike == HEADERS
    # Why: a value is put between quotation marks, which it may not have itself.
    assert not [value for value in HEADERS.values() if "'" in value]


def test_without_a_console_no_page_may_read_them(tmp_path: Path) -> None:
    resources = resources_with(tmp_path, console=False)

    found = kinds(resources, "AWS::ApiGateway::GatewayResponse")
    assert len(found) == len(STATUS)
    assert not [one for one in found if "Access-Control-Allow-Origin" in _headers(one)]


def _headers(response: Any) -> dict[str, Any]:
    return {
        name.removeprefix("gatewayresponse.header."): value
        for name, value in response["ResponseParameters"].items()
    }

"""What API Gateway checks of a body is never stricter than what the function checks."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from stacks.constructs.api_bodies import BODIES

OPENAPI = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text())

GOOD: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("POST", "/upload"): [
        {"name": "a", "content_type": "image/jpeg", "bytes": 1},
        # Beyond Unicode's first plane, as long as a name may be.
        {"name": "\U0001f697" * 255, "content_type": "image/png", "bytes": 67_108_864},
    ],
    ("POST", "/reviews/{id}/decision"): [
        {"decision": "approve", "seen": 0},
        {"decision": "reject", "comment": "\U0001f697" * 1_000, "seen": 1},
        {
            "decision": "correct",
            "comment": None,
            "add_labels": ["\U0001f697" * 100] * 50,
            "remove_labels": ["Car"] * 1_000,
            "text": ["\U0001f697" * 300] * 100,
            "seen": 1_000,
            "seen_finished_at": "2026-11-21T14:48:01.123456+00:00",
        },
        {"decision": "correct", "text": None, "seen": 0, "seen_finished_at": None},
    ],
    ("POST", "/reviews/{id}/undo"): [
        {"seen": 1},
        {"comment": None, "seen": 1, "seen_finished_at": None},
        {"comment": "sorry", "seen": 2},
    ],
    ("POST", "/batches"): [
        {"bucket": "photos"},
        {"bucket": "b" * 63, "prefix": "\U0001f697" * 1_024, "name": None, "again": True},
        {"bucket": "photos", "prefix": "", "name": "\U0001f697" * 100, "again": False},
    ],
}

BAD: list[tuple[tuple[str, str], Any]] = [
    (("POST", "/upload"), {"name": "a", "content_type": "image/jpeg"}),
    (("POST", "/upload"), {"name": "a", "content_type": "image/jpeg", "bytes": 0}),
    (("POST", "/upload"), {"name": "a", "content_type": "image/jpeg", "bytes": "1"}),
    (("POST", "/upload"), {"name": "a", "content_type": "image/jpeg", "bytes": 1, "key": "x"}),
    (("POST", "/upload"), []),
    (("POST", "/reviews/{id}/decision"), {}),
    (("POST", "/reviews/{id}/decision"), {"decision": "approve"}),
    (("POST", "/reviews/{id}/decision"), {"decision": "approve", "seen": None}),
    (("POST", "/reviews/{id}/decision"), {"decision": "approve", "seen": 0, "text": "a line"}),
    (("POST", "/reviews/{id}/decision"), {"decision": "approve", "seen": 0, "add_labels": None}),
    (("POST", "/reviews/{id}/undo"), {}),
    (("POST", "/reviews/{id}/undo"), {"comment": 5, "seen": 1}),
    (("POST", "/batches"), {"prefix": "x"}),
    (("POST", "/batches"), {"bucket": "photos", "again": "yes"}),
    (("POST", "/batches"), {"bucket": "x" * 10_000}),
]


@pytest.mark.parametrize("route", BODIES)
def test_a_schema_is_one_of_draft_4(route: tuple[str, str]) -> None:
    Draft4Validator.check_schema(BODIES[route])
    assert BODIES[route]["$schema"] == "http://json-schema.org/draft-04/schema#"


@pytest.mark.parametrize("route", BODIES)
def test_names_and_what_is_required_are_the_functions(route: tuple[str, str]) -> None:
    method, path = route
    body = OPENAPI["paths"][path][method.lower()]["requestBody"]["content"]["application/json"]
    schema = OPENAPI["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]

    assert set(BODIES[route]["properties"]) == set(schema["properties"])
    assert set(BODIES[route].get("required", [])) == set(schema.get("required", []))
    assert BODIES[route]["additionalProperties"] is schema["additionalProperties"] is False


def test_every_route_has_a_good_example() -> None:
    assert GOOD.keys() == BODIES.keys()


@pytest.mark.parametrize(
    ("route", "body"), [(route, body) for route, bodies in GOOD.items() for body in bodies]
)
def test_what_the_function_takes_passes(route: tuple[str, str], body: dict[str, Any]) -> None:
    # As a gateway may count: each character beyond the first plane as two.
    counted = json.loads(json.dumps(body).replace("\\ud83d\\ude97", "ab"))

    assert Draft4Validator(BODIES[route]).is_valid(body)
    assert Draft4Validator(BODIES[route]).is_valid(counted)


@pytest.mark.parametrize(("route", "body"), BAD)
def test_what_nobody_can_mean_is_refused(route: tuple[str, str], body: Any) -> None:
    assert not Draft4Validator(BODIES[route]).is_valid(body)

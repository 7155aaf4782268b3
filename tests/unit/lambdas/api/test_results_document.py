"""The result document through the API: whole, for those whom it is for, and not too long."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from lambdas.api.models.results import ResultDocument
from lambdas.api.routes import results
from lambdas.common.objects import ObjectStore
from lambdas.common.result import Box, Detected, Instance, Label, Result, TextDetection
from tests.unit.lambdas.api.gateway import ADAM, ANNA, BERT, BOTH, RITA, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import PROCESSED, client

SCHEMA = json.loads(Path("docs/schemas/result-1.json").read_text(encoding="utf-8"))
PRIVATE = {"paid", "content"}


def test_it_is_whole_and_the_same_by_either_id(office: Office, gateway: Gateway) -> None:
    upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
    task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]
    image = office.image_of(ANNA, name="a.jpg", task_id=task)
    stored = client("s3").get_object(Bucket=PROCESSED, Key=f"results/{image}.json")["Body"].read()

    answer = gateway.ask(ADAM, "GET", f"/results/{image}/document")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body == json.loads(stored)
    Draft7Validator(SCHEMA).validate(answer.body)
    ResultDocument.model_validate(answer.body)
    assert gateway.ask(ADAM, "GET", f"/results/{task}/document").body == answer.body


@pytest.mark.parametrize("person", [ANNA, BOTH], ids=lambda person: person.name)
def test_an_uploader_gets_it_without_what_is_others(
    office: Office, gateway: Gateway, person: Any
) -> None:
    image = office.image_of(person, in_review=True)
    whole = gateway.ask(ADAM, "GET", f"/results/{image}/document").body

    own = gateway.ask(person, "GET", f"/results/{image}/document").body

    assert whole["paid"]
    assert own == {name: value for name, value in whole.items() if name not in PRIVATE}
    ResultDocument.model_validate(own)
    assert gateway.ask(BERT, "GET", f"/results/{image}/document").status == 404


def test_who_decided_is_for_those_who_review(office: Office, gateway: Gateway) -> None:
    image = office.image_of(ANNA, in_review=True)
    body = {"decision": "correct", "add_labels": ["Straße"], "seen": 0}
    assert gateway.ask(RITA, "POST", f"/reviews/{image}/decision", body).status == 200

    own, reviewers = (
        gateway.ask(person, "GET", f"/results/{image}/document").body for person in (ANNA, RITA)
    )

    assert own["review"]["by"] == "a reviewer"
    assert "rita" not in str(own)
    assert RITA.sub not in str(own)
    assert reviewers["review"]["by"] == "rita@example.com"
    assert PRIVATE & reviewers.keys() == set()
    assert "Straße" in [label["name"] for label in own["labels"]]
    assert "Straße" not in [label["name"] for label in own["detected"]["labels"]]


def test_there_is_none_before_anything_was_found(office: Office, gateway: Gateway) -> None:
    upload = {"name": "a.jpg", "content_type": "image/jpeg", "bytes": 9}
    task = gateway.ask(ANNA, "POST", "/upload", upload).body["task_id"]

    assert gateway.ask(ANNA, "GET", f"/results/{task}/document").status == 404


BOX = Box(0.123456789, 0.123456789, 0.123456789, 0.123456789)
LABEL = Label("\U0001f697" * 100, 99.12345678, (Instance(99.12345678, BOX),) * 3, ("Vehicle",) * 5)
LINES = tuple(TextDetection(n, "LINE", '"\U0001f697' * 100, 99.12345678, BOX) for n in range(100))
WORDS = tuple(TextDetection(n, "WORD", '"\U0001f697' * 50, 99.1, BOX, 0) for n in range(100))


def rewritten(office: Office, **changes: Any) -> str:
    """Have an image's result say more than it did; return its id."""
    image = office.image_of(ANNA)
    objects = ObjectStore(client("s3"), PROCESSED)
    result = objects.read_result(image)
    assert isinstance(result, Result)
    assert objects.write_result(result.changed(**changes))
    return image


def test_one_as_long_as_the_settings_allow_is_answered(office: Office, gateway: Gateway) -> None:
    found = Detected((LABEL,) * 1000, LINES + WORDS)
    image = rewritten(office, labels=found.labels, text=found.text, detected=found)

    answer = gateway.ask(ANNA, "GET", f"/results/{image}/document")

    assert answer.status == 200
    assert answer.body["labels"][0]["name"] == LABEL.name
    assert len(json.dumps(answer.body, ensure_ascii=False).encode()) > 1_000_000


def test_one_that_is_longer_than_an_answer_says_where_it_is(
    office: Office, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = rewritten(office, labels=(LABEL,))
    monkeypatch.setattr(results, "MAX_ANSWER_BYTES", 1_000)

    answer = gateway.ask(ANNA, "GET", f"/results/{image}/document")

    assert answer.status == 500
    assert f"results/{image}.json" in answer.detail
    assert answer.body["instance"] == f"/results/{image}/document"

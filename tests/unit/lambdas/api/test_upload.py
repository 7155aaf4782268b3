"""Asking for an upload: what the form takes, and what is refused before it is made."""

import base64
import json
import re

import pytest

from tests.unit.lambdas.api.gateway import ANNA, Gateway
from tests.unit.lambdas.api.office import Office

UPLOAD = {"name": "street sign.jpg", "content_type": "image/jpeg", "bytes": 1234}


def test_the_form_takes_this_file_only(office: Office, gateway: Gateway) -> None:
    answer = gateway.ask(ANNA, "POST", "/upload", UPLOAD)

    task = answer.body["task_id"]
    fields = answer.body["fields"]
    assert answer.status == 201
    assert answer.headers["Location"] == f"/results/{task}"
    assert re.fullmatch("[0-9a-f]{32}", task)
    assert fields["key"] == f"uploads/{ANNA.sub}/{task}/street sign.jpg"
    assert answer.body["max_bytes"] == 1234
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", 1, 1234] in policy["conditions"]
    assert {"Content-Type": "image/jpeg"} in policy["conditions"]
    assert {"key": fields["key"]} in policy["conditions"]
    assert {"bucket": "input"} in policy["conditions"]


def test_two_uploads_of_one_file_are_two_tasks(gateway: Gateway) -> None:
    tasks = {gateway.ask(ANNA, "POST", "/upload", UPLOAD).body["task_id"] for _ in range(20)}

    assert len(tasks) == 20


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, "body.name"),
        ({"name": "a" * 256}, "body.name"),
        ({"name": "ä" * 255 + ""}, None),
        ({"name": "\U0001f600" * 255}, "body.name"),
        ({"name": "folder/a.jpg"}, "body.name"),
        ({"name": "..\\a.jpg"}, "body.name"),
        ({"name": ".."}, "body.name"),
        ({"name": "a\nb.jpg"}, "body.name"),
        ({"name": "${filename}"}, "body.name"),
        ({"name": "holiday\u202egpj.exe"}, "body.name"),
        ({"name": "Screenshot 2026-11-21 at 9.30.15\u202fAM.png"}, None),
        ({"name": "\u5199\u771f\u30001.jpg"}, None),
        ({"name": "\U0001f469\u200d\U0001f4bb.jpg"}, None),
        ({"name": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.jpg"}, None),
        ({"name": 5}, "body.name"),
        ({"content_type": "text/html"}, "body.content_type"),
        ({"content_type": "image/svg+xml"}, "body.content_type"),
        ({"bytes": 0}, "body.bytes"),
        ({"bytes": "12"}, "body.bytes"),
        ({"bytes": 12.5}, "body.bytes"),
        ({"bytes": 12.0}, None),
        ({"bytes": 1_000_001}, "body.bytes"),
        ({"key": "uploads/mine"}, "body.key"),
    ],
)
def test_what_is_wrong_is_named(
    gateway: Gateway, change: dict[str, object], where: str | None
) -> None:
    answer = gateway.ask(ANNA, "POST", "/upload", {**UPLOAD, **change})

    if where is None:
        assert answer.status == 201
    else:
        assert answer.status == 422
        assert [each["where"] for each in answer.body["errors"]] == [where]
        assert answer.detail


def test_a_body_of_another_type(gateway: Gateway) -> None:
    for kind, status in (
        ("text/plain", 415),
        ("multipart/form-data", 415),
        ("application/json; charset=utf-8", 201),
    ):
        answer = gateway.ask(ANNA, "POST", "/upload", UPLOAD, content_type=kind)
        assert answer.status == status


@pytest.mark.parametrize("body", ["", "{", "[]", "5", "null", '"text"'])
def test_a_body_that_is_no_object_is_refused(gateway: Gateway, body: str) -> None:
    answer = gateway.ask(ANNA, "POST", "/upload", body)

    assert answer.status == 422
    assert answer.detail

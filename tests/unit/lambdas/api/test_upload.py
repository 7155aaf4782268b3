"""Asking for an upload: what the form takes, and what is refused before it is made."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import pytest

from lambdas.api import services
from lambdas.common.image import CONTENT_TYPES
from tests.unit.lambdas.api.gateway import ADAM, ANNA, BERT, Gateway, Person
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import client
from tests.unit.lambdas.steps import refusal

UPLOAD = {"name": "street sign.jpg", "content_type": "image/jpeg", "bytes": 1234}


def test_the_form_takes_this_file_only(office: Office, gateway: Gateway) -> None:
    answer = gateway.ask(ANNA, "POST", "/upload", UPLOAD)

    task = answer.body["task_id"]
    fields = answer.body["fields"]
    assert answer.status == 201
    assert re.fullmatch("[0-9a-f]{32}", task)
    assert fields["key"] == f"uploads/{ANNA.sub}/{task}/street sign.jpg"
    assert answer.body["max_bytes"] == 1234
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", 1, 1234] in policy["conditions"]
    assert {"Content-Type": "image/jpeg"} in policy["conditions"]
    assert {"key": fields["key"]} in policy["conditions"]
    assert {"bucket": "input"} in policy["conditions"]


@pytest.mark.parametrize("root", ["https://x.execute-api.example/v1", "http://localhost:5173/api"])
def test_its_place_is_below_the_stage(gateway: Gateway, root: str) -> None:
    answer = gateway.ask(ANNA, "POST", "/upload", UPLOAD)

    found = urljoin(f"{root}/upload", answer.headers["Location"])
    assert found == f"{root}/results/{answer.body['task_id']}"


@pytest.mark.parametrize("kind", CONTENT_TYPES)
def test_every_type_that_is_said_to_be_taken_is(gateway: Gateway, kind: str) -> None:
    answer = gateway.ask(ANNA, "POST", "/upload", {**UPLOAD, "content_type": kind})

    assert answer.body["fields"]["Content-Type"] == kind


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


class TestLimitOfADay:
    @pytest.fixture(autouse=True)
    def morning(self, office: Office) -> None:
        office.clock.time = datetime(2026, 11, 21, 9, 30, tzinfo=UTC).timestamp()

    @pytest.fixture
    def limit(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        allow(monkeypatch, 3)

    def test_it_is_each_users_own_whatever_their_groups(
        self, limit: None, gateway: Gateway
    ) -> None:
        for person in (ANNA, BERT, ADAM):
            assert [asked(gateway, person) for _ in range(5)] == [201, 201, 201, 429, 429]

    def test_the_answer_says_when_to_come_back(self, limit: None, gateway: Gateway) -> None:
        for _ in range(3):
            asked(gateway, ANNA)

        answer = gateway.ask(ANNA, "POST", "/upload", UPLOAD)

        assert answer.status == 429
        assert answer.detail == (
            "You have asked for 3 uploads today, which is the limit of a day; "
            "ask again after 00:00 UTC."
        )
        assert answer.headers["Retry-After"] == str(14 * 3600 + 1800)
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]

    def test_nothing_is_made_for_one_too_many(
        self, limit: None, office: Office, gateway: Gateway
    ) -> None:
        for _ in range(5):
            asked(gateway, ANNA)

        items = client("dynamodb").scan(TableName=office.table)["Items"]
        tasks = [item for item in items if item["image_id"]["S"].startswith("task#")]
        assert len(tasks) == 3

    def test_a_new_day_begins_anew(self, limit: None, office: Office, gateway: Gateway) -> None:
        office.clock.time += timedelta(hours=14, minutes=29, seconds=59).total_seconds()
        assert [asked(gateway, ANNA) for _ in range(4)] == [201, 201, 201, 429]
        office.clock.time += 1
        assert asked(gateway, ANNA) == 201

    def test_what_is_refused_for_what_it_is_does_not_count(
        self, limit: None, gateway: Gateway
    ) -> None:
        for _ in range(5):
            gateway.ask(ANNA, "POST", "/upload", {**UPLOAD, "name": "folder/a.jpg"})
            gateway.ask(ANNA, "POST", "/upload", {**UPLOAD, "bytes": 1_000_001})
        assert asked(gateway, ANNA) == 201

    def test_what_fails_afterwards_stays_counted(
        self, limit: None, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise refusal("PutItem", "ThrottlingException")

        with monkeypatch.context() as patched:
            patched.setattr("lambdas.common.tasks.Tasks.add", fail)
            assert [asked(gateway, ANNA) for _ in range(2)] == [503, 503]
        assert [asked(gateway, ANNA) for _ in range(2)] == [201, 429]

    def test_the_count_is_forgotten_two_days_later(
        self, limit: None, office: Office, gateway: Gateway
    ) -> None:
        asked(gateway, ANNA)

        item = office.item(f"uploads#{ANNA.sub}", "2026-11-21")

        assert item is not None
        expires = datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC)
        assert expires == datetime(2026, 11, 24, tzinfo=UTC)
        # Nor is it in any list.
        assert set(item) == {"image_id", "item", "uploads", "expires_at"}

    def test_0_is_no_limit(
        self, office: Office, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        allow(monkeypatch, 0)

        assert {asked(gateway, ANNA) for _ in range(5)} == {201}
        assert office.item(f"uploads#{ANNA.sub}", "2026-11-21") is None

    def test_a_table_that_is_busy_is_no_limit_reached(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(**_: object) -> None:
            raise refusal("UpdateItem", "ThrottlingException")

        monkeypatch.setattr(services.services().dynamodb, "update_item", fail)

        assert asked(gateway, ANNA) == 503


def allow(monkeypatch: pytest.MonkeyPatch, uploads: int) -> None:
    """Let users ask for so many uploads a day."""
    made = services.services()
    allowed = replace(made, env=replace(made.env, uploads_per_user_per_day=uploads))
    monkeypatch.setattr("lambdas.api.app.services", lambda: allowed)


def asked(gateway: Gateway, person: Person) -> int:
    return gateway.ask(person, "POST", "/upload", UPLOAD).status

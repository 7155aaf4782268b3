"""Images through the API: found."""

import base64
import json
from datetime import datetime, timedelta

import pytest

from tests.unit.lambdas.api.gateway import ADAM, ANNA, BERT, Gateway
from tests.unit.lambdas.api.office import Office


def cursor_of(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


class TestFinding:
    def test_people_find_their_own_newest_first(self, office: Office, gateway: Gateway) -> None:
        first, second = office.image_of(ANNA), office.image_of(ANNA, name="bus.jpg")
        office.image_of(BERT)

        answer = gateway.ask(ANNA, "GET", "/results")

        assert answer.status == 200
        assert [image["id"] for image in answer.body["items"]] == [second, first]
        assert [image["name"] for image in answer.body["items"]] == ["bus.jpg", "car.jpg"]
        assert answer.body["next"] is None
        assert {image["owner"]["yours"] for image in answer.body["items"]} == {True}

    def test_an_admin_finds_all(self, office: Office, gateway: Gateway) -> None:
        ids = [office.image_of(ANNA), office.image_of(BERT), office.batch_image()]

        answer = gateway.ask(ADAM, "GET", "/results")

        assert {image["id"] for image in answer.body["items"]} == set(ids)

    def test_an_image_is_found_by_a_word_of_its_text(
        self, office: Office, gateway: Gateway
    ) -> None:
        office.image_of(ANNA, lines=("STOP",))
        taxi = office.image_of(ANNA, lines=("TAXI 42", "Main Street"))
        office.image_of(BERT, lines=("TAXI 42",))

        for words in ("taxi", "street TAXI", "42"):
            answer = gateway.ask(ANNA, "GET", "/results", text=words)
            assert [image["id"] for image in answer.body["items"]] == [taxi], words
        assert gateway.ask(ANNA, "GET", "/results", text="taxi stop").body["items"] == []

    def test_and_by_label_status_and_time(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA)
        day = str(office.record["received_at"])[:10]

        def found(**query: str) -> list[str]:
            answer = gateway.ask(ANNA, "GET", "/results", **query)
            assert answer.status == 200, answer.body
            return [each["id"] for each in answer.body["items"]]

        assert found(label="car") == found(status="done") == found(since=day) == [image]
        assert found(label="Car", status="done", text="stop", since=day) == [image]
        assert found(label="boat") == found(status="failed") == found(until="2020-01-01") == []

    def test_a_day_is_in_it_from_beginning_to_end(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA)
        day = datetime.fromisoformat(str(office.record["received_at"])).date()
        before, after = (str(day + timedelta(days=days)) for days in (-1, 1))

        def found(**query: str) -> list[str]:
            answer = gateway.ask(ANNA, "GET", "/results", **query)
            return [each["id"] for each in answer.body["items"]]

        assert found(since=str(day), until=str(day)) == found(until=after) == [image]
        # A time is what it says.
        assert found(until=f"{day}T00:00:00Z") == found(until=before) == found(since=after) == []

    def test_pages_follow_each_other_without_gap_or_repeat(
        self, office: Office, gateway: Gateway
    ) -> None:
        ids = [office.image_of(ANNA) for _ in range(5)][::-1]

        found, cursor = [], None
        while True:
            query: dict[str, str] = {} if cursor is None else {"cursor": cursor}
            page = gateway.ask(ANNA, "GET", "/results", limit=2, **query).body
            found += [image["id"] for image in page["items"]]
            if (cursor := page["next"]) is None:
                break

        assert found == ids

    @pytest.mark.parametrize(
        ("query", "where"),
        [
            ({"cursor": "nonsense!"}, "query.cursor"),
            ({"cursor": "WyJhIiwiYiJd"}, "query.cursor"),
            ({"cursor": "bnVsbA"}, "query.cursor"),
            ({"since": "yesterday"}, "query.since"),
            ({"until": "2026-13-01"}, "query.until"),
            ({"text": "!?"}, "query.text"),
            ({"limit": "0"}, "query.limit"),
            ({"limit": "101"}, "query.limit"),
            ({"limit": "many"}, "query.limit"),
            ({"status": "gone"}, "query.status"),
            ({"lable": "car"}, "query.lable"),
            ({"since": "0001-01-01T00:00:00+01:00"}, "query.since"),
            ({"until": "9999-12-31T23:59:59-01:00"}, "query.until"),
            ({"until": "0001-06-01"}, "query.until"),
            ({"cursor": cursor_of(["zzzz", "a" * 32])}, "query.cursor"),
            ({"cursor": cursor_of(["\ud800", "a" * 32])}, "query.cursor"),
            ({"cursor": cursor_of(["2026-11-21", "x" * 32])}, "query.cursor"),
            ({"cursor": cursor_of({"a": 1})}, "query.cursor"),
        ],
    )
    def test_a_wrong_value_is_named(
        self, gateway: Gateway, query: dict[str, str], where: str
    ) -> None:
        answer = gateway.ask(ANNA, "GET", "/results", **query)

        assert answer.status == 422
        assert [each["where"] for each in answer.body["errors"]] == [where]
        assert answer.detail.startswith(where.capitalize())

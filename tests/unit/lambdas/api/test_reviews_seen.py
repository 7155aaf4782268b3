"""What a decision through the API is made on, by whom, and what of it is told."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from lambdas.common.image import result_key
from lambdas.common.records.items import from_item, to_item
from lambdas.common.review.decisions import MAX_TEXT_BYTES
from lambdas.common.telemetry import logger
from tests.unit.lambdas.api.gateway import ADAM, ANNA, NINA, RITA, ROLF, Gateway, Person
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.api.test_reviews import decide, undo
from tests.unit.lambdas.conftest import PROCESSED, client

LAMBDAS_MOST = 6_000_000
"""Bytes of a function's answer."""


class TestWhatWasSeen:
    def test_a_request_that_was_sent_twice_is_one(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, in_review=True)
        for _ in range(2):
            made = decide(gateway, image, decision="correct", add_labels=["Taxi"])
            assert made.status == 200
        other = decide(gateway, image, ROLF, seen=1, decision="correct", add_labels=["Bus"])
        assert other.status == 200

        undone = [undo(gateway, image, ROLF, seen=2) for _ in range(2)]

        assert [answer.status for answer in undone] == [200, 200]
        assert undone[0].body == undone[1].body
        labels = gateway.ask(RITA, "GET", f"/results/{image}").body["labels"]
        assert "Taxi" in [label["name"] for label in labels]

    def test_what_another_decided_meanwhile_is_not_decided_over(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        decide(gateway, image, decision="approve")

        for answer in (
            decide(gateway, image, ROLF, decision="reject", comment="no"),
            undo(gateway, image, ROLF, seen=0),
        ):
            assert answer.status == 409
            assert "approved by rita@example.com" in answer.detail
        assert gateway.ask(RITA, "GET", f"/results/{image}").body["status"] == "done"

    @pytest.mark.parametrize("end", ["decision", "undo"])
    def test_it_has_to_be_said(self, office: Office, gateway: Gateway, end: str) -> None:
        image = office.image_of(ANNA, in_review=True)
        body = {"decision": "approve"} if end == "decision" else {}

        answer = gateway.ask(RITA, "POST", f"/reviews/{image}/{end}", body)

        assert answer.status == 422
        assert "seen" in answer.detail

    def test_another_analysis_is_not_decided_on_unseen(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        seen = gateway.ask(RITA, "GET", "/reviews").body["items"][0]["finished_at"]
        assert seen == gateway.ask(RITA, "GET", f"/results/{image}").body["finished_at"]
        later = seen.replace("20", "21", 1)
        for wrong in (None, later):
            answer = decide(gateway, image, decision="approve", seen_finished_at=wrong)
            assert answer.status == 409
            assert "analysed anew meanwhile" in answer.detail

        made = decide(gateway, image, decision="approve", seen_finished_at=seen)
        again = decide(gateway, image, decision="approve", seen_finished_at=seen)

        assert (made.status, again.body) == (200, made.body)
        assert undo(gateway, image, RITA, seen=1, seen_finished_at=later).status == 409
        assert undo(gateway, image, RITA, seen=1, seen_finished_at=seen).status == 200


@dataclass(frozen=True)
class Renamed(Person):
    """Somebody whose address is another one by now."""

    address: str = ""

    @property
    def claims(self) -> dict[str, str]:
        return {**super().claims, "email": self.address}


RITA_LATER = Renamed(RITA.name, RITA.groups, "rita@elsewhere.example")
NAMESAKE = Renamed("ruth", RITA.groups, "rita@example.com")
"""Somebody who has the address that was Rita's."""


class TestWhoDecides:
    def test_a_claim_is_its_persons_under_another_address(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        gateway.ask(RITA, "POST", f"/reviews/{image}/claim")

        own = gateway.ask(RITA_LATER, "GET", "/reviews").body["items"][0]["claim"]
        others = gateway.ask(NAMESAKE, "GET", "/reviews").body["items"][0]["claim"]

        assert (own["yours"], others["yours"]) == (True, False)
        assert decide(gateway, image, NAMESAKE, decision="approve").status == 409
        refused = gateway.ask(NAMESAKE, "DELETE", f"/reviews/{image}/claim")
        assert refused.status == 409
        assert decide(gateway, image, RITA_LATER, decision="approve").status == 200

    def test_a_request_is_repeated_by_its_person_only(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        made = decide(gateway, image, decision="approve")

        again = decide(gateway, image, RITA_LATER, decision="approve")
        others = decide(gateway, image, NAMESAKE, decision="approve")

        assert (again.status, again.body) == (200, made.body)
        assert others.status == 409

    def test_nobody_is_shown_an_id(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, in_review=True)
        gateway.ask(RITA, "POST", f"/reviews/{image}/claim")
        before = [gateway.ask(who, "GET", f"/results/{image}").body for who in (ANNA, ROLF)]
        decide(gateway, image, decision="correct", text=["TAXI"])

        answers = [
            gateway.ask(who, "GET", path).body
            for who in (ANNA, ROLF, ADAM)
            for path in (f"/results/{image}", f"/reviews/{image}/history")
        ]

        entry = office.item(image, "review#000001")
        assert entry is not None
        assert entry["by_id"] == {"S": RITA.sub}
        result = client("s3").get_object(Bucket=PROCESSED, Key=result_key(image))
        written = result["Body"].read()
        for told in (json.dumps([*before, *answers]), written.decode()):
            assert RITA.sub not in told


class TestLongHistories:
    @pytest.mark.parametrize(
        "line", ["\u0434" * 300, '"' * 300, "\U0001f697" * 300], ids=["cyrillic", "quotes", "emoji"]
    )
    def test_they_fit_into_an_answer(self, office: Office, gateway: Gateway, line: str) -> None:
        image = office.image_of(ANNA, in_review=True)
        decide(gateway, image, decision="correct", text=["A"], comment="short")
        lines = [line] * (MAX_TEXT_BYTES // len(line.encode()))
        write_entries(office, image, lines, count=100)

        raw = gateway.raw(RITA, "GET", f"/reviews/{image}/history")

        entries = json.loads(raw["body"])["items"]
        numbers = [entry["number"] for entry in entries]
        assert numbers == list(range(101 - len(numbers), 101))
        assert len(numbers) > 5
        assert entries[-1]["after"]["text"] == lines
        # As Lambda's Python writes what a function returns.
        assert len(json.dumps(raw, ensure_ascii=False).encode()) < LAMBDAS_MOST

    def test_short_ones_are_whole(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, in_review=True)
        decide(gateway, image, decision="correct", text=["\u0414\u0410"])
        write_entries(office, image, ["\u0414\u0410"], count=100)

        raw = gateway.raw(RITA, "GET", f"/reviews/{image}/history")

        assert len(json.loads(raw["body"])["items"]) == 100
        assert "\u0414\u0410" in raw["body"]


def write_entries(office: Office, image: str, lines: list[str], *, count: int) -> None:
    """Have a history of corrections, each of which has its text four times."""
    item = office.item(image, "review#000001")
    assert item is not None
    entry: dict[str, Any] = from_item(item)
    review = {**entry["after"]["review"], "text": lines}
    for number in range(1, count + 1):
        seen = {**entry["after"], "text": lines, "review": {**review, "number": number}}
        one = {"number": number, "item": f"review#{number:06d}", "before": seen, "after": seen}
        client("dynamodb").put_item(TableName=office.table, Item=to_item({**entry, **one}))


def test_who_is_in_no_group_is_told_and_not_logged_by_address(
    office: Office, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", logged)

    answer = gateway.ask(NINA, "GET", "/reviews")

    assert answer.status == 403
    assert "nina@example.com" in answer.detail.lower()
    assert json.loads(logged.getvalue())["message"] == "refused"
    assert "nina" not in logged.getvalue().lower()

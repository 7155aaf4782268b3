"""Reviews through the API."""

import pytest

from tests.unit.lambdas.api.gateway import ADAM, ANNA, RITA, ROLF, Answer, Gateway, Person
from tests.unit.lambdas.api.office import Office


def decide(
    gateway: Gateway, image: str, person: Person = RITA, *, seen: int = 0, **body: object
) -> Answer:
    asked = {"seen": seen, **body}
    return gateway.ask(person, "POST", f"/reviews/{image}/decision", asked)


def undo(gateway: Gateway, image: str, person: Person, *, seen: int, **body: object) -> Answer:
    return gateway.ask(person, "POST", f"/reviews/{image}/undo", {"seen": seen, **body})


class TestTheList:
    def test_the_oldest_comes_first_with_how_many_wait(
        self, office: Office, gateway: Gateway
    ) -> None:
        ids = [office.image_of(ANNA, in_review=True) for _ in range(3)]
        office.image_of(ANNA)

        first = gateway.ask(RITA, "GET", "/reviews", limit=2).body
        second = gateway.ask(RITA, "GET", "/reviews", limit=2, cursor=first["next"]).body

        assert [image["id"] for image in (*first["items"], *second["items"])] == ids
        assert (first["waiting"], first["waiting_is_capped"]) == (3, False)
        assert second["next"] is None

    def test_it_says_who_is_looking_at_what(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, in_review=True)
        claim = gateway.ask(RITA, "POST", f"/reviews/{image}/claim")
        assert claim.status == 200

        (seen,) = gateway.ask(ROLF, "GET", "/reviews").body["items"]
        (own,) = gateway.ask(RITA, "GET", "/reviews").body["items"]

        assert seen["claim"] == {
            "by": "rita@example.com",
            "until": claim.body["until"],
            "yours": False,
        }
        assert own["claim"]["yours"] is True


class TestClaims:
    def test_another_is_told_and_may_not_end_it_but_an_admin_may(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        gateway.ask(RITA, "POST", f"/reviews/{image}/claim")

        for method, path in (("POST", "claim"), ("DELETE", "claim")):
            refused = gateway.ask(ROLF, method, f"/reviews/{image}/{path}")
            assert refused.status == 409
            assert "claimed by rita@example.com" in refused.detail
        assert decide(gateway, image, ROLF, decision="approve").status == 409
        assert gateway.ask(ADAM, "DELETE", f"/reviews/{image}/claim").status == 204
        assert gateway.ask(ROLF, "POST", f"/reviews/{image}/claim").status == 200

    def test_what_is_not_in_review_is_not_there_for_a_reviewer(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA)

        assert gateway.ask(RITA, "POST", f"/reviews/{image}/claim").status == 404
        assert gateway.ask(ADAM, "POST", f"/reviews/{image}/claim").status == 409


class TestDecisions:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"decision": "approve"}, "done"),
            ({"decision": "approve", "comment": "fine"}, "done"),
            ({"decision": "reject", "comment": "blurred"}, "rejected"),
            (
                {
                    "decision": "correct",
                    "add_labels": ["Taxi"],
                    "remove_labels": ["Car"],
                    "text": ["TAXI 42"],
                },
                "done",
            ),
        ],
    )
    def test_it_is_made_kept_and_undone(
        self, office: Office, gateway: Gateway, body: dict[str, object], status: str
    ) -> None:
        image = office.image_of(ANNA, in_review=True)

        made = decide(gateway, image, **body)  # type: ignore[arg-type]

        assert made.status == 200, made.body
        assert (made.body["by"], made.body["after"]["status"]) == ("rita@example.com", status)
        assert gateway.ask(RITA, "GET", f"/results/{image}").body["status"] == status
        assert gateway.ask(RITA, "GET", "/reviews").body["waiting"] == 0
        undone = undo(gateway, image, ROLF, seen=1, comment="sorry")
        assert undone.body["after"]["status"] == "in_review"
        history = gateway.ask(ANNA, "GET", f"/reviews/{image}/history").body["items"]
        assert [entry["decision"] for entry in history] == [body["decision"], "undo"]

    def test_a_correction_is_found_by_its_words(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, in_review=True, lines=("T4XI",))

        decide(gateway, image, decision="correct", text=["TAXI"], add_labels=["Taxi"])

        assert gateway.ask(ANNA, "GET", "/results", text="t4xi").body["items"] == []
        (found,) = gateway.ask(ANNA, "GET", "/results", text="taxi", label="taxi").body["items"]
        assert (found["id"], found["reviews"]) == (image, 1)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({}, "decision"),
            ({"decision": "burn"}, "decision"),
            ({"decision": "reject"}, "needs a comment"),
            ({"decision": "correct"}, "needs something to change"),
            ({"decision": "correct", "remove_labels": ["Boat"]}, "has no label Boat"),
            ({"decision": "approve", "add_labels": ["Boat"]}, "go with `correct` only"),
            ({"decision": "approve", "comment": "x" * 1001}, "comment"),
            ({"decision": "correct", "text": ["two\nlines"]}, "line break"),
            ({"decision": "approve", "who": "me"}, "who"),
        ],
    )
    def test_what_cannot_be_decided_says_why(
        self, office: Office, gateway: Gateway, body: dict[str, object], words: str
    ) -> None:
        image = office.image_of(ANNA, in_review=True)

        answer = decide(gateway, image, **body)  # type: ignore[arg-type]

        assert answer.status == 422
        assert words in answer.detail
        assert gateway.ask(RITA, "GET", "/reviews").body["waiting"] == 1

    def test_the_same_again_is_one_decision(self, office: Office, gateway: Gateway) -> None:
        image = office.image_of(ANNA, in_review=True)

        first = decide(gateway, image, decision="approve")
        again = decide(gateway, image, decision="approve")

        assert (again.status, again.body) == (200, first.body)

    def test_who_decides_second_is_told_who_was_first(
        self, office: Office, gateway: Gateway
    ) -> None:
        image = office.image_of(ANNA, in_review=True)
        decide(gateway, image, decision="approve")

        answer = decide(gateway, image, ROLF, decision="approve", seen=1)

        assert answer.status == 422
        assert "approved by rita@example.com" in answer.detail

"""What decisions are, and which may be made."""

import json
from dataclasses import replace

import pytest

from lambdas.common.result import Result
from lambdas.common.review.corrections import apply, sight
from lambdas.common.review.deciding import Request, is_repeat
from lambdas.common.review.decisions import (
    MAX_COMMENT_CHARACTERS,
    MAX_LABELS,
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    MAX_NAME_CHARACTERS,
    ConflictError,
    Decision,
    Entry,
    InvalidDecisionError,
    Kind,
    decision_in,
)
from lambdas.common.status import Status
from tests.unit.lambdas.decisions import IN_REVIEW, decided, decision, request
from tests.unit.lambdas.results import result


class TestDecide:
    def test_a_second_correction_adds_to_the_first(self) -> None:
        first = decided(request(Kind.CORRECT, add_labels=("Taxi",), text=("A",)))
        second = decided(
            request(Kind.CORRECT, add_labels=("Bus",), remove_labels=("Taxi",)),
            apply(IN_REVIEW, first),
            number=2,
        )

        assert second.labels_added == ("Bus",)
        assert second.labels_removed == ("Taxi",)
        assert second.text == ("A",)

    def test_a_removed_label_can_be_added_again(self) -> None:
        first = decided(request(Kind.CORRECT, remove_labels=("Car",)))
        second = decided(
            request(Kind.CORRECT, add_labels=("Car",)), apply(IN_REVIEW, first), number=2
        )

        assert (second.labels_added, second.labels_removed) == (("Car",), ())

    @pytest.mark.parametrize("kind", [Kind.APPROVE, Kind.REJECT])
    def test_other_decisions_keep_what_was_corrected(self, kind: Kind) -> None:
        corrected = apply(IN_REVIEW, decided(request(Kind.CORRECT, add_labels=("Taxi",))))
        if kind is Kind.APPROVE:
            rejected = decided(request(Kind.REJECT, "blurred"), corrected, number=2)
            corrected = apply(corrected, rejected)

        later = decided(request(kind, "sure"), corrected, number=3)

        assert later.labels_added == ("Taxi",)
        assert apply(corrected, later).labels == corrected.labels

    @pytest.mark.parametrize(
        ("asked", "on", "sentence"),
        [
            (request(Kind.REJECT), IN_REVIEW, "needs a comment"),
            (request(Kind.REJECT, " \n"), IN_REVIEW, "needs a comment"),
            (request(Kind.APPROVE, "x" * (MAX_COMMENT_CHARACTERS + 1)), IN_REVIEW, "characters"),
            (request(Kind.APPROVE, "\udcff"), IN_REVIEW, "not Unicode"),
            (request(Kind.CORRECT), IN_REVIEW, "something to change"),
            (
                request(Kind.CORRECT, remove_labels=("Bus",)),
                IN_REVIEW,
                "no label Bus; its labels: ",
            ),
            (request(Kind.CORRECT, remove_labels=("car",)), IN_REVIEW, "it is written Car"),
            (request(Kind.CORRECT, add_labels=("car",)), IN_REVIEW, "has the label Car already"),
            (request(Kind.CORRECT, add_labels=("A", "A")), IN_REVIEW, "named twice"),
            (
                request(Kind.CORRECT, add_labels=("Car",), remove_labels=("Car",)),
                IN_REVIEW,
                "twice",
            ),
            (request(Kind.CORRECT, add_labels=("",)), IN_REVIEW, "is empty"),
            (request(Kind.CORRECT, add_labels=(" Taxi",)), IN_REVIEW, "blanks"),
            (request(Kind.CORRECT, add_labels=("A\nB",)), IN_REVIEW, "line break"),
            (
                request(Kind.CORRECT, add_labels=("x" * (MAX_NAME_CHARACTERS + 1),)),
                IN_REVIEW,
                "characters",
            ),
            (
                request(Kind.CORRECT, add_labels=tuple(f"L{n}" for n in range(MAX_LABELS + 1))),
                IN_REVIEW,
                "at most 50 labels",
            ),
            (request(Kind.CORRECT, text=("A\nB",)), IN_REVIEW, "line break"),
            (
                request(Kind.CORRECT, text=("x" * (MAX_LINE_CHARACTERS + 1),)),
                IN_REVIEW,
                "characters",
            ),
            (request(Kind.CORRECT, text=("x",) * (MAX_LINES + 1)), IN_REVIEW, "100 lines"),
            (request(Kind.CORRECT, text=("\U0001f697" * 300,) * 20), IN_REVIEW, "20,000 bytes"),
            (request(Kind.CORRECT, text=("STOP",)), IN_REVIEW, "this text already"),
            (request(Kind.APPROVE), result(Status.DONE), "nobody has to approve it"),
            (request(Kind.UNDO), IN_REVIEW, "no decision stands"),
            (request(Kind.APPROVE), result(Status.FAILED, reason="why"), "has failed"),
            (request(Kind.UNDO), result(Status.REJECTED, reason="cut off"), "pipeline.*: cut off"),
            (
                request(Kind.REJECT, "x"),
                apply(IN_REVIEW, decision(Kind.REJECT, comment="blurred")),
                "rejected already: it was rejected by ada at ",
            ),
        ],
    )
    def test_what_cannot_be_decided_is_said_in_a_sentence(
        self, asked: Request, on: Result, sentence: str
    ) -> None:
        with pytest.raises(InvalidDecisionError, match=sentence):
            decided(asked, on)

    @pytest.mark.parametrize("status", [Status.RECEIVED, Status.LABELLED, Status.ON_HOLD])
    def test_an_image_on_its_way_is_the_pipelines(self, status: Status) -> None:
        with pytest.raises(ConflictError, match="at work"):
            decided(request(Kind.APPROVE), result(status))


def entry(made: Decision, before: Decision | None = None, by_id: str | None = None) -> Entry:
    seen, after = apply(IN_REVIEW, before), apply(IN_REVIEW, made)
    return Entry(IN_REVIEW.image_id, made, sight(seen), sight(after), by_id)


class TestIsRepeat:
    CORRECTION = request(Kind.CORRECT, add_labels=("Taxi",), remove_labels=("Car",), text=("A",))

    def test_the_same_request_is(self) -> None:
        made = decided(self.CORRECTION)

        assert is_repeat(self.CORRECTION, entry(made))

    def test_the_same_second_correction_is(self) -> None:
        first = decided(self.CORRECTION)
        asked = request(Kind.CORRECT, add_labels=("Bus",), remove_labels=("Taxi",))
        second = decided(asked, apply(IN_REVIEW, first), number=2)

        assert is_repeat(asked, entry(second, first))
        assert not is_repeat(self.CORRECTION, entry(second, first))

    @pytest.mark.parametrize(
        "asked",
        [
            request(Kind.APPROVE),
            request(Kind.CORRECT, "why", **vars(CORRECTION.correction)),
            Request(Kind.CORRECT, "bob", None, CORRECTION.correction),
            request(Kind.CORRECT, add_labels=("Taxi",), remove_labels=("Car",)),
            request(Kind.CORRECT, add_labels=("Taxi",), text=("A",)),
            request(Kind.CORRECT, remove_labels=("Car",), text=("A",)),
        ],
    )
    def test_another_one_is_not(self, asked: Request) -> None:
        assert not is_repeat(asked, entry(decided(self.CORRECTION)))

    @pytest.mark.parametrize(
        ("by", "by_id", "is_same"),
        [
            ("ada", "1", True),
            ("another address of hers", "1", True),
            ("ada", "2", False),  # an address that is somebody else's by now
            ("ada", None, False),
        ],
    )
    def test_a_person_is_known_by_the_id_and_not_by_the_name(
        self, by: str, by_id: str | None, is_same: bool
    ) -> None:
        made = entry(decided(request(Kind.APPROVE)), by_id="1")

        assert is_repeat(Request(Kind.APPROVE, by, by_id=by_id), made) is is_same


class TestDocuments:
    MADE = decision(labels_added=("Taxi",), labels_removed=("Car",), text=("A",), comment="why")

    @pytest.mark.parametrize("made", [MADE, decision(Kind.APPROVE), decision(text=())])
    def test_a_decision_survives_its_document(self, made: Decision) -> None:
        assert decision_in(made.to_document()) == made

    def test_no_decision_is_none(self) -> None:
        assert decision_in(None) is None

    @pytest.mark.parametrize("kind", Kind, ids=str)
    def test_an_entry_survives_its_document(self, kind: Kind) -> None:
        after = apply(IN_REVIEW, self.MADE)
        made = decision(Kind.UNDO, number=2) if kind is Kind.UNDO else self.MADE
        entry = Entry("id", made, before=sight(IN_REVIEW), after=sight(after))

        assert Entry.from_document(entry.to_document()) == entry
        assert "by_id" not in json.dumps(replace(entry, by_id="1").to_document())

    def test_a_result_survives_with_its_decision(self) -> None:
        corrected = apply(IN_REVIEW, self.MADE)

        assert Result.from_document(corrected.to_document()) == corrected

    def test_a_result_that_was_written_before_there_were_decisions_is_read(self) -> None:
        document = result().to_document()
        for name in ("review", "detected", "cause", "content", "paid"):
            del document[name]

        assert Result.from_document(document) == result()

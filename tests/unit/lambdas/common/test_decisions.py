"""What decisions are, and what they make of results."""

from typing import Any

import pytest

from lambdas.common.corrections import WHOLE_IMAGE, apply, as_detected, sight
from lambdas.common.deciding import Correction, Request, decide, is_repeat
from lambdas.common.decisions import (
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
from lambdas.common.result import Box, Detected, Label, Result, TextDetection
from lambdas.common.status import Status
from tests.unit.lambdas.results import CAR, LINE, TREE, WORD, result

AT = "2026-11-21T10:00:00.000+00:00"
LOWER = Box(left=0.1, top=0.7, width=0.3, height=0.1)
SECOND = TextDetection(id=2, kind="LINE", text="MAIN ST", confidence=90.0, box=LOWER)
REASONS = ("the best label has a confidence of 40.0, below 60",)
IN_REVIEW = result(Status.IN_REVIEW, review_reasons=REASONS)


def decision(kind: Kind = Kind.CORRECT, **changes: Any) -> Decision:
    values: dict[str, Any] = {"number": 1, "by": "ada", "at": AT, **changes}
    return Decision(kind=kind, **values)


def request(kind: Kind, comment: str | None = None, **correction: Any) -> Request:
    return Request(kind, "ada", comment, Correction(**correction))


def decided(asked: Request, on: Result = IN_REVIEW, number: int = 1) -> Decision:
    return decide(asked, on, number=number, at=AT)


class TestApply:
    def test_an_approval_changes_nothing_but_the_status(self) -> None:
        approved = apply(IN_REVIEW, decision(Kind.APPROVE))

        assert approved == IN_REVIEW.changed(status=Status.DONE, review=decision(Kind.APPROVE))

    def test_a_rejection_has_the_comment_as_its_reason(self) -> None:
        rejected = apply(IN_REVIEW, decision(Kind.REJECT, comment="blurred"))

        assert (rejected.status, rejected.reason) == (Status.REJECTED, "blurred")
        assert (rejected.labels, rejected.text) == (IN_REVIEW.labels, IN_REVIEW.text)

    def test_a_correction_changes_labels_and_keeps_what_was_found(self) -> None:
        corrected = apply(IN_REVIEW, decision(labels_added=("Taxi",), labels_removed=("Car",)))

        assert corrected.status is Status.DONE
        assert corrected.labels == (Label("Taxi", 100.0), TREE)
        assert corrected.detected == Detected((CAR, TREE), (LINE, WORD))

    def test_an_added_label_that_the_machine_found_too_keeps_its_instances(self) -> None:
        corrected = apply(IN_REVIEW, decision(labels_added=("Car",)))

        (car,) = [label for label in corrected.labels if label.name == "Car"]
        assert car == Label("Car", 100.0, CAR.instances, CAR.parents)

    def test_a_removed_label_that_is_not_there_is_no_matter(self) -> None:
        corrected = apply(IN_REVIEW, decision(labels_removed=("Bus",)))

        assert corrected.labels == IN_REVIEW.labels
        assert corrected.detected is None

    def test_it_may_be_applied_again(self) -> None:
        changes = decision(labels_added=("Taxi",), labels_removed=("Car",), text=("GO",))
        once = apply(IN_REVIEW, changes)

        assert apply(once, changes) == once

    @pytest.mark.parametrize("before", [IN_REVIEW, result(Status.DONE)])
    @pytest.mark.parametrize("kind", [Kind.APPROVE, Kind.CORRECT, Kind.REJECT], ids=str)
    def test_without_a_decision_everything_is_as_it_was_found(
        self, before: Result, kind: Kind
    ) -> None:
        made = decision(kind, comment="x", labels_added=("Taxi",), text=())

        assert apply(apply(before, made), None) == before

    def test_a_decision_is_for_a_new_analysis_too(self) -> None:
        bus = Label("Bus", 88.0)
        corrected = apply(IN_REVIEW, decision(labels_added=("Taxi",), labels_removed=("Car",)))
        anew = as_detected(corrected).changed(labels=(CAR, bus))

        again = apply(anew, corrected.review)

        assert again.labels == (Label("Taxi", 100.0), bus)
        assert again.detected == Detected((CAR, bus), (LINE, WORD))


class TestText:
    def text(self, *lines: str, found: tuple[TextDetection, ...]) -> tuple[TextDetection, ...]:
        return apply(IN_REVIEW.changed(text=found), decision(text=lines)).text

    def test_an_edited_line_keeps_its_place_and_loses_its_words(self) -> None:
        assert self.text("STOP!", found=(LINE, WORD)) == (
            TextDetection(id=2, kind="LINE", text="STOP!", confidence=100.0, box=LINE.box),
        )

    def test_a_line_that_was_read_right_stays_with_its_words(self) -> None:
        text = self.text("STOP", "MAIN STREET", found=(LINE, SECOND, WORD))

        assert text[:2] == (LINE, WORD)
        assert (text[2].text, text[2].box) == ("MAIN STREET", LOWER)

    def test_with_another_number_of_lines_new_ones_are_somewhere_in_the_image(self) -> None:
        text = self.text("ONE WAY", "STOP", "GO", found=(LINE, WORD))

        assert [one.text for one in text] == ["ONE WAY", "STOP", "STOP", "GO"]
        assert (text[1], text[2]) == (LINE, WORD)
        assert text[0].box == text[3].box == WHOLE_IMAGE

    def test_a_line_stands_for_one_detection_only(self) -> None:
        text = self.text("STOP", "STOP", found=(LINE, WORD))

        assert [one.box for one in text if one.kind == "LINE"] == [LINE.box, WHOLE_IMAGE]

    def test_ids_stay_distinct_and_words_have_their_line(self) -> None:
        text = self.text("A", "STOP", "B", found=(LINE, WORD, SECOND))

        ids = [one.id for one in text]
        assert len(set(ids)) == len(ids)
        assert {one.parent for one in text if one.kind == "WORD"} <= set(ids)

    def test_no_lines_are_no_text(self) -> None:
        assert self.text(found=(LINE, WORD)) == ()

    def test_the_same_lines_change_nothing(self) -> None:
        corrected = apply(IN_REVIEW, decision(text=("STOP",)))

        assert (corrected.text, corrected.detected) == (IN_REVIEW.text, None)


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


class TestIsRepeat:
    CORRECTION = request(Kind.CORRECT, add_labels=("Taxi",), remove_labels=("Car",), text=("A",))

    def test_the_same_request_is(self) -> None:
        made = decided(self.CORRECTION)

        assert is_repeat(self.CORRECTION, made, None)

    def test_the_same_second_correction_is(self) -> None:
        first = decided(self.CORRECTION)
        asked = request(Kind.CORRECT, add_labels=("Bus",), remove_labels=("Taxi",))
        second = decided(asked, apply(IN_REVIEW, first), number=2)

        assert is_repeat(asked, second, first)
        assert not is_repeat(self.CORRECTION, second, first)

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
        assert not is_repeat(asked, decided(self.CORRECTION), None)


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

    def test_a_result_survives_with_its_decision(self) -> None:
        corrected = apply(IN_REVIEW, self.MADE)

        assert Result.from_document(corrected.to_document()) == corrected

    def test_a_result_that_was_written_before_there_were_decisions_is_read(self) -> None:
        document = result().to_document()
        for name in ("review", "detected", "cause", "content", "paid"):
            del document[name]

        assert Result.from_document(document) == result()

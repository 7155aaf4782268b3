"""What decisions make of results."""

import pytest

from lambdas.common.result import Box, Detected, Label, Result, TextDetection
from lambdas.common.review.corrections import WHOLE_IMAGE, apply, as_detected
from lambdas.common.review.decisions import Kind
from lambdas.common.status import Status
from tests.unit.lambdas.decisions import IN_REVIEW, decision
from tests.unit.lambdas.results import CAR, LINE, TREE, WORD, result

LOWER = Box(left=0.1, top=0.7, width=0.3, height=0.1)
SECOND = TextDetection(id=2, kind="LINE", text="MAIN ST", confidence=90.0, box=LOWER)


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

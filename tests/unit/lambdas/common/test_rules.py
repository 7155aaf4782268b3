import re

import pytest

from lambdas.common.result import Label
from lambdas.common.rules import ReviewRule, TextRule


class TestTextRule:
    @pytest.mark.parametrize(
        ("labels", "matches"),
        [
            ([("Car", 90.0)], True),
            ([("Car", 89.99)], False),
            ([("car", 99.0)], True),
            ([("Bus", 80.0)], True),
            ([("Tree", 99.9), ("Bus", 80.1)], True),
            ([("Tree", 99.9)], False),
            ([], False),
        ],
    )
    def test_one_label_over_its_threshold_suffices(
        self, labels: list[tuple[str, float]], matches: bool
    ) -> None:
        rule = TextRule.parse(" Car:90, Bus:80 ")
        assert rule.matches([Label(name, value) for name, value in labels]) is matches

    @pytest.mark.parametrize(("text", "matches"), [("always", True), ("Never", False)])
    def test_always_and_never_do_not_look_at_labels(self, text: str, matches: bool) -> None:
        rule = TextRule.parse(text)
        assert rule.matches([]) is matches
        assert rule.matches([Label("Car", 100)]) is matches

    def test_only_labels_make_text_expected(self) -> None:
        assert TextRule.parse("Car:90").expects_text
        assert not TextRule.parse("always").expects_text

    @pytest.mark.parametrize("text", ["always", "never", "Car:90", "Car:90,License Plate:55.5"])
    def test_a_rule_reads_back_what_it_wrote(self, text: str) -> None:
        rule = TextRule.parse(text)
        assert str(rule) == text
        assert TextRule.parse(str(rule)) == rule

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "needs a confidence from 0 to 100, such as Car:90"),
            ("Car", "'Car' needs a confidence"),
            ("Car:", "'Car:' needs a confidence"),
            ("Car:101", "'Car:101' needs a confidence"),
            ("Car:-1", "'Car:-1' needs a confidence"),
            ("Car:nan", "'Car:nan' needs a confidence"),
            ("Car:90,", "'' needs a confidence"),
            (":90", "':90' names no label: write always, never, or labels"),
            ("always,Car:90", "'always' needs a confidence"),
        ],
    )
    def test_a_wrong_rule_is_refused_with_what_to_write(self, text: str, sentence: str) -> None:
        with pytest.raises(ValueError, match=re.escape(sentence)):
            TextRule.parse(text)


class TestReviewRule:
    @pytest.mark.parametrize(
        ("best", "text_expected", "text_found", "reasons"),
        [
            (70.0, False, False, ()),
            (69.9, False, False, ("the best label has a confidence of 69.9, below 70",)),
            (50.0, False, False, ("the best label has a confidence of 50.0, below 70",)),
            (None, False, False, ("no label was found",)),
            (99.0, True, True, ()),
            (99.0, True, False, ("its labels made text likely, and none was found",)),
            (99.0, False, True, ()),
            (
                10.0,
                True,
                False,
                (
                    "the best label has a confidence of 10.0, below 70",
                    "its labels made text likely, and none was found",
                ),
            ),
        ],
    )
    def test_the_reasons_say_why_a_person_should_look(
        self,
        best: float | None,
        text_expected: bool,
        text_found: bool,
        reasons: tuple[str, ...],
    ) -> None:
        rule = ReviewRule.parse("labels:70,missing-text")
        labels = [] if best is None else [Label("Low", 1.0), Label("Best", best)]
        found = rule.reasons(labels, text_expected=text_expected, text_found=text_found)
        assert found == reasons

    def test_never_finds_no_reason(self) -> None:
        assert not ReviewRule.parse(" NEVER ").reasons([], text_expected=True, text_found=False)

    def test_each_half_works_alone(self) -> None:
        low, silent = [Label("Low", 1.0)], [Label("Sure", 99.0)]
        labels, text = ReviewRule.parse("labels:70"), ReviewRule.parse("missing-text")
        assert labels.reasons(low, text_expected=False, text_found=False)
        assert not labels.reasons(silent, text_expected=True, text_found=False)
        assert text.reasons(silent, text_expected=True, text_found=False)
        assert not text.reasons(low, text_expected=False, text_found=False)

    @pytest.mark.parametrize(
        "text", ["never", "labels:70", "missing-text", "labels:62.5,missing-text"]
    )
    def test_a_rule_reads_back_what_it_wrote(self, text: str) -> None:
        assert str(ReviewRule.parse(text)) == text

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "'' is no review rule: write never, or labels:60,missing-text"),
            ("always", "'always' is no review rule"),
            ("labels", "'labels' needs a confidence from 0 to 100"),
            ("labels:101", "'labels:101' needs a confidence"),
            ("missing-text:5", "'missing-text:5' is no review rule"),
            ("never,labels:5", "'never' is no review rule"),
        ],
    )
    def test_a_wrong_rule_is_refused_with_what_to_write(self, text: str, sentence: str) -> None:
        with pytest.raises(ValueError, match=re.escape(sentence)):
            ReviewRule.parse(text)

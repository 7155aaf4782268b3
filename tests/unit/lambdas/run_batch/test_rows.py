import csv
import io
from typing import Any

import pytest

from lambdas.common.rules import TextRule
from lambdas.run_batch.rows import (
    MAX_LABELS,
    MAX_TEXT_CHARACTERS,
    csv_lines,
    csv_row,
    row_of,
    shared_indexes,
    sort,
    text_line,
)

CAR = {"name": "Car", "confidence": 97.54}
TREE = {"name": "Tree", "confidence": 99.0}


def record(key: str = "in/7.jpg", **changes: Any) -> dict[str, Any]:
    found = {"image_id": "1", "key": key, "status": "done", "labels": [TREE, CAR]}
    return {**found, "text": ["TAXI 42"], **changes}


def row(key: str = "in/7.jpg", text: str = "TAXI 42", rule: str = "Car:90") -> dict[str, Any]:
    found = row_of(record(key, text=[text]), TextRule.parse(rule))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rule", "is_there"), [("Car:90", True), ("Car:98", False), ("always", True), ("never", False)]
)
def test_an_image_is_reported_when_the_rule_matches(rule: str, is_there: bool) -> None:
    assert (row_of(record(), TextRule.parse(rule)) is not None) is is_there


@pytest.mark.parametrize("missing", [{"text": []}, {"labels": []}])
def test_an_image_without_text_or_labels_is_not_reported(missing: dict[str, Any]) -> None:
    assert row_of(record(**missing), TextRule.parse("Car:90")) is None


def test_an_image_that_is_being_deleted_is_not_reported() -> None:
    doomed = record(status="deleted", deletion_due=True)
    assert row_of(doomed, TextRule.parse("always")) is None


def test_a_row_names_the_labels_that_matched() -> None:
    assert row()["labels"] == [["Car", 97.54]]
    many = [{"name": f"L{number}", "confidence": 90.0} for number in range(20)]
    found = row_of(record(labels=many), TextRule.parse("always"))
    assert found is not None
    assert len(found["labels"]) == MAX_LABELS


def test_a_row_is_bounded() -> None:
    found = row_of(record(text=["X" * 300] * 100), TextRule.parse("always"))
    assert found is not None
    assert len(found["text"]) == MAX_TEXT_CHARACTERS


@pytest.mark.parametrize(
    ("key", "index"),
    [
        ("7.jpg", 7),
        ("a/b/007.JPG", 7),
        ("7", 7),
        ("7.8.jpg", None),
        ("a7.jpg", None),
        ("-7.jpg", None),
        ("7/photo.jpg", None),
        ("\u0667.jpg", None),
        (".jpg", None),
    ],
)
def test_the_index_is_the_number_that_the_file_is_named(key: str, index: int | None) -> None:
    assert row(key)["index"] == index


def test_rows_are_in_the_order_that_people_count_in() -> None:
    keys = ["10.jpg", "2.jpg", "1.jpg", "b/3.jpg", "a10/1.jpg", "a9/1.jpg", "c/x.jpg"]
    assert [found["key"] for found in sort(row(key) for key in keys)] == [
        *("1.jpg", "2.jpg", "10.jpg", "a9/1.jpg", "a10/1.jpg", "b/3.jpg", "c/x.jpg")
    ]


def test_numbers_that_two_images_have_tell_nothing() -> None:
    rows = [row("a/1.jpg"), row("b/1.jpg"), row("a/2.jpg"), row("x.jpg"), row("y.jpg")]
    assert shared_indexes(rows) == {1}


def test_a_line_has_the_index_or_the_key() -> None:
    assert text_line(row(), by_index=True) == "7: TAXI 42\n"
    assert text_line(row(), by_index=False) == "in/7.jpg: TAXI 42\n"
    assert text_line(row("in/x.jpg"), by_index=True) == "in/x.jpg: TAXI 42\n"


def test_nobody_writes_lines_of_the_report_by_a_key_or_a_sign() -> None:
    hostile = row("a\n9: FREE.jpg", "ONE\r\n8: TWO\x1b[2J")
    assert text_line(hostile, by_index=True).count("\n") == 1
    assert "\x1b" not in text_line(hostile, by_index=True)
    assert csv_lines([csv_row(hostile)]).count("\n") == 1


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(formula: str) -> None:
    ((_, key, _, text, _),) = csv.reader(io.StringIO(csv_lines([csv_row(row(formula, formula))])))
    assert text.startswith("'")
    assert key.startswith("'")


def test_csv_keeps_what_has_quotes_and_commas() -> None:
    text = 'STOP, "NOW"; 1\u00b7€'
    (cells,) = csv.reader(io.StringIO(csv_lines([csv_row(row("a,b.jpg", text))])))
    assert cells == ["", "a,b.jpg", "Car 97.5", text, "1"]

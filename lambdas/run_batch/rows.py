"""The rows of a batch's report: what a record gives, and how it reads."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from lambdas.common.printable import printable
from lambdas.common.records.queries import Record
from lambdas.common.result import JsonObject, Label
from lambdas.common.rules import TextRule
from lambdas.common.status import Status

MAX_SORTED_ROWS = 50_000
"""Rows that are sorted; more stay in the order of the listing, so that memory is bounded."""
MAX_TEXT_CHARACTERS = 2_000
"""Text of one image in a report; its result document has all of it."""
MAX_LABELS = 5
"""Labels of a row where the rule names none."""

COLUMNS = ("index", "key", "labels", "text", "image_id")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row_of(record: Record, rule: TextRule) -> JsonObject | None:
    """Return a record's row; None for an image that the rule does not match, or without text.

    Also for one that is being deleted, whose record still has its text.
    """
    if record["status"] == Status.DELETED:
        return None
    lines = [str(line) for line in record.get("text", [])]
    labels = [
        Label(str(label["name"]), float(label["confidence"])) for label in record.get("labels", [])
    ]
    if not lines or not rule.matches(labels):
        return None
    matched = [label for label in labels if rule.matches([label])]
    return {
        "image_id": record["image_id"],
        "key": record["key"],
        "index": _index(record["key"]),
        "labels": [
            [label.name, label.confidence]
            for label in (matched if rule.thresholds else matched[:MAX_LABELS])
        ],
        "text": " | ".join(lines)[:MAX_TEXT_CHARACTERS],
    }


def sort(rows: Iterable[JsonObject]) -> list[JsonObject]:
    """Return rows in the natural order of their keys: 2.jpg before 10.jpg."""
    return sorted(rows, key=lambda row: _natural(row["key"]))


def shared_indexes(rows: Iterable[JsonObject]) -> frozenset[int]:
    """Return the indexes that more than one row has, so that none of them tells which."""
    counts = Counter(row["index"] for row in rows if row["index"] is not None)
    return frozenset(index for index, count in counts.items() if count > 1)


def text_line(row: JsonObject, *, by_index: bool) -> str:
    """Return a row as a line: `7: TAXI 42`, or the key in the index's place."""
    name = row["key"] if row["index"] is None or not by_index else row["index"]
    return printable(f"{name}: {row['text']}") + "\n"


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV (RFC 4180), with nothing that a spreadsheet takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def csv_row(row: JsonObject) -> list[Any]:
    """Return a row's cells in the order of COLUMNS."""
    labels = "; ".join(f"{name} {confidence:.1f}" for name, confidence in row["labels"])
    return [row["index"], row["key"], labels, row["text"], row["image_id"]]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # Before the characters are made printable: a tab would hide what stands behind it.
    guard = "'" if text.startswith(_FORMULA) else ""
    return guard + printable(text)


def _index(key: str) -> int | None:
    """Return the number that a file's name is, without its suffix; None when it is none."""
    name = key.rpartition("/")[2].rpartition(".")[0] or key.rpartition("/")[2]
    return int(name) if name.isascii() and name.isdecimal() else None


def _natural(key: str) -> list[tuple[int, int, str]]:
    parts = re.split(r"([0-9]+)", key)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part] + [
        (-1, 0, key)
    ]

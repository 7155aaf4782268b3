"""Decisions are numbered, short, and say what, why and what was given up."""

import re

import pytest

from tests.docs.pages import ROOT, Page, pages

MAX_LINES = 25
DECISIONS = [found for found in pages() if found.path.parent == ROOT / "docs" / "decisions"]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(found.path.name[:4]) for found in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("found", DECISIONS, ids=lambda found: found.path.stem)
def test_decision_is_short_and_complete(found: Page) -> None:
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+", found.path.stem)
    assert found.text.startswith(f"# {int(found.path.name[:4])}. ")
    assert re.findall(r"^\*\*(.+?)\.\*\*", found.text, re.MULTILINE) == ["What", "Why", "Given up"]
    assert len(found.text.splitlines()) <= MAX_LINES

"""Every fault on the page on reliability has the test that it names, and no case is left out."""

import re

import pytest

from lambdas.common.queue.messages import RetryPolicy
from stacks.settings import Settings
from tests.docs.pages import ROOT, page
from tests.local.test_faults import CASES

PAGE = "docs/reliability.md"
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}
NO_FAULT = "**"
"""What the rows start with that only head those below them."""


def named_in(heading: str) -> list[set[str]]:
    """What stands between backticks in the last column of a section's table, by row."""
    _, _, *rows = page(PAGE).section(heading).rows
    cells = [row[-1] for row in rows if not row[0].startswith(NO_FAULT)]
    return [set(re.findall(r"`([^`]+)`", cell)) for cell in cells]


def test_every_test_that_is_named_exists() -> None:
    named = {code for code in page(PAGE).code if code.startswith("test_")}

    assert named
    assert named - TESTS == set()


def test_every_fault_has_a_test() -> None:
    for heading in ("Faults in a deployed stack", "Other faults"):
        rows = named_in(heading)
        assert rows
        assert all(rows), f"a row of {heading!r} names none"


def test_the_cases_of_a_deployed_stack_are_these_and_each_stands_in_one_row() -> None:
    rows = named_in("Faults in a deployed stack")

    assert set().union(*rows) == set(CASES)
    assert sum(len(row) for row in rows) == len(CASES)


def test_the_retries_are_those_of_the_stock_settings() -> None:
    stock = Settings()
    policy = RetryPolicy(stock.max_attempts, stock.retry_seconds)
    section = page(PAGE).section("Retries")
    pauses = next(row for row in section.rows if row[0] == "Pause")[1:-1]
    units = {"s": 1, "min": 60}
    seconds = [int(number) * units[unit] for number, unit in map(str.split, pauses)]

    assert f"at most {stock.max_attempts} attempts within about two hours" in section.text
    assert len(seconds) == stock.max_attempts - 1
    # Each varies by a fifth.
    assert policy.longest_seconds == pytest.approx(sum(seconds) * 1.2) == 2 * 3600 + 3 * 60

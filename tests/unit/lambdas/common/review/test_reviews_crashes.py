"""A reviewer's command that ends at any single request to AWS."""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from typing import Any

import pytest

from lambdas.common.review.decisions import InvalidDecisionError
from tests.unit.lambdas.desk import ADA, DECISIONS, TAXI, Decide, Desk, undo
from tests.unit.lambdas.steps import KilledError, Steps
from tests.unit.lambdas.world import account

NAMES = (*DECISIONS, "undo")


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield
    undisturbed.cache_clear()


def prepared(name: str) -> tuple[Desk, Decide]:
    """An image that can be decided so, and the decision."""
    desk = Desk()
    if name != "undo":
        return desk, DECISIONS[name]
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    desk.published_before = len(desk.announced)
    return desk, undo


def steps_of(name: str) -> list[str]:
    with account():
        desk, decide = prepared(name)
        decide(desk.reviews(), desk.id)
        return desk.steps.names


@cache
def undisturbed(name: str) -> tuple[Any, int]:
    """What a decision leads to when nothing is struck, and the length of the history."""
    desk, decide = prepared(name)
    decide(desk.reviews(), desk.id)
    return end_of(desk), len(desk.reviews().history(desk.id))


def end_of(desk: Desk) -> Any:
    return desk.result, desk.label_items, desk.found_by, desk.status, set(desk.message_ids)


# What ends after a read might as well end before the next request.
READS = ("dynamodb.get_item", "s3.get_object")
WAYS = [("before", False), ("before", True), ("after", False), ("after", True), ("twice", False)]
STRIKES = [
    (name, number, step, when, resumed)
    for name in NAMES
    for number, step in enumerate(steps_of(name))
    for when, resumed in (WAYS[:1] if step in READS else WAYS)
]


@pytest.mark.parametrize(("name", "number", "step", "when", "resumed"), STRIKES)
def test_it_is_finished_by_the_same_command_or_by_resume(
    name: str, number: int, step: str, when: str, resumed: bool
) -> None:
    # Given
    end, entries = undisturbed(name)
    desk, decide = prepared(name)
    steps = Steps(strike=(number, when), kind=KilledError)
    # When
    with nullcontext() if when == "twice" else pytest.raises(KilledError):
        decide(desk.reviews(steps), desk.id)
    assert steps.names[number] == step
    if resumed:
        desk.reviews().resume(desk.id)
    made = len(desk.reviews().history(desk.id)) == entries
    if not made or not resumed:
        # One more undo is another one, unless the last is still under way.
        over = name == "undo" and made and "review_due" not in desk.record
        with pytest.raises(InvalidDecisionError) if over else nullcontext():
            decide(desk.reviews(), desk.id)
    # Then
    assert end_of(desk) == end
    assert len(desk.reviews().history(desk.id)) == entries
    assert 1 <= len(desk.since) <= 2
    assert desk.agrees()
    assert desk.reviews().resume(desk.id) is None

"""Decisions of several reviewers on one image at the same time."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from lambdas.common.review.deciding import Correction
from lambdas.common.review.decisions import ConflictError, DecisionError, Entry
from lambdas.common.status import Status
from tests.unit.lambdas.desk import ADA, BOB, TAXI, Desk
from tests.unit.lambdas.steps import CrashError, Steps

pytestmark = pytest.mark.usefixtures("aws_account")


class Overtaken(Steps):
    """Lets somebody else act right before a request."""

    def __init__(self, name: str, act: Callable[[], object], **settings: Any) -> None:
        super().__init__(**settings)
        self._name, self._act = name, act

    def __call__(self, name: str, effect: Callable[[], Any], arguments: dict[str, Any]) -> Any:
        if name == self._name:
            self._name = ""
            self._act()
        return super().__call__(name, effect, arguments)


class TestTwoAtOnce:
    def test_the_second_reviewer_is_told_of_the_first(self) -> None:
        desk = Desk()
        other = desk.reviews()
        steps = Overtaken(
            "dynamodb.transact_write_items",
            lambda: other.reject(desk.id, by=BOB, comment="blurred"),
        )

        with pytest.raises(ConflictError, match=f"decided meanwhile: rejected by {BOB}"):
            desk.reviews(steps).approve(desk.id, by=ADA)

        assert desk.status is Status.REJECTED
        assert len(desk.reviews().history(desk.id)) == 1
        assert desk.agrees()

    def test_of_two_corrections_of_a_done_image_the_second_is_refused(self) -> None:
        # Given: status, times and lease are after the first as they were before
        desk = Desk(review_rule="never")
        other = desk.reviews()
        steps = Overtaken(
            "dynamodb.transact_write_items", lambda: other.correct(desk.id, TAXI, by=BOB)
        )
        # When
        with pytest.raises(ConflictError, match=f"decided meanwhile: corrected by {BOB}"):
            desk.reviews(steps).correct(desk.id, Correction(add_labels=("Van",)), by=ADA)
        # Then
        assert desk.label_names == ["Taxi", "Tree"]
        assert desk.agrees()

    def test_a_decision_half_way_is_finished_by_the_next_reviewer(self) -> None:
        desk = Desk()
        steps = Steps(strike=(3, "after"))  # the transaction
        with pytest.raises(CrashError):
            desk.reviews(steps).approve(desk.id, by=ADA)

        desk.reviews().correct(desk.id, TAXI, by=BOB)

        assert [message["review"]["number"] for message in desk.since] == [1, 2]
        assert [entry.decision.by for entry in desk.reviews().history(desk.id)] == [ADA, BOB]
        assert desk.agrees()

    def test_a_slow_reviewer_does_not_undo_what_was_decided_since(self) -> None:
        # Given: Ada's decision is made, and her command stands still before it writes the result
        desk = Desk()
        other = desk.reviews()

        def meanwhile() -> None:
            other.resume(desk.id)
            other.correct(desk.id, TAXI, by=BOB)

        # When
        desk.reviews(Overtaken("s3.put_object", meanwhile)).approve(desk.id, by=ADA)
        # Then
        assert desk.label_names == ["Taxi", "Tree"]
        assert desk.agrees()

    def test_many_at_once_decide_once(self) -> None:
        desk = Desk()
        ended: list[object] = []

        def decide(number: int) -> None:
            try:
                ended.append(desk.reviews().reject(desk.id, by=f"user {number}", comment="blurred"))
            except DecisionError as error:
                ended.append(error)

        threads = [threading.Thread(target=decide, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sum(isinstance(end, Entry) for end in ended) == 1
        assert len(ended) == len(threads)
        assert len(desk.reviews().history(desk.id)) == 1
        assert desk.agrees()

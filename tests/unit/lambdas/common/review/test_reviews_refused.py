"""Decisions that are refused, and change nothing."""

import pytest

from lambdas.common.review.deciding import Correction
from lambdas.common.review.decisions import ConflictError, InvalidDecisionError, UnknownImageError
from tests.unit.lambdas.desk import ADA, DECISIONS, TAXI, Desk, undo

pytestmark = pytest.mark.usefixtures("aws_account")


class TestRefusals:
    def test_an_unknown_image(self) -> None:
        desk = Desk()

        for ask in (*DECISIONS.values(), undo):
            with pytest.raises(UnknownImageError, match="there is no image 0123"):
                ask(desk.reviews(), "0123")
        with pytest.raises(UnknownImageError):
            desk.reviews().history("0123")

    def test_an_image_on_its_way(self) -> None:
        desk = Desk()
        desk.write_record(status="received")

        with pytest.raises(ConflictError, match="at work"):
            desk.reviews().approve(desk.id, by=ADA)

    def test_an_image_that_is_leased(self) -> None:
        desk = Desk()
        desk.write_record(lease_until=desk.clock.time + 10, lease_by="a function")

        with pytest.raises(ConflictError, match="at work"):
            desk.reviews().approve(desk.id, by=ADA)

        assert "review#000001" not in desk.items

    def test_an_image_whose_result_is_gone(self) -> None:
        desk = Desk()
        desk.delete_result()

        with pytest.raises(InvalidDecisionError, match="full result"):
            desk.reviews().approve(desk.id, by=ADA)

    def test_a_record_that_its_result_contradicts(self) -> None:
        desk = Desk()
        desk.write_record(status="done")

        with pytest.raises(ConflictError, match="do not agree"):
            desk.reviews().correct(desk.id, TAXI, by=ADA)

    def test_nothing_is_changed_by_a_wrong_request(self) -> None:
        desk = Desk()
        before = desk.items

        with pytest.raises(InvalidDecisionError):
            desk.reviews().correct(desk.id, Correction(remove_labels=("Bus",)), by=ADA)

        assert desk.items == before
        assert desk.since == []

"""Decisions stand when the image is analysed again, whichever stage it ends in."""

from collections.abc import Iterator

import pytest

from lambdas.common.result import Label
from lambdas.common.review.decisions import ConflictError, InvalidDecisionError
from lambdas.common.review.table import LEASE_SECONDS
from lambdas.common.status import Status
from tests.unit.lambdas.desk import ADA, BOB, BUS, DECISIONS, TAXI, Desk
from tests.unit.lambdas.fakes import CAR
from tests.unit.lambdas.steps import KilledError, Steps
from tests.unit.lambdas.world import account


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


@pytest.fixture(params=["Car:90", "never"], ids=["two stages", "one stage"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(text_rule=request.param)


def see_a_bus(desk: Desk) -> None:
    """What the next analysis finds."""
    desk.rekognition.labels = [CAR, BUS]
    desk.rekognition.lines = ["42 TAXl"]


@pytest.mark.parametrize("name", DECISIONS)
def test_the_status_is_that_of_the_decision(desk: Desk, name: str) -> None:
    DECISIONS[name](desk.reviews(), desk.id)
    status, reason = desk.status, desk.result.reason

    desk.analyse_again()

    assert desk.paid["detect_labels"] == 2
    assert (desk.status, desk.result.reason) == (status, reason)
    assert desk.result.review_reasons
    # A new end: a subscriber that dropped it as seen would not hear of the new labels.
    assert desk.since[-1]["message_id"] == f"{desk.id}:{status}:again-again:review-1"
    assert desk.agrees()


def test_an_approved_image_has_what_was_found_now(desk: Desk) -> None:
    desk.reviews().approve(desk.id, by=ADA)
    see_a_bus(desk)

    desk.analyse_again()

    assert desk.label_names == ["Car", "Bus"]
    assert desk.result.detected is None
    assert desk.agrees()


def test_a_correction_is_made_to_what_was_found_now(desk: Desk) -> None:
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    see_a_bus(desk)

    desk.analyse_again()

    assert desk.result.labels[0] == Label("Taxi", 100.0)
    assert desk.label_names == ["Taxi", "Bus"]
    assert desk.result.lines == ["TAXI 42"]
    assert desk.result.detected is not None
    assert [label.name for label in desk.result.detected.labels] == ["Car", "Bus"]
    assert desk.agrees()


def test_undo_leads_to_what_the_newest_analysis_found(desk: Desk) -> None:
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    see_a_bus(desk)
    desk.analyse_again()

    desk.reviews().undo(desk.id, by=BOB)

    assert desk.status is Status.IN_REVIEW
    assert desk.label_names == ["Car", "Bus"]
    assert desk.agrees()


def test_it_can_be_analysed_again_and_again(desk: Desk) -> None:
    desk.reviews().correct(desk.id, TAXI, by=ADA)

    for run in ("first", "second"):
        desk.analyse_again(run)

    assert desk.label_names == ["Taxi", "Tree"]
    assert len(desk.reviews().history(desk.id)) == 1
    assert desk.agrees()


def test_a_decision_survives_its_result_document(desk: Desk) -> None:
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    desk.delete_result()

    desk.analyse_again()

    assert desk.label_names == ["Taxi", "Tree"]
    assert desk.agrees()


def test_a_decision_left_half_way_is_in_the_next_analysis(desk: Desk) -> None:
    # Given: only the transaction was made
    with pytest.raises(KilledError):
        desk.reviews(Steps(strike=(3, "after"), kind=KilledError)).correct(desk.id, TAXI, by=ADA)
    assert desk.label_names == ["Car", "Tree"]
    # When
    desk.clock.time += LEASE_SECONDS + 1
    desk.analyse_again()
    # Then
    assert desk.label_names == ["Taxi", "Tree"]
    assert set(desk.label_items) == {"Taxi", "Tree"}
    # And what is left is to say so
    assert desk.record["review_due"] == 1
    desk.reviews().resume(desk.id)
    assert desk.agrees()


def test_a_new_analysis_waits_while_a_decision_is_carried_out(desk: Desk) -> None:
    with pytest.raises(KilledError):
        desk.reviews(Steps(strike=(3, "after"), kind=KilledError)).approve(desk.id, by=ADA)
    began = desk.clock.time

    desk.analyse_again()

    assert desk.clock.time - began >= LEASE_SECONDS
    assert desk.paid["detect_labels"] == 2
    assert desk.record["attempts"] == 1  # waiting is none
    assert desk.status is Status.DONE


def test_nobody_decides_while_it_is_analysed(desk: Desk) -> None:
    desk.analyse_again(drain=False)
    desk.rekognition.script = [KeyError("a fault of ours")]
    desk.deliver(desk.sqs.of("images")[0])

    with pytest.raises(ConflictError, match="at work"):
        desk.reviews().approve(desk.id, by=ADA)

    desk.drain()
    desk.reviews().approve(desk.id, by=ADA)
    assert desk.agrees()


def test_an_image_that_cannot_be_analysed_any_more_keeps_its_end(desk: Desk) -> None:
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    desk.delete_original()

    desk.analyse_again()

    assert (desk.status, desk.label_names) == (Status.DONE, ["Taxi", "Tree"])
    assert desk.agrees()


def test_a_decision_half_way_ends_an_image_that_cannot_be_analysed_any_more(desk: Desk) -> None:
    with pytest.raises(KilledError):
        desk.reviews(Steps(strike=(3, "after"), kind=KilledError)).approve(desk.id, by=ADA)
    desk.delete_original()
    desk.analyse_again()

    desk.reviews().resume(desk.id)

    assert desk.status is Status.DONE
    assert desk.agrees()


def test_a_decision_half_way_does_not_hide_a_failure(desk: Desk) -> None:
    # Given
    with pytest.raises(KilledError):
        desk.reviews(Steps(strike=(3, "after"), kind=KilledError)).correct(desk.id, TAXI, by=ADA)
    desk.rekognition.always["detect_labels"] = KeyError("a fault of ours")
    desk.analyse_again()
    # When
    desk.reviews().resume(desk.id)
    # Then
    assert desk.status is desk.result.status is Status.FAILED
    assert [message["message_id"] for message in desk.since] == [f"{desk.id}:failed"]
    with pytest.raises(InvalidDecisionError, match="has failed"):
        desk.reviews().undo(desk.id, by=BOB)
    # And it is not forgotten
    desk.rekognition.always.clear()
    desk.redrive()
    assert desk.label_names == ["Taxi", "Tree"]
    assert desk.agrees()


def test_a_failure_is_announced_as_one_and_a_redrive_brings_the_decision_back(desk: Desk) -> None:
    desk.reviews().correct(desk.id, TAXI, by=ADA)
    desk.rekognition.always["detect_labels"] = KeyError("a fault of ours")
    desk.analyse_again()
    assert desk.since[-1]["message_id"] == f"{desk.id}:failed"

    desk.rekognition.always.clear()
    desk.redrive()

    assert desk.label_names == ["Taxi", "Tree"]
    assert desk.agrees()

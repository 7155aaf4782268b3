import pytest

from lambdas.common.status import BEFORE, ENDED, ON_THE_WAY, Status

FINAL = (Status.DONE, Status.REJECTED)


def test_every_state_says_what_it_may_follow() -> None:
    assert BEFORE.keys() == set(Status)


@pytest.mark.parametrize("final", FINAL)
def test_there_is_no_way_out_of_done_and_rejected(final: Status) -> None:
    assert [after for after, before in BEFORE.items() if final in before] == []


def test_review_is_never_left_by_the_pipeline() -> None:
    assert [after for after, before in BEFORE.items() if Status.IN_REVIEW in before] == []


def test_the_pipeline_deletes_nothing_and_brings_nothing_deleted_back() -> None:
    assert BEFORE[Status.DELETED] == frozenset()
    assert [after for after, before in BEFORE.items() if Status.DELETED in before] == []


def test_failed_is_left_by_a_redrive_but_not_for_itself() -> None:
    left_for = {after for after, before in BEFORE.items() if Status.FAILED in before}
    assert left_for == set(Status) - {Status.FAILED, Status.ON_HOLD, Status.DELETED}


@pytest.mark.parametrize("status", Status)
def test_no_state_follows_itself(status: Status) -> None:
    assert status not in BEFORE[status]


def test_an_image_in_any_state_on_the_way_can_reach_every_end() -> None:
    ends = {status for status in Status if status.is_terminal} - {Status.DELETED}
    assert ends == {Status.DONE, Status.IN_REVIEW, Status.REJECTED, Status.FAILED}
    assert all(BEFORE[end] >= ON_THE_WAY for end in ends)


def test_an_end_is_one_that_no_redrive_takes_back() -> None:
    assert {Status.DONE, Status.IN_REVIEW, Status.REJECTED, Status.DELETED} == ENDED
    assert all(status.is_terminal for status in ENDED)

"""Images that are begun once more: after a redrive, or for a new analysis."""

from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError
from lambdas.common.records.attempts import Attempt, Attempts
from lambdas.common.records.items import from_item
from lambdas.common.records.sent_again import SentAgain
from lambdas.common.records.table import Progress, RecordTable
from lambdas.common.status import Status
from tests.unit.lambdas.common.records.attempts import DENIED, ID, LEASE, attempts_by, ended
from tests.unit.lambdas.common.records.attempts import begin as begin_once
from tests.unit.lambdas.common.records.test_table import stored
from tests.unit.lambdas.results import FINISHED_AT, result
from tests.unit.lambdas.steps import Clock, KilledError, Steps

REDRIVEN = SentAgain(failed_at=FINISHED_AT)

begin = partial(begin_once, sent_again=REDRIVEN)
"""As for a message that was brought back after the image had failed."""


class TestReopened:
    @pytest.mark.parametrize("stage", [Status.RECEIVED, Status.LABELLED])
    def test_an_image_that_failed_starts_anew_where_its_message_was(
        self, attempts: Attempts, records: RecordTable, dynamodb: Any, stage: Status
    ) -> None:
        # Given
        for _ in range(6):
            attempts.failed(ID, begin(attempts), DENIED)
        records.advance(result(Status.FAILED, cause="x", reason="y"), at=FINISHED_AT)
        attempts.buried(ID)
        # When
        begun = begin(attempts, "b", stage)
        # Then
        assert begun == Attempt(1, "b", stage)
        item = from_item(stored(dynamodb, result()))
        assert (item["status"], item["attempts"]) == (stage, 1)
        assert {"cause", "failure", "failed_attempt", "buried"}.isdisjoint(item)
        # And then: its attempts are counted as any other's
        attempts.failed(ID, begun, DENIED)
        assert begin(attempts, "c", stage).number == 2

    def test_one_that_is_then_put_off_is_not_taken_for_a_new_image(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        # Its result is there, and has to be read before another is written.
        ended(attempts, records, Status.FAILED)
        attempts.put_off(ID, begin(attempts))
        begun = begin(attempts)
        assert (begun.number, begun.is_first) == (1, False)

    def test_of_two_redriven_messages_one_begins(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        ended(attempts, records, Status.FAILED)
        begin(attempts, "b")
        with pytest.raises(NotYetError):
            begin(attempts, "c")


class TestNotReopened:
    @pytest.mark.parametrize(
        "sent_again",
        [
            SentAgain(None, None),
            SentAgain("2026-11-21T09:30:02.000+00:00", None),
            SentAgain(None, "2026-11-21T09:30:02.000+00:00"),
        ],
        ids=["a repeat", "redriven before it failed again", "fed before it failed again"],
    )
    def test_an_image_that_failed_has_ended_for(
        self, attempts: Attempts, records: RecordTable, dynamodb: Any, sent_again: SentAgain
    ) -> None:
        # Given: it failed, was tried again for batch b1, and failed again
        ended(attempts, records, Status.FAILED)
        again = SentAgain(None, FINISHED_AT)
        attempts.begin(result(), stage=Status.RECEIVED, owner="b", sent_again=again)
        records.advance(result(Status.FAILED), at=FINISHED_AT)
        records.mark_announced(ID, Status.FAILED, at=FINISHED_AT)
        attempts.buried(ID)
        before = from_item(stored(dynamodb, result()))
        # When
        progress = attempts.begin(result(), stage=Status.RECEIVED, owner="c", sent_again=sent_again)
        # Then
        assert progress == Progress(Status.FAILED, announced=True, failed_at=FINISHED_AT)
        after = from_item(stored(dynamodb, result()))
        assert {k: v for k, v in after.items() if k != "lease_by"} == {
            k: v for k, v in before.items() if k != "lease_by"
        }


class TestNotYetBuried:
    """The message could not be sent to the dead-letter queue: it is what has arrived."""

    @pytest.mark.parametrize("run", [None, "r1"])
    def test_an_image_that_failed_is_not_tried_again(
        self, attempts: Attempts, records: RecordTable, dynamodb: Any, run: str | None
    ) -> None:
        # Given
        for _ in range(6):
            attempts.failed(ID, begin(attempts, run=run), DENIED)
        records.advance(result(Status.FAILED, cause=DENIED.cause), at=FINISHED_AT)
        # When: it comes back, each time
        for number in range(7, 10):
            begun = attempts.begin(result(), stage=Status.RECEIVED, owner="a", run=run)
            assert isinstance(begun, Attempt)
            attempts.failed(ID, begun, DENIED)
            # Then: it is past its attempts, and still knows why
            assert (begun.number, begun.status) == (number, Status.FAILED)
            assert begun.failure == DENIED
        assert stored(dynamodb, result())["status"] == {"S": "failed"}

    def test_another_run_analyses_it_all_the_same(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        begin(attempts, run="r1")
        records.advance(result(Status.FAILED), at=FINISHED_AT)
        records.mark_announced(ID, Status.FAILED, at=FINISHED_AT)
        assert begin(attempts, "b", run="r2") == Attempt(1, "b", Status.RECEIVED, anew=True)

    def test_an_image_that_is_unknown_cannot_be_buried(self, attempts: Attempts) -> None:
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            attempts.buried("unknown")


class TestRuns:
    def test_a_run_analyses_an_image_that_has_ended_once_more_and_only_once(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        # Given
        ended(attempts, records)
        # When
        begun = begin(attempts, "b", run="r1")
        # Then
        assert begun == Attempt(1, "b", Status.RECEIVED, anew=True)
        with pytest.raises(NotYetError):
            begin(attempts, "c", run="r1")
        # And when: it has ended again
        assert records.advance(result(), at=FINISHED_AT)
        records.mark_announced(ID, Status.DONE, at=FINISHED_AT)
        again = attempts.begin(result(), stage=Status.RECEIVED, owner="d", run="r1")
        # Then
        assert isinstance(again, Progress)
        assert begin(attempts, "e", run="r2").anew

    def test_a_further_attempt_of_a_run_is_still_anew(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        ended(attempts, records)
        attempts.failed(ID, begin(attempts, run="r1"), DENIED)
        assert begin(attempts, run="r1") == Attempt(2, "a", Status.RECEIVED, DENIED, anew=True)

    def test_a_run_whose_first_write_was_its_last_is_made_good(
        self, attempts: Attempts, records: RecordTable, dynamodb: Any, clock: Clock
    ) -> None:
        # Given: killed between the two writes that begin it
        ended(attempts, records)
        killed = attempts_by(clock, dynamodb, Steps(strike=(1, "before"), kind=KilledError))
        with pytest.raises(KilledError):
            begin(killed, run="r1")
        # When
        clock.time += LEASE + 1
        # Then
        assert begin(attempts, "b", run="r1") == Attempt(1, "b", Status.RECEIVED, anew=True)

    def test_a_repeat_without_a_run_leaves_the_end_alone(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        ended(attempts, records)
        begun = attempts.begin(result(), stage=Status.RECEIVED, owner="b")
        assert begun == Progress(Status.DONE, announced=True)

    def test_an_image_that_is_on_its_way_is_not_begun_anew(self, attempts: Attempts) -> None:
        assert begin(attempts, run="r1") == Attempt(1, "a", Status.RECEIVED, is_first=True)

    def test_a_repeat_of_a_new_image_of_a_run_is_not_analysed_twice(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        ended(attempts, records, run="r1")
        again = attempts.begin(result(), stage=Status.RECEIVED, owner="b", run="r1")
        assert isinstance(again, Progress)

    def test_the_end_of_a_run_is_not_announced_by_that_of_the_run_before(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        ended(attempts, records)
        begin(attempts, run="r1")
        records.advance(result(), at=FINISHED_AT)
        assert records.progress(ID) == Progress(Status.DONE, announced=False, run="r1")

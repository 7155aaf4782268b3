"""One attempt at a time at each image, counted where a killed function cannot forget them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError
from lambdas.common.image import Upload
from lambdas.common.queue.failure import Failure
from lambdas.common.records.attempts import MAX_PAUSE_SECONDS, Attempt, Attempts
from lambdas.common.records.table import BY_DAY, BY_OWNER, BY_STATUS, Progress, RecordTable
from lambdas.common.status import ON_THE_WAY, Status
from tests.unit.lambdas.common.records.attempts import DENIED, ID, LEASE, attempts_by, begin, ended
from tests.unit.lambdas.common.records.test_table import found, stored
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.results import FINISHED_AT, RECEIVED_AT, SOURCE, result
from tests.unit.lambdas.steps import Clock, Steps


class TestFirst:
    def test_a_new_image_gets_a_record_that_the_indexes_find(
        self, attempts: Attempts, dynamodb: Any
    ) -> None:
        # When
        begun = begin(attempts)
        # Then
        assert begun == Attempt(1, "a", Status.RECEIVED, is_first=True)
        item = stored(dynamodb, result())
        assert (item["status"], item["attempts"]) == ({"S": "received"}, {"N": "1"})
        assert (item["bucket"], item["key"]) == ({"S": "input"}, {"S": "holiday/car.jpg"})
        assert item["version"] == {"S": "v1"}
        assert (item["day"], item["received_at"]) == ({"S": "2026-11-21"}, {"S": RECEIVED_AT})
        assert {"etag", "expires_at", "run"}.isdisjoint(item)
        assert found(dynamodb, BY_STATUS, "status", "received") == ["image"]
        assert found(dynamodb, BY_DAY, "day", "2026-11-21") == ["image"]

    def test_an_upload_has_its_owner_and_its_task_once_and_for_all(
        self, attempts: Attempts, dynamodb: Any
    ) -> None:
        # Given
        upload = Upload("0123abcd-0000-4000-8000-0123456789ab", "f" * 32, "car.jpg")
        attempts.begin(result(upload=upload), stage=Status.RECEIVED, owner="a")
        # When: whoever else begins it, such as the stage that knows of no upload
        attempts.failed(ID, Attempt(1, "a", Status.RECEIVED), DENIED)
        begin(attempts, "b")
        # Then
        item = stored(dynamodb, result())
        assert item["owner"] == item["owner_key"] == {"S": upload.owner}
        assert item["task_id"] == {"S": upload.task_id}
        assert found(dynamodb, BY_OWNER, "owner_key", upload.owner) == ["image"]

    def test_it_says_when_the_image_arrived_first(self, attempts: Attempts) -> None:
        begun = attempts.begin(result(), stage=Status.RECEIVED, owner="a")
        assert isinstance(begun, Attempt)
        attempts.failed(ID, begun, DENIED)
        later = result(received_at="2026-12-24T00:00:00.000+00:00")
        again = attempts.begin(later, stage=Status.RECEIVED, owner="b")
        assert isinstance(again, Attempt)
        assert begun.received_at == again.received_at == RECEIVED_AT

    def test_an_object_of_a_bucket_without_versions_has_its_etag(
        self, attempts: Attempts, dynamodb: Any
    ) -> None:
        value = result(source=type(SOURCE)("b", "k", None, '"e"'))
        attempts.begin(value, stage=Status.RECEIVED, owner="a")
        item = stored(dynamodb, value)
        assert item["etag"] == {"S": '"e"'}
        assert "version" not in item

    def test_a_record_expires_when_it_should(self, dynamodb: Any, clock: Clock) -> None:
        attempts = Attempts(dynamodb, TABLE, lease_seconds=LEASE, now=clock.now, record_days=10)
        begin(attempts)
        # ten days after 2026-11-21T09:30:00Z
        assert stored(dynamodb, result())["expires_at"] == {"N": "1796117400"}

    def test_what_the_first_delivery_said_of_the_image_stays(
        self, attempts: Attempts, dynamodb: Any, clock: Clock
    ) -> None:
        begin(attempts)
        clock.time += LEASE + 1
        later = result(received_at="2027-01-01T00:00:00.000+00:00")
        attempts.begin(later, stage=Status.RECEIVED, owner="b")
        assert stored(dynamodb, result())["received_at"] == {"S": RECEIVED_AT}

    def test_an_error_that_is_no_refusal_is_raised(self, dynamodb: Any, clock: Clock) -> None:
        missing = Attempts(dynamodb, "no-such-table", lease_seconds=LEASE, now=clock.now)
        with pytest.raises(ClientError, match="ResourceNotFound"):
            begin(missing)


class TestLease:
    @pytest.mark.parametrize(("worked", "wait"), [(15, MAX_PAUSE_SECONDS), (LEASE - 7, 7)])
    def test_a_second_delivery_waits_while_the_lease_lasts_and_looks_again(
        self, attempts: Attempts, clock: Clock, worked: float, wait: float
    ) -> None:
        begin(attempts)
        clock.time += worked
        with pytest.raises(NotYetError, match="another message is at work") as raised:
            begin(attempts, "b")
        assert raised.value.seconds == pytest.approx(wait)

    def test_waiting_is_no_attempt(self, attempts: Attempts, dynamodb: Any, clock: Clock) -> None:
        begin(attempts)
        before = stored(dynamodb, result())
        for _ in range(20):
            with pytest.raises(NotYetError):
                begin(attempts, "b")
        assert stored(dynamodb, result()) == before

    def test_a_killed_attempt_counts_and_its_lease_ends_by_itself(
        self, attempts: Attempts, clock: Clock
    ) -> None:
        begin(attempts)
        clock.time += LEASE + 0.1
        assert begin(attempts, "b") == Attempt(2, "b", Status.RECEIVED, failure=None)

    def test_the_least_wait_is_a_second(self, attempts: Attempts, clock: Clock) -> None:
        begin(attempts)
        clock.time += LEASE - 0.01
        with pytest.raises(NotYetError) as raised:
            begin(attempts, "b")
        assert raised.value.seconds == 1

    def test_of_ten_deliveries_at_once_one_begins(self, dynamodb: Any, clock: Clock) -> None:
        # Given: DynamoDB decides one request at a time
        attempts = attempts_by(clock, dynamodb, Steps())

        def deliver(number: int) -> object:
            try:
                return begin(attempts, f"owner-{number}")
            except NotYetError as error:
                return error

        # When
        with ThreadPoolExecutor(10) as pool:
            outcomes = list(pool.map(deliver, range(10)))
        # Then
        begun = [outcome for outcome in outcomes if isinstance(outcome, Attempt)]
        assert len(begun) == 1
        assert begun[0].number == 1
        assert stored(dynamodb, result())["attempts"] == {"N": "1"}

    def test_a_delivery_whose_lease_ran_out_ends_nothing_of_the_next(
        self, attempts: Attempts, dynamodb: Any, clock: Clock
    ) -> None:
        # Given
        slow = begin(attempts)
        clock.time += LEASE + 1
        begin(attempts, "b")
        before = stored(dynamodb, result())
        # When
        attempts.failed(ID, slow, DENIED)
        attempts.put_off(ID, slow)
        # Then
        assert stored(dynamodb, result()) == before

    def test_an_attempt_whose_answer_was_lost_is_begun_all_the_same(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        twice = Steps(strike=(0, "twice"))
        attempts = attempts_by(clock, dynamodb, twice)
        assert begin(attempts).number == 1


class TestEnds:
    def test_the_next_attempt_follows_at_once_and_knows_why_the_last_one_failed(
        self, attempts: Attempts
    ) -> None:
        for number in range(1, 7):
            begun = begin(attempts)
            assert begun.number == number
            assert begun.failure == (DENIED if number > 1 else None)
            assert begun.is_first is (number == 1)
            attempts.failed(ID, begun, DENIED)

    def test_a_kill_after_a_failure_is_not_taken_for_that_failure(
        self, attempts: Attempts, clock: Clock
    ) -> None:
        attempts.failed(ID, begin(attempts), DENIED)
        begin(attempts)  # killed
        clock.time += LEASE + 1
        assert begin(attempts, "b") == Attempt(3, "b", Status.RECEIVED, failure=None)

    def test_what_is_put_off_does_not_count_however_often(self, attempts: Attempts) -> None:
        for _ in range(20):
            begun = begin(attempts)
            assert begun.number == 1
            attempts.put_off(ID, begun)

    def test_what_is_put_off_between_failures_leaves_their_count_and_cause(
        self, attempts: Attempts
    ) -> None:
        attempts.failed(ID, begin(attempts), DENIED)
        attempts.put_off(ID, begin(attempts))
        assert begin(attempts) == Attempt(2, "a", Status.RECEIVED, DENIED)

    def test_putting_off_whose_answer_was_lost_takes_one_attempt_back(
        self, attempts: Attempts, dynamodb: Any, clock: Clock
    ) -> None:
        attempts.failed(ID, begin(attempts), DENIED)
        begun = begin(attempts)
        twice = attempts_by(clock, dynamodb, Steps(strike=(0, "twice")))
        twice.put_off(ID, begun)
        assert stored(dynamodb, result())["attempts"] == {"N": "1"}

    @pytest.mark.parametrize("end", [Status.DONE, Status.IN_REVIEW, Status.REJECTED])
    def test_an_image_that_has_ended_is_not_begun_again(
        self, attempts: Attempts, records: RecordTable, dynamodb: Any, end: Status
    ) -> None:
        ended(attempts, records, end)
        before = stored(dynamodb, result())
        progress = attempts.begin(result(), stage=Status.RECEIVED, owner="b")
        assert progress == Progress(end, announced=True)
        assert stored(dynamodb, result()) == before

    def test_an_end_is_announced_by_whoever_brought_it_about_while_its_lease_lasts(
        self, attempts: Attempts, records: RecordTable, clock: Clock
    ) -> None:
        # Given: the announcement is under way, or it was killed before
        begin(attempts)
        records.advance(result(), at=FINISHED_AT)
        # When / Then
        with pytest.raises(NotYetError):
            attempts.begin(result(), stage=Status.RECEIVED, owner="b")
        # And when
        clock.time += LEASE + 1
        progress = attempts.begin(result(), stage=Status.RECEIVED, owner="b")
        # Then
        assert progress == Progress(Status.DONE, announced=False)

    def test_what_fails_after_the_end_leaves_no_cause_in_the_record(
        self, attempts: Attempts, records: RecordTable, dynamodb: Any
    ) -> None:
        begun = begin(attempts)
        records.advance(result(), at=FINISHED_AT)
        before = stored(dynamodb, result())
        attempts.failed(ID, begun, Failure("Publish:InternalError", "down"))
        assert stored(dynamodb, result()) == before

    def test_the_text_stage_counts_its_own_attempts(
        self, attempts: Attempts, records: RecordTable
    ) -> None:
        attempts.failed(ID, begin(attempts), DENIED)
        begin(attempts)
        records.advance(result(Status.LABELLED), at=FINISHED_AT)
        assert begin(attempts, "b", Status.LABELLED) == Attempt(1, "b", Status.LABELLED)


@pytest.mark.parametrize("status", sorted(ON_THE_WAY))
def test_every_state_on_the_way_can_be_begun(
    attempts: Attempts, dynamodb: Any, status: Status
) -> None:
    begin(attempts)
    dynamodb.update_item(
        TableName=TABLE,
        Key={"image_id": {"S": ID}, "item": {"S": "image"}},
        UpdateExpression="SET #status = :status, lease_until = :zero",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}, ":zero": {"N": "0"}},
    )
    assert begin(attempts, "b").status is status

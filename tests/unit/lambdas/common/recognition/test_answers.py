"""Answers that were paid for: kept, reused, claimed by one at a time."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError
from lambdas.common.recognition.answers import (
    MODEL_SECONDS,
    SECONDS_A_DAY,
    Answer,
    Answers,
    PaidCall,
    _version,
)
from lambdas.common.records.items import from_item, to_item
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.steps import Clock, Stepped, Steps

LEASE = 75.0
PARAMETERS = {"MaxLabels": 50, "Features": ["GENERAL_LABELS"]}
CALL = PaidCall("labels", "c0ffee", PARAMETERS, "1")
FOUND = Answer({"Labels": [{"Name": "Car", "Confidence": 97.5}]}, "3.0", "1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def container(dynamodb: Any, clock: Clock, owner: str = "a", *, days: int = 365) -> Answers:
    return Answers(
        dynamodb=dynamodb, table=TABLE, owner=owner, lease_seconds=LEASE, days=days, now=clock.now
    )


def item(dynamodb: Any, call: PaidCall = CALL) -> dict[str, Any]:
    return from_item(dynamodb.get_item(TableName=TABLE, Key=to_item(call.key)).get("Item", {}))


class TestKeys:
    def test_the_key_is_the_content_and_the_call(self) -> None:
        assert CALL.key["image_id"] == "content#c0ffee"
        assert CALL.key["item"].startswith("labels#")

    def test_order_and_payer_do_not_count_and_each_parameter_does(self) -> None:
        turned = dict(reversed(list(CALL.parameters.items())))
        assert PaidCall("labels", "c0ffee", turned, "2").key == CALL.key
        others = [
            PaidCall("text", "c0ffee", CALL.parameters, "1"),
            PaidCall("labels", "beef", CALL.parameters, "1"),
            PaidCall("labels", "c0ffee", {**CALL.parameters, "MaxLabels": 51}, "1"),
            PaidCall("labels", "c0ffee", {}, "1"),
        ]
        keys = [json.dumps(call.key) for call in (CALL, *others)]
        assert len(set(keys)) == len(keys)


class TestKept:
    def test_an_answer_is_kept_and_given_to_every_other_container(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        first = container(dynamodb, clock)
        assert first.find_or_claim(CALL) is None
        first.keep(CALL, FOUND)
        assert container(dynamodb, clock, "b").find_or_claim(CALL) == FOUND
        assert first.find_or_claim(CALL) == FOUND
        assert {"lease_until", "lease_by"}.isdisjoint(item(dynamodb))

    @pytest.mark.parametrize(("days", "kept"), [(365, 365 * SECONDS_A_DAY), (0, None)])
    def test_an_answer_expires_when_it_should(
        self, dynamodb: Any, clock: Clock, days: int, kept: int | None
    ) -> None:
        answers = container(dynamodb, clock, days=days)
        answers.find_or_claim(CALL)
        claimed_until = item(dynamodb)["expires_at"]
        answers.keep(CALL, FOUND)
        assert claimed_until >= clock.time + SECONDS_A_DAY - 1
        assert item(dynamodb).get("expires_at") == (
            None if kept is None else int(clock.time) + kept
        )

    def test_an_answer_that_does_not_fit_is_not_kept_and_nobody_waits_for_it(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        first = container(dynamodb, clock)
        first.find_or_claim(CALL)
        first.keep(CALL, Answer({"noise": os.urandom(500_000).hex()}, "3.0", "1"))
        assert "answer" not in item(dynamodb)
        assert container(dynamodb, clock, "b").find_or_claim(CALL) is None

    def test_the_largest_answer_of_rekognition_is_kept(self, dynamodb: Any, clock: Clock) -> None:
        # 1,000 labels with 100 boxes each that hardly compress would not fit; such with 3 do.
        box = dict.fromkeys(("Left", "Top", "Width", "Height"), 0.1234567)
        label = {"Instances": [{"Confidence": 99.9, "BoundingBox": box}] * 3}
        labels = [{"Name": os.urandom(20).hex(), **label} for _ in range(1000)]
        answers = container(dynamodb, clock)
        answers.keep(CALL, Answer({"Labels": labels}, "3.0", "1"))
        kept = answers.find_or_claim(CALL)
        assert kept is not None
        assert len(kept.document["Labels"]) == 1000


class TestClaims:
    def test_while_one_container_pays_another_waits(self, dynamodb: Any, clock: Clock) -> None:
        container(dynamodb, clock).find_or_claim(CALL)
        clock.time += 15
        with pytest.raises(NotYetError, match="the same picture") as raised:
            container(dynamodb, clock, "b").find_or_claim(CALL)
        assert raised.value.seconds == pytest.approx(LEASE - 15)

    def test_of_ten_containers_at_once_one_pays(self, dynamodb: Any, clock: Clock) -> None:
        locked = Stepped("dynamodb", dynamodb, Steps())

        def ask(number: int) -> object:
            try:
                return container(locked, clock, f"container-{number}").find_or_claim(CALL)
            except NotYetError as error:
                return error

        with ThreadPoolExecutor(10) as pool:
            outcomes = list(pool.map(ask, range(10)))
        assert outcomes.count(None) == 1

    def test_the_claim_of_a_killed_container_ends_by_itself(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        container(dynamodb, clock).find_or_claim(CALL)
        clock.time += LEASE + 0.1
        assert container(dynamodb, clock, "b").find_or_claim(CALL) is None

    def test_a_released_claim_is_free_at_once(self, dynamodb: Any, clock: Clock) -> None:
        first = container(dynamodb, clock)
        first.find_or_claim(CALL)
        first.release(CALL)
        assert container(dynamodb, clock, "b").find_or_claim(CALL) is None

    def test_a_late_release_does_not_end_the_claim_of_another(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        slow = container(dynamodb, clock)
        slow.find_or_claim(CALL)
        clock.time += LEASE + 1
        container(dynamodb, clock, "b").find_or_claim(CALL)
        slow.release(CALL)
        with pytest.raises(NotYetError):
            container(dynamodb, clock, "c").find_or_claim(CALL)

    def test_an_answer_that_comes_after_the_lease_is_kept_all_the_same(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        slow = container(dynamodb, clock)
        slow.find_or_claim(CALL)
        clock.time += LEASE + 1
        container(dynamodb, clock, "b").find_or_claim(CALL)
        slow.keep(CALL, FOUND)
        assert container(dynamodb, clock, "c").find_or_claim(CALL) == FOUND

    def test_a_claim_whose_answer_was_lost_is_had_all_the_same(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        twice = Stepped("dynamodb", dynamodb, Steps(strike=(0, "twice")))
        assert container(twice, clock).find_or_claim(CALL) is None

    def test_an_error_of_the_table_is_no_claim(self, dynamodb: Any, clock: Clock) -> None:
        answers = container(dynamodb, clock)
        answers.table = "no-such-table"
        for request in (answers.find_or_claim, answers.release):
            with pytest.raises(ClientError, match="ResourceNotFound"):
                request(CALL)


class TestModels:
    def test_an_answer_of_an_older_model_is_paid_for_anew_by_one(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        # Given: another picture has been answered by a newer model
        first = container(dynamodb, clock)
        first.keep(CALL, FOUND)
        first.keep(PaidCall("labels", "other", {}, "1"), Answer({}, "3.1", "1"))
        second = container(dynamodb, clock, "b")
        # When / Then
        assert second.find_or_claim(CALL) is None
        with pytest.raises(NotYetError):
            container(dynamodb, clock, "c").find_or_claim(CALL)
        # And when
        newer = Answer({"Labels": []}, "3.1", "1")
        second.keep(CALL, newer)
        # Then
        assert container(dynamodb, clock, "c").find_or_claim(CALL) == newer

    def test_the_newer_model_of_one_call_says_nothing_of_another(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        answers = container(dynamodb, clock)
        answers.keep(CALL, FOUND)
        answers.keep(PaidCall("text", "other", {}, "1"), Answer({}, "7.0", "1"))
        assert container(dynamodb, clock, "b").find_or_claim(CALL) == FOUND

    def test_an_old_answer_does_not_bring_the_old_model_back(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        answers = container(dynamodb, clock)
        answers.keep(PaidCall("labels", "other", {}, "1"), Answer({}, "3.1", "1"))
        answers.keep(CALL, FOUND)
        assert container(dynamodb, clock, "b").find_or_claim(CALL) is None

    def test_a_new_model_is_heard_of_within_a_minute(self, dynamodb: Any, clock: Clock) -> None:
        # Given: a container that has just looked
        first = container(dynamodb, clock)
        first.keep(CALL, FOUND)
        second = container(dynamodb, clock, "b")
        second.keep(PaidCall("labels", "x", {}, "1"), Answer({}, "3.1", "1"))
        assert first.find_or_claim(CALL) == FOUND
        # When
        clock.time += MODEL_SECONDS + 1
        # Then
        assert first.find_or_claim(CALL) is None

    def test_two_containers_that_see_new_models_at_once_leave_the_newest_in_the_end(
        self, dynamodb: Any, clock: Clock
    ) -> None:
        # Given: both know 3.0
        one, other = container(dynamodb, clock), container(dynamodb, clock, "b")
        one.keep(CALL, FOUND)
        other.find_or_claim(CALL)
        # When: one sees 3.1 and the other 3.2, which finds that 3.0 is no longer there
        one.keep(PaidCall("labels", "x", {}, "1"), Answer({}, "3.1", "1"))
        other.keep(PaidCall("labels", "y", {}, "1"), Answer({}, "3.2", "1"))
        other.keep(PaidCall("labels", "z", {}, "1"), Answer({}, "3.2", "1"))
        # Then
        key = to_item({"image_id": "model#labels", "item": "model"})
        assert dynamodb.get_item(TableName=TABLE, Key=key)["Item"]["version"] == {"S": "3.2"}

    @pytest.mark.parametrize(
        ("older", "newer"),
        [
            ("", "1.0"),
            ("3.0", "3.1"),
            ("3.9", "3.10"),
            ("3", "3.0"),
            ("local-labels-2.1", "local-labels-10.0"),
            ("local-labels-2.1", "3.0"),
        ],
    )
    def test_versions_are_ordered_by_their_numbers(self, older: str, newer: str) -> None:
        assert _version(older) < _version(newer)

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from lambdas.common.batch import MAX_REASON_CHARACTERS, BatchWorker, reason_of
from lambdas.common.clock import utc_now

MAX_RECEIVES = 3


def message(number: int, body: str, receives: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(receives)}
    return {"messageId": f"m{number}", "body": body, "attributes": attributes}


class Work:
    """Handles words; `bad` ones fail. A message holds several, separated by spaces."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.given_up: list[tuple[str, str]] = []
        self.give_up: Callable[[str, str], None] = lambda item, reason: self.given_up.append(
            (item, reason)
        )

    def handle(self, item: str) -> None:
        self.handled.append(item)
        if item.startswith("bad"):
            raise ValueError(f"cannot do {item}")

    def parse(self, body: str) -> list[str]:
        if body == "malformed":
            raise ValueError("no words")
        return body.split()

    def run(self, *messages: dict[str, Any]) -> list[str]:
        worker = BatchWorker(
            parse=self.parse,
            handle=self.handle,
            give_up=self.give_up,
            max_receives=MAX_RECEIVES,
        )
        answer = worker.run({"Records": list(messages)})
        assert answer.keys() == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_batch_that_succeeds_reports_no_failure() -> None:
    work = Work()
    assert work.run(message(1, "a b"), message(2, "c"), message(3, "")) == []
    assert work.handled == ["a", "b", "c"]


def test_only_the_messages_that_failed_come_back() -> None:
    work = Work()
    assert work.run(message(1, "bad"), message(2, "good"), message(3, "malformed")) == ["m1", "m3"]
    assert work.handled == ["bad", "good"]


def test_an_item_that_fails_does_not_stop_the_others_of_its_message() -> None:
    work = Work()
    assert work.run(message(1, "bad1 good bad2")) == ["m1"]
    assert work.handled == ["bad1", "good", "bad2"]


@pytest.mark.parametrize(
    ("receives", "given_up"), [(1, 0), (MAX_RECEIVES - 1, 0), (MAX_RECEIVES, 1), (9, 1)]
)
def test_an_item_is_given_up_on_the_last_receive_and_not_before(
    receives: int, given_up: int
) -> None:
    work = Work()
    assert work.run(message(1, "good bad", receives)) == ["m1"]
    assert work.given_up == [("bad", "ValueError: cannot do bad")] * given_up


def test_giving_up_that_fails_does_not_cost_the_items_behind_their_turn() -> None:
    # Given: the record table is down, so that giving up fails too
    work = Work()

    def fail(item: str, reason: str) -> None:
        raise ConnectionError("record table")

    work.give_up = fail
    # When: their last chance
    failed = work.run(message(1, "bad good", MAX_RECEIVES), message(2, "next"))
    # Then
    assert failed == ["m1"]
    assert work.handled == ["bad", "good", "next"]


def test_a_reason_is_bounded_and_names_the_kind_of_error() -> None:
    reason = reason_of(KeyError("x" * 10_000))
    assert reason.startswith("KeyError: 'xxx")
    assert len(reason) == MAX_REASON_CHARACTERS


def test_a_reason_is_one_line() -> None:
    assert "\n" not in reason_of(ValueError("first\nsecond"))


def test_now_is_utc_with_milliseconds_and_an_offset() -> None:
    now = utc_now()
    assert datetime.fromisoformat(now).utcoffset() is not None
    assert now.endswith("+00:00")
    assert len(now) == len("2026-11-21T09:30:00.123+00:00")

import random
from collections.abc import Iterable

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.batch import State
from lambdas.common.batches.control import Control, Work
from lambdas.common.batches.progress import (
    CACHE_SECONDS,
    REWRITE_DELAY_SECONDS,
    BatchProgress,
    is_complete,
)
from tests.unit.lambdas.batches import LATER, CrashError, MemoryTable, SentControl, batch

REPORT = Control("b1", Work.REPORT)


class Counted:
    """A batch whose images end."""

    def __init__(self, images: int) -> None:
        self.table = MemoryTable(images)
        self.control = SentControl()
        self.seconds = 0.0
        self.progress = BatchProgress(self.table, self.control, now=lambda: self.seconds)

    def end(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.progress.ended(BatchMember("b1", number))

    @property
    def reports(self) -> int:
        return len(self.control.sent)


@pytest.mark.parametrize("images", [1, 2, 99, 100, 101, 200, 9_999, 10_000, 10_001, 30_250])
def test_the_last_image_of_a_batch_asks_for_the_report(images: int) -> None:
    # Given: images that end in any order, half of them announced a second time
    chance = random.Random(images)
    numbers = [*range(images)]
    chance.shuffle(numbers)
    counted = Counted(images)
    # When
    for number in numbers[:-1]:
        counted.end([number] * chance.choice((1, 2)))
    # Then
    assert counted.reports == 0
    assert not is_complete(counted.table, counted.table.batch)
    counted.end(numbers[-1:])
    assert counted.control.sent == [REPORT]
    assert is_complete(counted.table, counted.table.batch)


def test_an_image_costs_one_write_and_one_in_a_hundred_two() -> None:
    counted = Counted(10_000)
    counted.end(range(9_999))
    assert counted.table.writes == 9_999 + 99
    assert counted.table.reads == 1


@pytest.mark.parametrize("images", [1, 3, 100, 101, 10_001])
def test_a_crash_between_any_two_writes_is_made_good_by_the_repeat(images: int) -> None:
    # Given: all but the last image have ended
    last = images - 1
    writes = 0
    while True:
        writes += 1
        counted = Counted(images)
        counted.end(range(last))
        # When: the function is killed after one of the writes for the last
        before = counted.table.writes
        counted.table.crash_after = before + writes
        try:
            counted.end([last])
        except CrashError:
            # Then: the message comes back, and the report is asked for, at least once
            counted.end([last])
            assert 1 <= counted.reports <= 2
        else:
            assert writes > 2
            return


def test_a_report_that_could_not_be_asked_for_is_asked_for_by_the_repeat() -> None:
    counted = Counted(1)
    counted.control.crashes = 1
    with pytest.raises(CrashError):
        counted.end([0])
    counted.end([0])
    assert counted.control.sent == [REPORT]


def test_two_containers_that_count_the_last_images_at_once_ask_for_the_report() -> None:
    # Given: neither knows of the other, and the table has the last word
    counted = Counted(200)
    other = BatchProgress(counted.table, counted.control)
    counted.end(range(99))
    for number in range(100, 199):
        other.ended(BatchMember("b1", number))
    # When
    counted.end([199])
    other.ended(BatchMember("b1", 99))
    # Then
    assert counted.reports == 1


def test_repeats_while_a_report_waits_ask_for_no_other() -> None:
    counted = Counted(2)
    counted.end([0, 1, 0, 1, 1])
    assert counted.reports == 1


def test_an_end_after_the_report_began_asks_for_another_one() -> None:
    # Given
    counted = Counted(2)
    counted.end([0, 1])
    counted.table.begin()
    # When: a failed image is redriven and ends another way
    counted.end([0])
    # Then
    assert counted.reports == 2


def test_a_report_that_begins_before_its_sender_says_so_does_not_hide_the_next() -> None:
    # Given: the message is begun between its sending and the note that it was sent
    counted = Counted(1)
    sending = counted.control.send

    def begun_at_once(control: Control, *, delay_seconds: int = 0) -> None:
        sending(control, delay_seconds=delay_seconds)
        counted.table.begin()

    counted.control.send = begun_at_once  # type: ignore[method-assign]
    # When
    counted.end([0])
    counted.end([0])
    # Then
    assert counted.reports == 2


def test_the_report_of_a_batch_that_has_one_waits_for_others_that_end() -> None:
    counted = Counted(1)
    counted.end([0])
    counted.table.begin()
    counted.table.batch = batch(images=1, state=State.CLOSED, reported_at=LATER)
    counted.end([0])
    assert counted.control.delays == [0, REWRITE_DELAY_SECONDS]


@pytest.mark.parametrize("number", [-1, 5, 10**9])
def test_an_image_that_the_batch_does_not_have_is_refused(number: int) -> None:
    counted = Counted(5)
    with pytest.raises(ValueError, match="batch b1 has no image"):
        counted.end([number])
    assert counted.table.nodes == {}


def test_a_batch_that_is_gone_does_not_keep_an_image_from_ending() -> None:
    counted = Counted(5)
    counted.progress.ended(BatchMember("gone", 0))
    assert counted.control.sent == []
    assert counted.progress.state("gone") is None


def test_a_cancellation_is_noticed_when_the_cache_is_old() -> None:
    # Given
    counted = Counted(5)
    assert counted.progress.state("b1") is State.RUNNING
    counted.table.batch = batch(images=5, state=State.CANCELLED)
    # When, then
    counted.seconds = CACHE_SECONDS
    assert counted.progress.state("b1") is State.RUNNING
    assert counted.table.reads == 1
    counted.seconds = CACHE_SECONDS + 1
    assert counted.progress.state("b1") is State.CANCELLED
    assert counted.table.reads == 2


def test_the_cache_is_bounded() -> None:
    counted = Counted(5)
    for number in range(1_000):
        counted.progress.state(f"other-{number}")
    assert len(counted.progress._cached) <= 100

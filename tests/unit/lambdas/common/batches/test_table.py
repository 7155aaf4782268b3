from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.arrival import BatchMember
from lambdas.common.batches import progress as batch_progress
from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import BatchControl, Control, Work
from lambdas.common.batches.progress import BatchProgress, Ended, count_ended, is_complete
from lambdas.common.batches.table import BatchTable
from lambdas.common.records.table import INDEX_KEYS
from tests.unit.lambdas.batches import AT, LATER, SentControl, batch
from tests.unit.lambdas.conftest import TABLE


@pytest.fixture
def table(dynamodb: Any) -> BatchTable:
    return BatchTable(dynamodb, TABLE)


def made(table: BatchTable, **changes: Any) -> Batch:
    value = batch(**changes)
    assert table.create(value)
    return value


def test_a_batch_is_read_as_it_was_made(table: BatchTable) -> None:
    value = made(table, prefix="in/", again=True, approved=True, images=3, reason="why")
    assert table.get("b1") == value
    assert table.get("b2") is None


def test_an_id_is_given_once(table: BatchTable) -> None:
    made(table)
    assert not table.create(batch(bucket="other"))
    assert [found.bucket for found in table.newest()] == ["photos"]


def test_batches_are_listed_newest_first(table: BatchTable) -> None:
    made(table, batch_id="z", created_at=AT)
    made(table, batch_id="a", created_at=LATER)
    assert [found.id for found in table.newest()] == ["a", "z"]


def test_batches_are_in_none_of_the_lists_of_images(table: BatchTable, dynamodb: Any) -> None:
    made(table)
    table.add_ended("b1", 0, 0, 0)
    for item in dynamodb.scan(TableName=TABLE)["Items"]:
        assert not set(INDEX_KEYS.values()) & set(item)


STEPS: dict[str, tuple[Callable[[BatchTable, Batch], Batch | None], set[State], State | None]] = {
    "add_page": (
        lambda t, b: t.add_page(b, images=1, size=1, token=("k", ""), is_last=False),
        {State.LISTING},
        State.LISTING,
    ),
    "last page": (
        lambda t, b: t.add_page(b, images=1, size=1, token=("k", ""), is_last=True),
        {State.LISTING},
        State.LISTED,
    ),
    "approve": (lambda t, b: t.approve(b.id), {State.LISTING, State.LISTED}, None),
    "run": (lambda t, b: t.run(b.id, at=LATER), {State.LISTED}, State.RUNNING),
    "list_again": (lambda t, b: t.list_again(b.id), {State.FAILED}, State.LISTING),
    "add_fed": (lambda t, b: t.add_fed(b, images=1), {State.RUNNING}, State.RUNNING),
    "cancel": (
        lambda t, b: t.cancel(b.id, at=LATER),
        {State.LISTING, State.LISTED, State.RUNNING},
        State.CANCELLED,
    ),
    "fail": (lambda t, b: t.fail(b.id, "why", at=LATER), {State.LISTING}, State.FAILED),
}
"""What may be done, in which states, and the state after it (None: the same)."""


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", State)
def test_a_batch_moves_exactly_where_its_state_allows(
    table: BatchTable, name: str, state: State
) -> None:
    # Given
    step, allowed, after = STEPS[name]
    value = made(table, state=state)
    # When
    moved = step(table, value)
    # Then
    assert (moved is not None) is (state in allowed)
    assert table.get("b1") == (moved or value)
    if moved is not None:
        assert moved.state is (after or state)


@pytest.mark.parametrize("name", ["add_page", "last page", "add_fed"])
def test_of_two_that_did_the_same_page_one_counts_it(table: BatchTable, name: str) -> None:
    step = STEPS[name][0]
    value = made(table, state=State.RUNNING if name == "add_fed" else State.LISTING)
    assert step(table, value)
    assert step(table, value) is None


def test_a_batch_that_is_not_there_is_not_made_by_a_change(table: BatchTable) -> None:
    assert table.change("gone", {"reason": "why"}) is None
    assert table.get("gone") is None


def test_an_error_that_is_no_refusal_is_raised(dynamodb: Any) -> None:
    missing = BatchTable(dynamodb, "no-such-table")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        missing.create(batch())
    with pytest.raises(ClientError, match="ResourceNotFound"):
        missing.approve("b1")


def test_a_report_is_wanted_until_one_that_was_sent_is_begun(table: BatchTable) -> None:
    value = made(table)
    # What is wanted and not known to be sent may be lost.
    assert table.want_report("b1", "first")
    assert table.want_report("b1", "second")
    # A note of an older request changes nothing.
    table.sent_report("b1", "first")
    assert table.want_report("b1", "third")
    table.sent_report("b1", "third")
    assert table.want_report("b1", "fourth") is None
    begun = table.begin_report(value)
    assert begun is not None
    assert begun.round == 1
    assert table.begin_report(value) is None
    table.sent_report("b1", "third")
    assert table.want_report("b1", "fifth")


@pytest.mark.parametrize("images", [1, 100, 101, 230])
def test_the_tree_counts_in_the_table_as_in_theory(table: BatchTable, images: int) -> None:
    # Given
    value = made(table, images=images, state=State.RUNNING)
    control = SentControl()
    progress = BatchProgress(table, control)
    # When
    for number in range(images):
        assert control.sent == []
        assert count_ended(table, value) == Ended(number, is_exact=True)
        assert not is_complete(table, value)
        progress.ended(BatchMember("b1", number))
        progress.ended(BatchMember("b1", number // 2))
    # Then
    assert len(control.sent) == 1
    assert count_ended(table, value) == Ended(images, is_exact=True)
    assert is_complete(table, value)


def test_the_progress_of_a_large_batch_is_shown_in_whole_hundreds(
    table: BatchTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a batch with more nodes than are read to show it
    monkeypatch.setattr(batch_progress, "MAX_NODES_READ", 2)
    value = made(table, images=250, state=State.RUNNING)
    progress = BatchProgress(table, SentControl())
    # When, then
    for number in range(199):
        progress.ended(BatchMember("b1", number))
    assert count_ended(table, value) == Ended(100, is_exact=False)
    for number in range(199, 250):
        progress.ended(BatchMember("b1", number))
    assert count_ended(table, value) == Ended(250, is_exact=True)


def test_a_message_is_sent_with_its_delay(aws: None) -> None:
    sent: dict[str, Any] = {}

    class Queue:
        def send_message(self, **arguments: Any) -> None:
            sent.update(arguments)

    BatchControl(Queue(), "url").send(Control("b1", Work.FEED), delay_seconds=15)
    assert sent["DelaySeconds"] == 15
    assert Control.from_json(sent["MessageBody"]) == Control("b1", Work.FEED)


@pytest.mark.parametrize("counts", ["pages", "fed_pages"])
def test_a_page_whose_answer_was_lost_counts_though_another_change_came_in_between(
    dynamodb: Any, counts: str
) -> None:
    # Given: the SDK makes the request again, after somebody else's
    table, lossy = BatchTable(dynamodb, TABLE), Lossy(dynamodb)
    value = made(table, state=State.LISTING if counts == "pages" else State.RUNNING, pages=1)
    lossy.meanwhile = lambda: table.change(value.id, {"approved": True})
    # When
    counted = (
        BatchTable(lossy, TABLE).add_page(value, images=1, size=1, token=("k", ""), is_last=False)
        if counts == "pages"
        else BatchTable(lossy, TABLE).add_fed(value, images=1)
    )
    # Then
    assert counted is not None
    assert getattr(counted, counts) == getattr(value, counts) + 1


class Lossy:
    """Makes each update twice, with something else in between."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self.meanwhile: Callable[[], object] = lambda: None

    def update_item(self, **arguments: Any) -> Any:
        self._dynamodb.update_item(**arguments)
        self.meanwhile()
        return self._dynamodb.update_item(**arguments)

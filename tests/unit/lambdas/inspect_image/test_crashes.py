"""A crash at every single request to AWS, and every service down until the messages are dead.

What holds, whatever is struck and whenever:
- once the queues are empty the image is in its one terminal state, and never left another;
- the result is the same as without the crash, and so is what the image is found by;
- everything announced has one message id, at least once and at most twice (a crash between the
  announcement and the note that it went out);
- at most one paid call more than needed, and that only when the answer of that very call, or the
  write that keeps it, was struck.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from lambdas.common.arrival import BatchMember
from lambdas.common.records.terms import terms_of
from lambdas.common.result import Result
from lambdas.common.status import Status
from tests.unit.lambdas.steps import CrashError, KilledError, refusal
from tests.unit.lambdas.world import World, account, make_batch

THROTTLED = refusal("DetectLabels", "ThrottlingException")
FORBIDDEN = refusal("DetectLabels", "AccessDeniedException")
MEMBER = BatchMember("trip", 0)
KEPT = "dynamodb.put_item"
"""The only item that is put: an answer that was paid for."""

BACK = "sqs.change_message_visibility"

# Scenario: its settings, its end, and the requests of its own: from the first of one name on, up
# to the first of another, or all.
SCENARIOS: dict[str, tuple[dict[str, Any], Status, tuple[str, str]]] = {
    "labels and text": ({}, Status.DONE, ("", "")),
    "labels only": ({"text_rule": "never"}, Status.DONE, (KEPT, "")),
    "rejected": ({"original": b"no image"}, Status.REJECTED, ("s3.put_object", "")),
    "put off": (
        {"text_rule": "never", "script": [THROTTLED] * 3},
        Status.DONE,
        ("rekognition.detect_labels", BACK),
    ),
    "tried again": (
        {"text_rule": "never", "script": [FORBIDDEN]},
        Status.DONE,
        ("rekognition.detect_labels", BACK),
    ),
    "of a batch": ({"text_rule": "never", "member": MEMBER}, Status.DONE, ("sns.publish", "")),
}


@pytest.fixture(scope="module", autouse=True)
def aws_account() -> Iterator[None]:
    with account():
        yield


def world(scenario: str, **faults: Any) -> World:
    made = World(**SCENARIOS[scenario][0], **faults)
    if made.member is not None:
        make_batch(made, images=1)
    return made


@cache
def steps(scenario: str) -> list[str]:
    """The requests of a scenario when nothing is struck."""
    with account():
        calm = world(scenario)
        calm.upload()
    return calm.steps.names


@cache
def undisturbed(scenario: str) -> tuple[World, Result]:
    """A world in which nothing is struck, and its result."""
    calm = world(scenario)
    calm.upload()
    return calm, document(calm.result)


def document(result: Result) -> Result:
    """A result without what a crash may change: only the time, not what was paid for."""
    return result.changed(finished_at=None)


def to_strike(scenario: str) -> range:
    """The numbers of the requests that are this scenario's own."""
    names, (first, last) = steps(scenario), SCENARIOS[scenario][2]
    start = names.index(first) if first else 0
    return range(start, names.index(last, start) + 1 if last else len(names))


# A process killed after a request is one killed before the next: nothing happens in between.
STRIKES = [
    (scenario, number, steps(scenario)[number], when, kind)
    for scenario in SCENARIOS
    for number in to_strike(scenario)
    for when, kind in (
        ("before", CrashError),
        ("after", CrashError),
        ("before", KilledError),
        ("twice", CrashError),
    )
    # The SDK does not repeat a paid call.
    if not (when == "twice" and steps(scenario)[number].startswith("rekognition"))
]
SERVICES = sorted({name for scenario in SCENARIOS for name in steps(scenario)})


@pytest.mark.parametrize(("scenario", "number", "name", "when", "kind"), STRIKES)
def test_a_crash_anywhere_is_made_good_by_the_next_delivery(
    scenario: str, number: int, name: str, when: str, kind: Any
) -> None:
    # Given
    (calm, result), end = undisturbed(scenario), SCENARIOS[scenario][1]
    struck = world(scenario, strike=(number, when), kind=kind)
    # When
    struck.upload()
    # Then: struck where it was meant to be, and nothing is left over
    assert struck.steps.names[number] == name
    assert struck.sqs.next(("images", "text")) is None
    assert struck.dead() == []
    # Then: one end, the same as without the crash
    assert [status for status in struck.history if status.is_terminal] == [end]
    assert struck.status is end
    assert document(struck.result) == result
    # Then: found by what it shows, and by nothing else
    assert struck.found_by == calm.found_by == {term.key for term in terms_of(result).values()}
    # Then: announced under one id
    assert set(struck.message_ids) == {f"{struck.id}:{end}"}
    assert len(struck.message_ids) <= 2
    # Then: paid once, unless the answer itself was lost
    extra = struck.paid - calm.paid
    was_lost = name.startswith("rekognition") and when == "after"
    was_not_kept = name == KEPT and when == "before"
    following_kill = number and steps(scenario)[number - 1].startswith("rekognition")
    if was_lost or was_not_kept or (kind is KilledError and following_kill):
        assert extra.total() <= 1
    else:
        assert not extra
    # Then: whoever waits for its batch is told
    reports = struck.sqs.of("batches")
    assert bool(reports) is (struck.member is not None)


# The SDK does not repeat a paid call.
REPEATED = frozenset(name for name in SERVICES if "rekognition" not in name)


@pytest.mark.parametrize(
    ("scenario", "services"),
    [
        *(("labels and text", frozenset({service})) for service in sorted(REPEATED)),
        *((scenario, REPEATED) for scenario in SCENARIOS),
    ],
    ids=lambda value: value if isinstance(value, str) else ", ".join(sorted(value)),
)
def test_requests_whose_answers_are_always_lost_once_change_nothing(
    scenario: str, services: frozenset[str]
) -> None:
    # Given
    calm, result = undisturbed(scenario)
    doubled = world(scenario)
    doubled.steps.lost = services
    # When
    doubled.upload()
    # Then
    assert doubled.status is SCENARIOS[scenario][1]
    assert document(doubled.result) == result
    assert set(doubled.message_ids) == set(calm.message_ids)
    assert doubled.paid == calm.paid
    assert doubled.dead() == []
    assert bool(doubled.sqs.of("batches")) is (doubled.member is not None)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("scenario", ["labels and text", "rejected"])
def test_an_image_ends_well_once_a_service_that_was_down_is_back(
    scenario: str, service: str
) -> None:
    # Given: a service that is down for longer than all attempts take
    calm, result = undisturbed(scenario)
    broken = world(scenario, down=[service])
    broken.sqs.send_message("images", broken.event())
    broken.drain(hours=4)
    # When: it is back, what could not even be given up is, and the dead letters are sent back
    broken.steps.down = frozenset()
    broken.drain()
    broken.redrive()
    # Then: nothing is missing in the end, neither labels nor text nor the announcement
    end = SCENARIOS[scenario][1]
    assert broken.status is end
    assert document(broken.result) == result
    assert broken.found_by == calm.found_by
    assert broken.announced[-1]["message_id"] == f"{broken.id}:{end}"
    assert broken.announced[-1]["labels"] == calm.announced[-1]["labels"]
    assert broken.announced[-1]["text"] == calm.announced[-1]["text"]
    assert broken.dead() == []
    assert broken.sqs.next(("images", "text")) is None


@pytest.mark.parametrize(
    ("service", "queue"),
    [("rekognition.detect_labels", "images"), ("rekognition.detect_text", "text")],
)
def test_an_image_whose_message_died_is_recorded_and_announced_as_failed(
    service: str, queue: str
) -> None:
    # Given
    broken = world("labels and text", down=[service])
    # When
    broken.upload()
    # Then
    assert broken.status is Status.FAILED
    assert broken.message_ids == [f"{broken.id}:failed"]
    (letter,) = broken.dead()
    assert letter.queue == f"{queue}-dead-letters"
    assert letter.attributes["cause"] == broken.record["cause"] == "CrashError"
    assert letter.attributes["image_id"] == broken.id
    assert letter.attributes["attempts"] == "6"


def test_a_message_stays_in_its_queue_while_there_is_no_way_to_give_it_up() -> None:
    broken = world("labels and text", down=["sqs.send_message"])
    broken.sqs.send_message("images", broken.event())
    broken.drain(hours=4)
    assert broken.dead() == []
    assert broken.sqs.next(("images",)) is not None
    assert set(broken.message_ids) == {f"{broken.id}:failed"}

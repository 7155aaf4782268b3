"""A crash at every single step of the way, and every service down until the messages are dead.

What holds, whatever is struck and whenever:
- once the queues are empty the image is in its one terminal state, and never left another;
- everything announced has one message id, at least once and at most twice (a crash between the
  announcement and the note that it went out);
- at most one paid call more than needed, and that only when the answer of that very call, or the
  writing of the result that keeps it, was struck.
"""

import pytest

from lambdas.common.status import Status
from tests.unit.lambdas.world import ID, CrashError, KilledError, World

SCENARIOS = {
    "labels only": ({"text_rule": "never"}, Status.DONE),
    "labels and text": ({}, Status.DONE),
    "review": ({"review_rule": "labels:99"}, Status.IN_REVIEW),
    "rejected": ({"original": b"no image"}, Status.REJECTED),
}


def world(scenario: str, **faults: object) -> World:
    return World(**SCENARIOS[scenario][0], **faults)  # type: ignore[arg-type]


def undisturbed(scenario: str) -> World:
    calm = world(scenario)
    calm.upload()
    return calm


STRIKES = [
    (scenario, number, when)
    for scenario in SCENARIOS
    for number in range(len(undisturbed(scenario).steps.names))
    for when in ("before", "after")
]
SERVICES = sorted({name for scenario in SCENARIOS for name in undisturbed(scenario).steps.names})


@pytest.mark.parametrize("kind", [CrashError, KilledError])
@pytest.mark.parametrize(("scenario", "number", "when"), STRIKES)
def test_a_crash_anywhere_is_made_good_by_the_next_delivery(
    scenario: str, number: int, when: str, kind: type[BaseException]
) -> None:
    # Given
    calm = undisturbed(scenario)
    struck = world(scenario, strike=(number, when), kind=kind)
    # When
    struck.upload()
    # Then: one end, the same as without the crash
    end = SCENARIOS[scenario][1]
    assert struck.status is end
    assert [status for status in struck.records.history if status.is_terminal] == [end]
    ours, theirs = struck.result, calm.result
    assert ours.changed(finished_at=None) == theirs.changed(finished_at=None)
    assert struck.dead == {"images": [], "text": []}
    # Then: announced under one id
    assert set(struck.message_ids) == {f"{ID}:{end}"}
    assert len(struck.message_ids) <= 2
    # Then: paid once, unless the answer itself was lost
    extra = struck.recognition.paid - calm.recognition.paid
    name = calm.steps.names[number]
    if (name, when) in {("detect_labels", "after"), ("detect_text", "after")}:
        assert extra == {name: 1}
    elif when == "before" and name == "write_result":
        assert extra.total() <= 1
    else:
        assert not extra


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_an_image_whose_messages_died_ends_well_after_a_redrive(
    scenario: str, service: str
) -> None:
    # Given: a service that is down until every message is in a dead-letter queue
    calm = undisturbed(scenario)
    broken = world(scenario, always=service)
    broken.upload()
    # When
    broken.steps.always = None
    broken.redrive()
    # Then: nothing is missing in the end, neither labels nor text nor the announcement
    end = SCENARIOS[scenario][1]
    assert broken.status is end
    ours, theirs = broken.result, calm.result
    assert ours.changed(finished_at=None) == theirs.changed(finished_at=None)
    assert f"{ID}:{end}" in broken.message_ids
    assert broken.announced[-1]["labels"] == calm.announced[-1]["labels"]
    assert broken.announced[-1]["text"] == calm.announced[-1]["text"]
    assert broken.dead == {"images": [], "text": []}


@pytest.mark.parametrize("service", ["detect_labels", "detect_text", "request_text", "read"])
def test_an_image_whose_message_died_is_recorded_and_announced_as_failed(service: str) -> None:
    broken = world("labels and text", always=service)
    broken.upload()
    assert broken.status is Status.FAILED
    assert broken.message_ids == [f"{ID}:failed"]
    assert sum(len(letters) for letters in broken.dead.values()) == 1


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_call_that_the_sdk_makes_twice_loses_nothing(scenario: str, service: str) -> None:
    """The first attempt took effect and its answer was lost: the second finds the work done."""
    # Given
    calm = undisturbed(scenario)
    doubled = world(scenario, lost_answer=service)
    # When
    doubled.upload()
    # Then
    assert doubled.status is calm.status
    assert doubled.result.changed(finished_at=None) == calm.result.changed(finished_at=None)
    assert set(doubled.message_ids) == set(calm.message_ids)

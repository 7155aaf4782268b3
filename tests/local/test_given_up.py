"""Killed while an image is given up: it fails once, its message is kept, and a redrive ends it.

Each image is refused by Rekognition in all its attempts, with a code of its own; then its worker is
killed right after one of the steps by which it is given up.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.common.status import Status
from tests.local.deployed import Deployed, paid, shown_again_after
from tests.local.faults import Fault, Faults
from tests.local.pausing import paused
from tests.local.pictures import picture
from tests.local.stack import MAX_ATTEMPTS
from tests.local.test_cli import sightline
from tests.patience import eventually

DEAD_LETTERS = "ImagesDeadLetterQueueUrl"


@dataclass(frozen=True)
class Step:
    """A call, which has the image's id in it or its `code`, after `skip` of the same kind."""

    what: str
    by: str = "{image}"
    skip: int = 0
    letters: int = 1


LABELS, UPDATE = "rekognition:DetectLabels", "dynamodb:UpdateItem"
STEPS = {
    # Each attempt that fails says so in the record, with the code, and then the end of the image.
    "the last attempt has failed": Step(UPDATE, "{code}", skip=MAX_ATTEMPTS - 1),
    "the result is written": Step("s3:PutObject", "results/{image}"),
    "the record has failed": Step(UPDATE, "{code}", skip=MAX_ATTEMPTS),
    "the failure is announced": Step("sns:Publish"),
    # Its worker cannot know, and sends a second one: at least one is what is promised.
    "the dead letter is sent": Step("sqs:SendMessage", letters=2),
}
CODES = {name: f"Refused{number}Exception" for number, name in enumerate(STEPS)}
VISIBILITY_SECONDS = 30
"""As long as a function may take, so that no two are at work on one image: each of them would send
a dead letter."""
LETTERS = sum(step.letters for step in STEPS.values())


@dataclass(frozen=True)
class Outcome:
    """What became of the images until they had failed: their ids, faults and dead letters."""

    began: datetime
    images: dict[str, str]
    faults: dict[str, Fault]
    letters: list[dict[str, str]]


@pytest.fixture(scope="module")
def outcome(deployed: Deployed) -> Iterator[Outcome]:
    """Fail an image for each step, all at once, and wait until their messages are kept."""
    began, faults = datetime.now(UTC), Faults(deployed.stack)
    images, struck = {}, {}
    with ExitStack() as stack:
        stack.enter_context(shown_again_after(deployed, VISIBILITY_SECONDS))
        with ExitStack() as outage:
            with paused(deployed, "InspectImage"):
                for name, step in STEPS.items():
                    key, code = f"given-up/{name.replace(' ', '-')}.jpg", CODES[name]
                    refusal = faults.injected(LABELS, error=code, status=400, containing=key)
                    outage.enter_context(refusal)
                    images[name] = deployed.upload(key, picture().body)
                    by = step.by.format(image=images[name], code=code)
                    struck[name] = stack.enter_context(
                        faults.injected(
                            step.what, "kill-after", containing=by, skip=step.skip, times=1
                        )
                    )
            for image in images.values():
                deployed.wait_for(image, Status.FAILED)
            eventually(deployed.queues_are_empty, "all messages are kept elsewhere")
        yield Outcome(began, images, struck, dead_letters(deployed))


@pytest.mark.parametrize("name", STEPS)
def test_an_image_fails_once_whenever_its_worker_is_killed(
    deployed: Deployed, outcome: Outcome, name: str
) -> None:
    image = outcome.images[name]
    record = deployed.record(image)

    assert outcome.faults[name].hits == 1, "it was never killed"
    assert record is not None
    cause = f"DetectLabels:{CODES[name]}"
    assert (record["status"], record["cause"]) == (Status.FAILED, cause)
    assert deployed.announcements(image) == 1
    letters = [letter for letter in outcome.letters if letter["image_id"] == image]
    assert len(letters) == STEPS[name].letters
    assert {letter["failed_at"] for letter in letters} == {record["failed_at"]}
    assert {letter["cause"] for letter in letters} == {cause}


def test_everything_agrees_with_the_dead_letters(deployed: Deployed, outcome: Outcome) -> None:
    assert deployed.assert_agrees(outcome.began).dead_letters == LETTERS


def test_a_redrive_ends_each_well_and_once(deployed: Deployed, outcome: Outcome) -> None:
    before = paid(deployed)

    causes = (f"--cause=DetectLabels:{code}" for code in CODES.values())
    done = sightline("redrive", *causes, "--json", "--port", deployed.port)

    assert done.returncode == 0, done.stderr
    (images,) = [one for one in json.loads(done.stdout)["queues"] if one["queue"] == "images"]
    assert (images["moved"], images["repeats"]) == (len(STEPS), LETTERS - len(STEPS))
    for image in outcome.images.values():
        deployed.wait_for(image, Status.DONE, Status.IN_REVIEW)
        deployed.wait_until_announced(image)
        assert deployed.announcements(image) == 2, "that it failed, and that it ended"
    assert paid(deployed) - before == 2 * len(STEPS)
    assert deployed.assert_agrees(outcome.began).dead_letters == 0


def dead_letters(deployed: Deployed) -> list[dict[str, str]]:
    """Return what the dead letters of the images queue say, and leave them there."""
    answer = deployed.client("sqs").receive_message(
        QueueUrl=deployed.outputs[DEAD_LETTERS],
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
        MessageAttributeNames=["All"],
    )
    letters: list[dict[str, Any]] = answer["Messages"]
    return [
        {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
        for letter in letters
    ]

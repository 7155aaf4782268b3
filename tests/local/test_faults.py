"""Faults of AWS and of the machine, each on an image of its own, all at once; then the books.

Every fault is injected from outside into the deployed template. Afterwards each image has its one
end, everything agrees, nothing is a dead letter, and what was paid for is counted where the money
would go: at the recognition endpoint.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.common.status import Status
from tests.local.deployed import STAGES, Deployed, paid, shown_again_after
from tests.local.faults import Fault, Faults
from tests.local.pausing import paused
from tests.local.pictures import Picture, picture

ENDED_WELL = (Status.DONE, Status.IN_REVIEW)
VISIBILITY_SECONDS = 30
"""Of the queues meanwhile: how soon the message of a killed function comes back. Its lease
lasts for longer."""


@dataclass(frozen=True)
class Image:
    """An upload that waits in the queue, and what its requests can be recognised by."""

    key: str
    id: str
    content: str


@dataclass(frozen=True)
class Case:
    """A fault: `strike` says which call, by what of the image; `paid_more` for a lost answer."""

    what: str
    kind: str
    by: Callable[[Image], str]
    times: int = 1
    skip: int = 0
    paid_more: int = 0
    options: dict[str, Any] = field(default_factory=dict)


def by_id(image: Image) -> str:
    return image.id


def by_key(image: Image) -> str:
    return image.key


def by_content(image: Image) -> str:
    return image.content


def error(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, **more}


UPDATE, PUT_ITEM = "dynamodb:UpdateItem", "dynamodb:PutItem"
LABELS, TEXT = "rekognition:DetectLabels", "rekognition:DetectText"
# SDK attempts: 3 of S3, SNS and SQS, 6 of DynamoDB; so these numbers cost an attempt at the image.
# Of Rekognition one: with as little time as an image has here, it then waits in its queue.
FAULTS = {
    "Rekognition throttles": Case(LABELS, "throttle", by_key),
    "Rekognition throttles the text": Case(TEXT, "throttle", by_key),
    "Rekognition answers 500": Case(LABELS, "error", by_key, times=2),
    "Rekognition does not answer": Case(LABELS, "hang", by_key),
    "Rekognition takes 5 seconds": Case(LABELS, "delay", by_key, options={"delay_seconds": 5}),
    "Rekognition answers garbage": Case(LABELS, "garbage", by_key),
    "Rekognition answers another shape": Case(TEXT, "wrong-shape", by_key),
    "Rekognition refuses a permission": Case(
        LABELS, "error", by_key, options=error("AccessDeniedException", status=400)
    ),
    "Rekognition's answer is lost": Case(LABELS, "drop", by_key, paid_more=1),
    "S3 slows down reads": Case("s3:GetObject", "throttle", by_key, times=4),
    "S3 slows down writes": Case("s3:PutObject", "throttle", by_id, times=4),
    "S3 refuses a read": Case("s3:GetObject", "error", by_key, options=error("AccessDenied")),
    "DynamoDB throttles": Case(UPDATE, "throttle", by_id, times=7),
    "DynamoDB throttles the label items": Case(
        "dynamodb:BatchWriteItem", "throttle", by_id, times=7
    ),
    "DynamoDB throttles the claim": Case(UPDATE, "throttle", by_content, times=7),
    "an answer of DynamoDB is lost": Case(UPDATE, "drop", by_id),
    "the answer to a claim is lost": Case(UPDATE, "drop", by_content),
    "SNS fails when all else is done": Case("sns:Publish", "error", by_id, times=4),
    "SNS's answer is lost": Case("sns:Publish", "drop", by_id),
    "SQS fails": Case("sqs:SendMessage", "error", by_id, times=4),
}

# Every call of an image that names it, in order; each is the last thing that a worker does.
STEPS = {
    "the attempt has begun": Case(UPDATE, "kill-after", by_id),
    "the original is read": Case("s3:GetObject", "kill-after", by_key),
    "the copy is written": Case("s3:PutObject", "kill-after", by_id),
    "the labels are claimed": Case(UPDATE, "kill-after", by_content),
    "the labels are asked for": Case(LABELS, "kill-before", by_key),
    "the labels are paid for": Case(LABELS, "kill-after", by_key, paid_more=1),
    "the labels are about to be kept": Case(PUT_ITEM, "kill-before", by_content, paid_more=1),
    "the labels are kept": Case(PUT_ITEM, "kill-after", by_content),
    "the labels are in the result": Case("s3:PutObject", "kill-after", by_id, skip=1),
    "the record is labelled": Case(UPDATE, "kill-after", by_id, skip=1),
    "the text is asked for": Case("sqs:SendMessage", "kill-after", by_id),
    "the second stage has begun": Case(UPDATE, "kill-after", by_id, skip=2),
    "the text is claimed": Case(UPDATE, "kill-after", by_content, skip=1),
    "the text is paid for": Case(TEXT, "kill-after", by_key, paid_more=1),
    "the text is kept": Case(PUT_ITEM, "kill-after", by_content, skip=1),
    "the result is written": Case("s3:PutObject", "kill-after", by_id, skip=2),
    "the label items are written": Case("dynamodb:BatchWriteItem", "kill-after", by_id),
    "the record has ended": Case(UPDATE, "kill-after", by_id, skip=3),
    "the end is announced": Case("sns:Publish", "kill-after", by_id),
    "the announcement is noted": Case(UPDATE, "kill-after", by_id, skip=4),
}
# The kills first: what they hold is free again only when its lease is over, and until then there
# is time for the others.
CASES = {f"killed when {step}": case for step, case in STEPS.items()} | FAULTS


@pytest.mark.parametrize(
    ("what", "caller", "kind"),
    [
        ("s3:PutObject", "InspectImage", "throttle"),
        ("dynamodb:UpdateItem", "InspectImage", "drop"),
        ("rekognition:DetectLabels", "InspectImage", "throttle"),
        ("rekognition:DetectText", "ReadText", "drop"),
    ],
)
def test_image_ends_in_spite_of_a_fault_of_one_function(
    deployed: Deployed, what: str, caller: str, kind: str
) -> None:
    with Faults(deployed.stack).injected(what, kind, caller=caller, times=1) as fault:
        image = deployed.upload(f"fault/{what}.jpg".replace(":", "-"), picture().body)
        assert deployed.wait_for(image)["status"] in ENDED_WELL
    assert fault.hits == 1


@dataclass(frozen=True)
class Outcome:
    """What became of it all."""

    began: datetime
    images: dict[str, Image]
    faults: dict[str, Fault]
    paid: int


@pytest.fixture(scope="module")
def outcome(deployed: Deployed) -> Iterator[Outcome]:
    """Upload an image for each case with its fault in place, and wait for all."""
    began = datetime.now(UTC)
    pictures = {name: picture() for name in CASES}
    before = paid(deployed)
    with ExitStack() as stack:
        stack.enter_context(shown_again_after(deployed, VISIBILITY_SECONDS))
        with paused(deployed, *STAGES):
            images = {name: _uploaded(deployed, name, made) for name, made in pictures.items()}
            faults = {
                name: stack.enter_context(_injected(deployed, case, images[name]))
                for name, case in CASES.items()
            }
        for image in images.values():
            deployed.wait_for(image.id)
            deployed.wait_until_announced(image.id)
        yield Outcome(began, images, faults, paid(deployed) - before)


def _uploaded(deployed: Deployed, name: str, made: Picture) -> Image:
    key = f"faults/{name.replace(' ', '-')}.jpg"
    return Image(key, deployed.upload(key, made.body), made.content)


def _injected(deployed: Deployed, case: Case, image: Image) -> Any:
    return Faults(deployed.stack).injected(
        case.what,
        None if "code" in case.options else case.kind,
        error=case.options.get("code", ""),
        times=case.times,
        skip=case.skip,
        containing=case.by(image),
        **{name: value for name, value in case.options.items() if name != "code"},
    )


@pytest.mark.parametrize("name", CASES)
def test_image_ends_well_whatever_happens(deployed: Deployed, outcome: Outcome, name: str) -> None:
    image, case = outcome.images[name], CASES[name]

    record = deployed.wait_for(image.id)

    assert outcome.faults[name].hits == case.times, "the fault was never met"
    assert record["status"] in ENDED_WELL, record.get("reason")
    assert deployed.result(image.id).content == image.content


def test_everything_agrees_afterwards(deployed: Deployed, outcome: Outcome) -> None:
    report = deployed.assert_agrees(outcome.began)

    assert report.objects == len(CASES)
    assert report.dead_letters == 0


def test_nothing_is_paid_twice_but_what_was_lost_on_its_way(outcome: Outcome) -> None:
    lost = sum(case.paid_more for case in CASES.values())

    assert outcome.paid == 2 * len(CASES) + lost

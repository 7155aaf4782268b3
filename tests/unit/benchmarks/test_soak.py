"""What a soak claims of its runs, and how it fills and empties the queue."""

import io
import math
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from benchmarks.soak import backlog as backlog_module
from benchmarks.soak.backlog import Backlog
from benchmarks.soak.local import CONCURRENCY, Busy, Plan
from benchmarks.soak.pictures import picture
from benchmarks.soak.report import Calibration, make_report
from benchmarks.soak.runs import quota_below
from benchmarks.soak.soaked import OnAStack, Soaked
from benchmarks.timing import Alone
from lambdas.imaging.content import pixel_digest
from tests.unit.benchmarks.test_measured import READ, RUN, STAGE

BUSY = Busy(machine=1.75, stack=1.5)
CLEAN = Soaked(RUN, ended=600, dead=0, on_a_stack=OnAStack(BUSY, "everything agrees.", True))
CALIBRATION = Calibration(
    images=150,
    rates=[24.0, 20.5, 23.0],
    busy=[BUSY, BUSY, BUSY],
    share=0.9,
    quota=20,
    alone={"inspect_image": Alone(0.1, 0.2, 0.3)},
)


def failed(*runs: Soaked) -> list[str]:
    """The claims that do not hold."""
    return [claim.text for claim in make_report(CALIBRATION, runs).claims if not claim.holds]


def test_a_clean_run_meets_all_claims() -> None:
    assert failed(CLEAN, replace(CLEAN, run=READ), replace(CLEAN, on_a_stack=None)) == []


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        (replace(CLEAN, run=replace(RUN, labels=replace(STAGE, rate=18.9))), "of the quota"),
        (
            replace(CLEAN, run=replace(RUN, labels=replace(STAGE, calls=610, throttled=10))),
            "thrott",
        ),
        (replace(CLEAN, ended=599), "every image ends well"),
        (replace(CLEAN, dead=1), "every image ends well"),
        (replace(CLEAN, run=replace(RUN, labels=replace(STAGE, calls=601))), "paid for once"),
        (replace(CLEAN, on_a_stack=OnAStack(BUSY, "1 doubled", False)), "the audit agrees"),
        (replace(CLEAN, run=replace(READ, seconds=67.0)), "at the same time"),
        (replace(CLEAN, run=replace(RUN, seconds=40.0)), "the model and each measured run"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_broken_is_one_claim_that_is_not_met(broken: Soaked, what: str) -> None:
    texts = failed(CLEAN, broken)

    assert len(texts) == 1
    assert what in texts[0]


def test_the_report_says_what_the_machine_feeds_and_what_the_audits_said() -> None:
    report = make_report(CALIBRATION, [CLEAN])

    found = report.part("What this machine feeds")
    assert "of 3 backlogs of 150 images | 24.0, 20.5, 23.0 |" in found
    assert "| median of the calls a second | 23.0 |" in found
    assert "something else | 0.25, 0.25, 0.25 |" in found
    assert "90% of the median, rounded down | 20 |" in found
    assert report.notes == ["Audit of 600 at 20/s, local stack: everything agrees."]


@pytest.mark.parametrize("fed", [0.3, 7.1, 36.9, 400.0])
def test_the_quota_is_a_whole_number_below_what_the_machine_feeds(fed: float) -> None:
    quota = quota_below(fed)

    assert quota >= 1
    assert quota == max(math.floor(quota), 1)
    assert quota < fed or fed < 1


def test_a_plan_names_its_settings() -> None:
    unpaced, read = Plan(300).context(), Plan(200, 5.0, 2.5).context()

    assert (unpaced["text_rule"], unpaced["labels_per_second"]) == ("never", "1000")
    assert (read["text_rule"], read["labels_per_second"]) == ("always", "5")
    assert read["text_per_second"] == "2.5"
    assert read["images_concurrency"] == read["text_concurrency"] == str(CONCURRENCY)


def test_a_plan_waits_long_enough_for_its_slowest_stage() -> None:
    assert Plan(1000, 50.0, 5.0).timeout > 1000 / 5


def test_each_picture_is_another_one_to_whoever_pays() -> None:
    digests = {pixel_digest(Image.open(io.BytesIO(picture(number)))) for number in range(200)}

    assert len(digests) == 200
    assert picture(7) == picture(7)


class Stack:
    """A stack whose queues take a few looks to fill and to empty."""

    def __init__(self, depths: dict[str, list[int]]) -> None:
        self.depths = depths
        self.happened: list[str] = []

    def outputs(self) -> dict[str, str]:
        return {name: name for name in ("InputBucketName", "ImagesQueueUrl", "TextQueueUrl")}

    def client(self, service: str) -> Any:
        requests: dict[str, dict[str, Callable[..., Any]]] = {
            "s3": {"put_object": self._put},
            "sqs": {"get_queue_attributes": self._attributes},
            "lambda": {
                "list_event_source_mappings": lambda **arguments: {
                    "EventSourceMappings": [{"UUID": arguments["EventSourceArn"]}]
                },
                "update_event_source_mapping": self._switch,
            },
        }
        return SimpleNamespace(**requests[service])

    def _put(self, **arguments: Any) -> dict[str, str]:
        self.happened.append(f"put {arguments['Key']}")
        return {"VersionId": arguments["Key"]}

    def _switch(self, **arguments: Any) -> None:
        self.happened.append(f"{arguments['UUID']} {'on' if arguments['Enabled'] else 'off'}")

    def _attributes(self, **arguments: Any) -> dict[str, dict[str, str]]:
        if arguments["AttributeNames"] == ["QueueArn"]:
            return {"Attributes": {"QueueArn": arguments["QueueUrl"].removesuffix("QueueUrl")}}
        depths = self.depths[arguments["QueueUrl"]]
        depth = depths.pop(0) if len(depths) > 1 else depths[0]
        # One of them is at work.
        visible, hidden = max(depth - 1, 0), min(depth, 1)
        values = dict(zip(arguments["AttributeNames"], (visible, hidden, 0), strict=True))
        return {"Attributes": {name: str(value) for name, value in values.items()}}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog_module, "_LOOK_SECONDS", 0.0)


def test_all_images_wait_before_the_first_is_worked_on() -> None:
    stack = Stack({"ImagesQueueUrl": [0, 1, 2], "TextQueueUrl": [0]})
    backlog = Backlog(cast(Any, stack))

    ids = backlog.pile_up([b"1", b"2"], "soak")
    piled = list(stack.happened)
    backlog_is_full = stack.depths["ImagesQueueUrl"] == [2]
    stack.depths["ImagesQueueUrl"] = [2, 1, 0]
    backlog.work_off(5)

    assert piled[0] == "Images off"
    assert sorted(piled[1:]) == ["put soak/0.jpg", "put soak/1.jpg"]
    assert len(set(ids)) == 2
    assert backlog_is_full
    assert stack.happened[-1] == "Images on"
    assert stack.depths["ImagesQueueUrl"] == [0]


def test_both_stages_are_warmed_up_by_a_backlog_of_their_own() -> None:
    stack = Stack({"ImagesQueueUrl": [1, 1, 0], "TextQueueUrl": [1, 0]})

    Backlog(cast(Any, stack)).warm_up([b"1"], "warm-up", 5)

    assert stack.happened == [
        *("Text off", "Images off", "put warm-up/0.jpg", "Images on", "Text on"),
    ]
    assert stack.depths == {"ImagesQueueUrl": [0], "TextQueueUrl": [0]}


def test_images_that_are_still_to_be_read_are_waited_for() -> None:
    stack = Stack({"ImagesQueueUrl": [0], "TextQueueUrl": [3, 2, 1, 0]})

    Backlog(cast(Any, stack)).work_off(5)

    assert stack.depths["TextQueueUrl"] == [0]


def test_a_queue_that_never_empties_is_an_error() -> None:
    stack = Stack({"ImagesQueueUrl": [1], "TextQueueUrl": [0]})

    with pytest.raises(RuntimeError, match="queues to be empty"):
        Backlog(cast(Any, stack)).work_off(0.05)

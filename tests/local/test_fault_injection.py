"""Faults as functions meet them: the emulator, recognition and a function of the test's own."""

import time
from collections.abc import Iterator

import pytest
from botocore.config import Config

from tests.local.asking import RATE, World, counted, detect, picture, running


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as made:
        yield made


@pytest.mark.parametrize(
    ("what", "kind", "said"),
    [
        ("s3:GetObject", "throttle", "SlowDown"),
        ("s3:*", "error", "InternalError"),
        ("s3:GetObject", "refuse", "ConnectionClosedError"),
        ("s3:GetObject", "drop", "ConnectionClosedError"),
        ("s3:GetObject", "hang", "ReadTimeoutError"),
    ],
)
def test_function_meets_a_fault_once(world: World, what: str, kind: str, said: str) -> None:
    with world.faults.injected(what, kind, times=1, containing="pictures/a b.jpg") as fault:
        assert world.get()["error"] == said
        assert "answer" in world.get()
        assert fault.hits == 1


def test_delay_is_one_and_the_call_is_performed(world: World) -> None:
    with world.faults.injected("dynamodb:PutItem", "delay", delay_seconds=1, containing="late"):
        began = time.monotonic()
        world.put("late")
    assert time.monotonic() - began > 1
    assert world.item("late")


@pytest.mark.parametrize(("kind", "performed"), [("drop", True), ("refuse", False)])
def test_lost_answer_is_of_a_call_that_was_performed(
    world: World, kind: str, *, performed: bool
) -> None:
    with world.faults.injected("dynamodb:PutItem", kind, times=1):
        assert "error" in world.put(kind)
    assert bool(world.item(kind)) is performed


def test_root_and_other_functions_are_left_alone(world: World) -> None:
    with world.faults.injected("*:*", "refuse") as fault:
        assert world.item("nothing") is None
        world.stack.client("s3").get_object(Bucket="pictures", Key="a b.jpg")
        assert fault.hits == 0
    with world.faults.injected("s3:*", "refuse", caller="Somebody") as fault:
        assert "answer" in world.get()
        assert fault.hits == 0


# Recognition.


@pytest.mark.parametrize(
    ("kind", "said"),
    [("throttle", "ThrottlingException"), ("error", "InternalServerError"),
     ("drop", "ConnectionClosedError"), ("hang", "ReadTimeoutError")],
)  # fmt: skip
def test_recognition_meets_the_same_faults(world: World, kind: str, said: str) -> None:
    with world.faults.injected("rekognition:DetectLabels", kind, times=1) as fault:
        assert detect(world)["error"] == said
        assert "answer" in detect(world)
        assert fault.hits == 1


def test_recognitions_own_read_is_not_the_functions(world: World) -> None:
    image = {"S3Object": {"Bucket": "pictures", "Name": "a b.jpg"}}
    with world.faults.injected("s3:*", error="AccessDenied") as fault:
        assert "answer" in detect(world, **image)
        assert fault.hits == 0
    with world.faults.injected("s3:*", error="AccessDenied", caller="Rekognition") as fault:
        assert detect(world, **image)["error"] == "InvalidS3ObjectException"
        assert fault.hits >= 1


def test_rate_is_kept_and_calls_are_counted(world: World) -> None:
    settings = world.stack.client_settings("rekognition")
    settings["config"] = settings["config"].merge(Config(retries={"total_max_attempts": 1}))
    rekognition = world.stack.session().client("rekognition", **settings)
    answered = throttled = 0
    before = counted(world)
    began = time.monotonic()
    while time.monotonic() - began < 2:
        try:
            rekognition.detect_labels(Image={"Bytes": picture()})
            answered += 1
        except rekognition.exceptions.ProvisionedThroughputExceededException:
            throttled += 1
    seconds = time.monotonic() - began
    after = counted(world)

    # A second's calls at once, and from then on as many as come in. A machine that is too busy to
    # ask for more is refused nothing.
    assert 0 < answered <= RATE * (seconds + 1) + 2
    assert throttled or answered <= RATE * seconds
    assert after["answered"] - before["answered"] == answered
    assert after["throttled"] - before["throttled"] == throttled
    assert sum(second["calls"] for second in after["per_second"].values()) == after["calls"]

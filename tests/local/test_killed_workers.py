"""A function's process that is killed: its invocation fails, its message returns, others go on."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from tests.local.asking import UPDATE, VISIBILITY_SECONDS, World, counted, detect, running
from tests.local.test_lifecycle import make_function
from tests.patience import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found on Linux only")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as made:
        yield made


@pytest.mark.parametrize(("kind", "performed"), [("kill-before", False), ("kill-after", True)])
def test_killed_worker_is_a_function_error_and_the_next_invocation_has_a_new_one(
    world: World, kind: str, *, performed: bool
) -> None:
    before = world.put("first")["pid"]
    with world.faults.injected("dynamodb:PutItem", kind, times=1) as fault:
        assert world.put(kind)["FunctionError"]
        assert fault.hits == 1
        assert world.put("next")["pid"] != before
    assert bool(world.item(kind)) is performed
    assert before not in world.workers()


@pytest.mark.parametrize(("kind", "times"), [("kill-before", 1), ("kill-after", 2)])
def test_message_of_a_killed_worker_comes_back(world: World, kind: str, times: int) -> None:
    with world.faults.injected(UPDATE, kind, times=1, containing=f"by {kind}") as fault:
        began = time.monotonic()
        world.send(f"by {kind}")
        fault.wait_for_hits()
        eventually(lambda: world.times(f"by {kind}") == times, "it was done again")
    assert time.monotonic() - began >= VISIBILITY_SECONDS - 1, "sooner than its visibility timeout"
    eventually(world.is_empty, "the message is gone")
    assert world.times(f"by {kind}") == times


def test_only_the_worker_that_called_is_killed(world: World) -> None:
    names = [f"crowd {number}" for number in range(6)]
    with (
        world.faults.injected(UPDATE, "delay", delay_seconds=1, containing="crowd", times=5),
        world.faults.injected(UPDATE, "kill-before", containing="crowd", times=1) as fault,
    ):
        for name in names:
            world.send(name)
        fault.wait_for_hits()
        eventually(lambda: all(world.times(name) for name in names), "all were done")
    eventually(world.is_empty, "no message is left")
    assert [world.times(name) for name in names] == [1] * 6
    assert fault.hits == 1


def test_worker_that_is_killed_again_and_again(world: World) -> None:
    with world.faults.injected(UPDATE, "kill-before", containing="unlucky", times=3) as fault:
        world.send("unlucky")
        eventually(lambda: world.times("unlucky") == 1, "it was done in the end")
        assert fault.hits == 3
    eventually(world.is_empty, "no message is left")


@pytest.mark.parametrize(("kind", "answered"), [("kill-before", 0), ("kill-after", 1)])
def test_worker_is_killed_for_its_call_of_recognition(
    world: World, kind: str, answered: int
) -> None:
    before = counted(world)
    with world.faults.injected("rekognition:DetectLabels", kind, times=1) as fault:
        assert detect(world)["FunctionError"]
        assert fault.hits == 1
    assert counted(world)["answered"] - before["answered"] == answered
    assert "answer" in detect(world)


def test_worker_that_is_killed_while_it_is_idle_is_not_missed(world: World) -> None:
    idle = world.put("before")["pid"]
    os.kill(idle, signal.SIGKILL)
    assert world.put("after")["pid"] != idle


SLOW = """
import os, time
time.sleep(1)

def handler(folder, context):
    if folder:
        open(folder + "/begun", "w").close()
        while not os.path.exists(folder + "/enough"):
            time.sleep(0.05)
    return "done"
"""


def test_worker_that_dies_while_it_starts_takes_no_other_with_it(
    world: World, tmp_path: Path
) -> None:
    make_function(world.stack, "slow", SLOW)
    settings = world.stack.client_settings("lambda")
    # One that is asked twice would be at work twice.
    once = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})
    settings["config"] = settings["config"].merge(once)
    functions: Any = world.stack.session().client("lambda", **settings)

    def invoke(folder: Path | None = None) -> dict[str, Any]:
        payload = json.dumps(folder and str(folder))
        answer: dict[str, Any] = functions.invoke(FunctionName="slow", Payload=payload)
        return answer

    with ThreadPoolExecutor() as threads:
        before = world.workers()
        busy = threads.submit(invoke, tmp_path)
        eventually((tmp_path / "begun").exists, "one is at work")
        at_work = world.workers() - before
        assert len(at_work) == 1
        starting = threads.submit(invoke)
        (young,) = eventually(lambda: world.workers() - before - at_work, "another one starts")
        os.kill(young, signal.SIGKILL)

        assert "FunctionError" in starting.result()
        (tmp_path / "enough").touch()
        assert "FunctionError" not in busy.result()
        assert json.load(busy.result()["Payload"]) == "done"
    assert json.load(invoke()["Payload"]) == "done"

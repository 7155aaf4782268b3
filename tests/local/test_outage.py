"""Rekognition is down for everybody: images wait, none is lost, and nothing is paid twice."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import pytest

from lambdas.common.status import Status
from tests.local.deployed import STAGES, Deployed, paid
from tests.local.faults import Faults
from tests.local.pictures import picture
from tests.local.stack import MAX_ATTEMPTS
from tests.local.test_cli import sightline
from tests.patience import eventually


@contextmanager
def stock_retries(deployed: Deployed) -> Iterator[None]:
    """The functions try as often, and wait as long, as a deployed stack does."""
    client = deployed.client("lambda")
    before = {}
    for stage in STAGES:
        name = deployed.outputs[f"{stage}FunctionName"]
        variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        before[name] = variables
        stock = {**variables, "MAX_ATTEMPTS": "6", "RETRY_SECONDS": "30"}
        client.update_function_configuration(FunctionName=name, Environment={"Variables": stock})
    try:
        yield
    finally:
        for name, variables in before.items():
            client.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )


@contextmanager
def outlasted(deployed: Deployed) -> Iterator[list[str]]:
    """Have images uploaded, whose ids are to be listed; see them all end well and paid once."""
    began, before = datetime.now(UTC), paid(deployed)
    images: list[str] = []

    yield images

    records = [deployed.wait_for(image) for image in images]
    assert {record["status"] for record in records} <= {Status.DONE, Status.IN_REVIEW}
    assert paid(deployed) - before == 2 * len(images)
    assert deployed.assert_agrees(began).dead_letters == 0


def test_an_outage_that_the_retries_outlast_costs_only_time(deployed: Deployed) -> None:
    # By attempts, since those of a busy machine have ends of their own; by the clock it is below.
    keys = [f"outage/{number}.jpg" for number in range(6)]
    calls = ["rekognition:DetectLabels", "rekognition:DetectText"]
    with outlasted(deployed) as images, ExitStack() as outage:
        refusals = [
            outage.enter_context(
                Faults(deployed.stack).injected(
                    call, "error", containing=key, times=MAX_ATTEMPTS - 1
                )
            )
            for key in keys
            for call in calls
        ]
        images += [deployed.upload(key, picture().body) for key in keys]
        for refusal in refusals:
            refusal.wait_for_hits(MAX_ATTEMPTS - 1)


@pytest.mark.soak
def test_an_outage_of_a_minute_costs_only_time(deployed: Deployed) -> None:
    with stock_retries(deployed), outlasted(deployed) as images:
        faults = Faults(deployed.stack)
        with faults.injected("rekognition:*", "error", outage_seconds=60) as outage:
            images += [deployed.upload(f"minute/{n}.jpg", picture().body) for n in range(6)]
            outage.wait_for_hits(len(images))
            time.sleep(60)


def test_an_outage_that_outlasts_the_retries_is_put_right_by_a_redrive(deployed: Deployed) -> None:
    # Given
    began = datetime.now(UTC)
    with Faults(deployed.stack).injected("rekognition:*", "error"):
        images = [deployed.upload(f"long/{n}.jpg", picture().body) for n in range(3)]
        records = [deployed.wait_for(image, Status.FAILED) for image in images]
        assert {record["cause"] for record in records} == {"DetectLabels:InternalServerError"}
        eventually(lambda: deployed.messages("ImagesDeadLetterQueueUrl") == 3, "they are dead")
    deployed.assert_agrees(began)
    # When: one by its id, then a look, then all of that cause
    port = ("--port", deployed.port)
    one = sightline("redrive", "--id", images[0], *port)
    assert one.returncode == 0, one.stderr
    deployed.wait_for(images[0], Status.DONE, Status.IN_REVIEW)
    cause = ("--cause", "DetectLabels:InternalServerError")
    look = json.loads(sightline("redrive", *cause, "--dry-run", "--json", *port).stdout)
    rest = sightline("redrive", *cause, *port)
    # Then
    assert json.dumps(look).count("DetectLabels:InternalServerError") >= 1
    assert rest.returncode == 0, rest.stderr
    for image in images:
        deployed.wait_for(image, Status.DONE, Status.IN_REVIEW)
    assert deployed.assert_agrees(began).dead_letters == 0
    assert "empty" in sightline("redrive", *port).stdout

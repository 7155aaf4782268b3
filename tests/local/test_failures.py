"""What is ours to fail: a permission taken away, retries used up, and the way back."""

import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

from lambdas.common.status import Status
from local.recognition.permissions import DECISION_SECONDS
from tests.local.deployed import Deployed, eventually

QUEUES = ("ImagesQueueUrl", "TextQueueUrl")


@pytest.fixture
def quick_retries(deployed: Deployed) -> Iterator[None]:
    """Retries follow within a second instead of minutes."""
    sqs = deployed.client("sqs")
    before = {
        queue: sqs.get_queue_attributes(
            QueueUrl=deployed.outputs[queue], AttributeNames=["VisibilityTimeout"]
        )["Attributes"]
        for queue in QUEUES
    }
    for queue in QUEUES:
        sqs.set_queue_attributes(
            QueueUrl=deployed.outputs[queue], Attributes={"VisibilityTimeout": "1"}
        )
    yield
    for queue, attributes in before.items():
        sqs.set_queue_attributes(QueueUrl=deployed.outputs[queue], Attributes=attributes)


@contextmanager
def robbed_of(deployed: Deployed, function: str, action: str) -> Iterator[None]:
    """Take one action out of a function's role; give it back in the end."""
    iam = deployed.client("iam")
    name = deployed.outputs[f"{function}FunctionName"]
    functions = deployed.client("lambda")
    role = functions.get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    poorer = _without(document, action)
    assert poorer != document, f"{function} never had {action}"
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(poorer))
    try:
        # The recognition endpoint remembers what it was told for this long.
        time.sleep(DECISION_SECONDS)
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


@pytest.mark.parametrize(
    ("function", "action", "text"),
    [
        ("InspectImage", "rekognition:DetectLabels", "AccessDenied"),
        ("InspectImage", "s3:PutObject", "AccessDenied"),
        ("ReadText", "rekognition:DetectText", "AccessDenied"),
        ("ReadText", "s3:GetObjectVersion", "InvalidS3Object"),
    ],
)
@pytest.mark.usefixtures("quick_retries")
def test_a_function_robbed_of_one_permission_fails_and_recovers(
    deployed: Deployed, function: str, action: str, text: str
) -> None:
    with robbed_of(deployed, function, action):
        image = deployed.upload(f"robbed/{function}-{action}.jpg", _photo())
        eventually(lambda: _logged(deployed, function, image, text), f"{text} is logged")
        record = deployed.record(image)
        assert record is not None
        assert not Status(record["status"]).is_terminal

    assert deployed.wait_for(image, seconds=90)["status"] in (Status.DONE, Status.FAILED)
    if Status(deployed.wait_for(image)["status"]) is Status.FAILED:
        _redrive(deployed)
        deployed.wait_for(image, Status.DONE)


@pytest.mark.usefixtures("quick_retries")
def test_what_exhausts_its_retries_is_kept_told_and_comes_back(deployed: Deployed) -> None:
    with robbed_of(deployed, "InspectImage", "rekognition:DetectLabels"):
        image = deployed.upload("robbed/for-long.jpg", _photo())

        record = deployed.wait_for(image, Status.FAILED, seconds=90)

        assert "AccessDeniedException" in record["reason"]
        eventually(lambda: deployed.messages("ImagesDeadLetterQueueUrl") == 1, "it is in the DLQ")
        eventually(lambda: deployed.alarm_state("ImagesDeadLetters") == "ALARM", "the alarm rings")
        eventually(lambda: _mails(deployed, "ALARM"), "operations is told")

    _redrive(deployed)

    assert deployed.wait_for(image, Status.DONE)["reason"] is None
    eventually(lambda: deployed.messages("ImagesDeadLetterQueueUrl") == 0, "the DLQ is empty")
    # The alarm looks at the highest number of the last minute.
    eventually(lambda: _mails(deployed, "OK"), "operations is told that it is over", seconds=90)


def _redrive(deployed: Deployed) -> None:
    sqs = deployed.client("sqs")
    for name in ("Images", "Text"):
        source, destination = (
            sqs.get_queue_attributes(
                QueueUrl=deployed.outputs[f"{name}{kind}Url"], AttributeNames=["QueueArn"]
            )["Attributes"]["QueueArn"]
            for kind in ("DeadLetterQueue", "Queue")
        )
        sqs.start_message_move_task(SourceArn=source, DestinationArn=destination)


def _mails(deployed: Deployed, state: str) -> list[str]:
    return [
        mail.subject
        for mail in deployed.mails("operations@example.com")
        if mail.subject.startswith(f"{state}:")
        and "ImagesDeadLetters" in mail.subject
        and json.loads(mail.body)["OldStateValue"] != "INSUFFICIENT_DATA"
    ]


def _logged(deployed: Deployed, function: str, image: str, text: str) -> bool:
    logs = deployed.client("logs")
    name = deployed.outputs[f"{function}FunctionName"]
    configuration = deployed.client("lambda").get_function_configuration(FunctionName=name)
    events = logs.filter_log_events(logGroupName=configuration["LoggingConfig"]["LogGroup"])
    return any(
        image in event["message"] and text in event["message"] and "ERROR" in event["message"]
        for event in events["events"]
    )


def _without(document: dict[str, Any], action: str) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        actions = statement["Action"]
        kept = [
            one for one in (actions if isinstance(actions, list) else [actions]) if one != action
        ]
        if kept:
            statements.append({**statement, "Action": kept})
    return {**document, "Statement": statements}


def _photo() -> bytes:
    """Return a photograph unlike those before: what was paid for once is not asked for again."""
    pixels = data.astronaut()
    pixels[:32, :32] = np.frombuffer(os.urandom(32 * 32 * 3), np.uint8).reshape(32, 32, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    return buffer.getvalue()

"""What is ours to fail: a permission taken away, retries used up, and the way back."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.common.status import Status
from local.recognition.permissions import DECISION_SECONDS
from tests.local.deployed import Deployed
from tests.local.pictures import picture
from tests.patience import eventually

DEAD_LETTERS, ALARM = "TextDeadLetterQueueUrl", "TextDeadLetters"


@pytest.fixture(scope="module")
def began() -> datetime:
    return datetime.now(UTC)


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


def test_what_exhausts_its_retries_is_kept_told_and_comes_back(deployed: Deployed) -> None:
    told = len(_mails(deployed, "ALARM"))
    with robbed_of(deployed, "ReadText", "rekognition:DetectText"):
        image = deployed.upload("robbed/for-long.jpg", picture().body)

        record = deployed.wait_for(image, Status.FAILED)

        assert "AccessDeniedException" in record["reason"]
        eventually(lambda: deployed.messages(DEAD_LETTERS) == 1, "it is in the DLQ")
        eventually(lambda: deployed.alarm_state(ALARM) == "ALARM", "the alarm rings")
        eventually(lambda: len(_mails(deployed, "ALARM")) == told + 1, "operations is told")

    _redrive(deployed)

    assert deployed.wait_for(image, Status.DONE)["reason"] is None
    eventually(lambda: deployed.messages(DEAD_LETTERS) == 0, "the DLQ is empty")


@pytest.mark.parametrize(
    ("function", "action", "text"),
    [
        ("InspectImage", "rekognition:DetectLabels", "AccessDenied"),
        ("InspectImage", "s3:PutObject", "AccessDenied"),
        ("ReadText", "rekognition:DetectText", "AccessDenied"),
        ("ReadText", "s3:GetObjectVersion", "InvalidS3Object"),
    ],
)
def test_a_function_robbed_of_one_permission_fails_and_recovers(
    deployed: Deployed, function: str, action: str, text: str
) -> None:
    with robbed_of(deployed, function, action):
        image = deployed.upload(f"robbed/{function}-{action}.jpg", picture().body)
        eventually(lambda: _logged(deployed, function, image, text), f"{text} is logged")

    assert deployed.wait_for(image)["status"] in (Status.DONE, Status.FAILED)
    if Status(deployed.wait_for(image)["status"]) is Status.FAILED:
        _redrive(deployed)
        deployed.wait_for(image, Status.DONE)


def test_operations_is_told_when_it_is_over(deployed: Deployed) -> None:
    rang = len(_mails(deployed, "ALARM"))

    # The alarm looks at the highest number of the last minute, which the tests above have used.
    eventually(lambda: len(_mails(deployed, "OK")) == rang, "operations is told")

    assert rang > 0
    assert deployed.alarm_state(ALARM) == "OK"


def test_everything_agrees_afterwards(deployed: Deployed, began: datetime) -> None:
    assert deployed.assert_agrees(began).dead_letters == 0


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
        and ALARM in mail.subject
        and json.loads(mail.body)["OldStateValue"] != "INSUFFICIENT_DATA"
    ]


def _logged(deployed: Deployed, function: str, image: str, text: str) -> bool:
    return any(
        image in line and text in line and "ERROR" in line for line in deployed.log(function)
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

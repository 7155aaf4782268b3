import boto3
import pytest
from botocore.stub import Stubber

from local.recognition.errors import ApiError
from local.recognition.permissions import DECISION_SECONDS, Permissions
from tests.unit.recognition.fakes import ROLE, ROOT

ACTION = "rekognition:DetectLabels"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def permissions(clock: Clock, *decisions: str) -> Permissions:
    iam = boto3.client(
        "iam", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    stub = Stubber(iam)
    for decision in decisions:
        result = {"EvalActionName": ACTION, "EvalDecision": decision}
        asked = {
            "PolicySourceArn": "arn:aws:iam::000000000000:role/looker",
            "ActionNames": [ACTION],
        }
        stub.add_response("simulate_principal_policy", {"EvaluationResults": [result]}, asked)
    stub.activate()
    return Permissions(iam, clock)


def test_a_role_that_is_granted_the_action_may() -> None:
    permissions(Clock(), "allowed").check(ROLE, ACTION)


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        ("implicitDeny", f"because no identity-based policy allows the {ACTION} action"),
        ("explicitDeny", "with an explicit deny in an identity-based policy"),
    ],
)
def test_a_denial_has_awss_words(decision: str, reason: str) -> None:
    with pytest.raises(ApiError) as denied:
        permissions(Clock(), decision).check(ROLE, ACTION)
    assert denied.value.code == "AccessDeniedException"
    assert denied.value.message == (
        "User: arn:aws:sts::000000000000:assumed-role/looker/inspect-image is not authorized to "
        f"perform: {ACTION} on resource: * {reason}"
    )


def test_a_permission_taken_away_is_missed_after_two_seconds() -> None:
    clock = Clock()
    checked = permissions(clock, "allowed", "implicitDeny")
    checked.check(ROLE, ACTION)
    clock.now += DECISION_SECONDS - 0.1
    checked.check(ROLE, ACTION)
    clock.now += 0.2
    with pytest.raises(ApiError):
        checked.check(ROLE, ACTION)


def test_the_root_user_may_without_asking() -> None:
    permissions(Clock()).check(ROOT, ACTION)

"""A user pool that the commands find."""

import pytest

from cli.deployment import Deployment, Target
from tests.unit.cli.users.people import People


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> People:
    found = People()
    outputs = {"UserPoolId": "eu-west-1_x"}
    deployment = Deployment("a test's stack", outputs, {"cognito-idp": found}.__getitem__)
    monkeypatch.setattr(Target, "find", lambda _self: deployment)
    return found

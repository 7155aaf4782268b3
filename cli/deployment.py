"""Which Sightline a command talks to: the local stack, or one deployed to AWS."""

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from lambdas.common.errors import SightlineError
from local.endpoint import LocalStack
from local.environment import ACCOUNT
from local.errors import NotRunning


class NoDeploymentError(SightlineError):
    """There is no Sightline to talk to; the text says how to get one."""


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its name for a person, its outputs, and its AWS clients."""

    name: str
    outputs: dict[str, str]
    client: Callable[[str], Any]

    def output(self, name: str) -> str:
        """Return an output of the stack; one that is missing means an older or other stack."""
        if name not in self.outputs:
            raise NoDeploymentError(
                f"{self.name} has no output {name}; deploy this version of Sightline to it"
            )
        return self.outputs[name]


@dataclass(frozen=True)
class Target:
    """What the options on the command line say of where to find Sightline."""

    port: int
    aws: bool
    stage: str
    region: str | None
    profile: str | None

    def find(self) -> Deployment:
        """Return the local stack if one runs on the port, else the stack deployed to AWS.

        With `aws`, the local stack is not looked at. Raises NoDeploymentError.
        """
        if self.aws:
            return self._deployed()
        try:
            stack = LocalStack.find(self.port)
        except NotRunning:
            return self._deployed()
        return Deployment(f"the local stack on port {self.port}", stack.outputs(), stack.client)

    def _deployed(self) -> Deployment:
        stack_name = f"Sightline-{self.stage}"
        looked = "" if self.aws else f"no local stack runs on port {self.port}, and "
        start = (
            f"start a local stack with `sightline local up --port {self.port}`, or deploy "
            f"{stack_name} with `cdk deploy`"
        )
        # boto3 itself reads only AWS_DEFAULT_REGION; the CDK and the AWS CLI read both.
        region = self.region or os.environ.get("AWS_REGION")
        try:
            session = boto3.Session(region_name=region, profile_name=self.profile)
            cloudformation = session.client("cloudformation")
            stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        except NoCredentialsError as error:
            raise NoDeploymentError(
                f"{looked}there are no AWS credentials to look for {stack_name} with: {start}"
            ) from error
        except (BotoCoreError, ClientError) as error:
            raise NoDeploymentError(
                f"{looked}{stack_name} was not found on AWS ({error}): {start}"
            ) from error
        outputs = {
            output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])
        }
        clients: Any = session.client
        return Deployment(f"{stack_name} in {session.region_name}", outputs, clients)


LOCAL_ROOT = f"arn:aws:iam::{ACCOUNT}:root"
"""Who everybody is on a local stack."""


def caller_of(deployment: Deployment) -> str:
    """Return who AWS says is asking, an ARN; on a local stack the user of this machine."""
    arn = str(deployment.client("sts").get_caller_identity()["Arn"])
    return f"local user {getpass.getuser()}" if arn == LOCAL_ROOT else arn

"""The one way that this project makes a Lambda function."""

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Acknowledgment, Duration, IgnoreMode, RemovalPolicy, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambdas.common.environment import Environment
from stacks.limits import LOG_DAYS

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64

_ROOT = Path(__file__).parents[2]


class PythonFunction(Construct):
    """A function of the package `lambdas/<package>`: role, logs, tracing, limits, environment.

    Its zip holds `lambdas/common`, the package, and the further `packages` named; its role may
    write its own logs and traces, and what the caller grants.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str,
        environment: Environment,
        layers: Sequence[lambda_.ILayerVersion],
        timeout: Duration,
        memory_mb: int,
        log_days: int,
        removal_policy: RemovalPolicy,
        packages: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        self.timeout = timeout
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            retention=logs.RetentionDays[LOG_DAYS[log_days]],
            removal_policy=removal_policy,
        )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {package} may do",
        )
        self.log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=f"lambdas.{package}.handler.handle",
            code=_code(package, *packages),
            layers=layers,
            role=self.role,
            timeout=timeout,
            memory_size=memory_mb,
            log_group=self.log_group,
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                **environment.variables(),
                "POWERTOOLS_SERVICE_NAME": package,
                "POWERTOOLS_LOG_LEVEL": "INFO",
            },
        )
        Validations.of(self.function).acknowledge(
            Acknowledgment(
                id="AwsSolutions-L1",
                reason="Python 3.13 is what the layers are built for and what the tests cover; "
                "AWS supports it until 2029, and a newer one is a deliberate step.",
            )
        )
        Validations.of(self.role).acknowledge(
            Acknowledgment(
                id="AwsSolutions-IAM5[Resource::*]",
                reason="X-Ray's PutTraceSegments and PutTelemetryRecords, Rekognition's Detect "
                "actions and CloudWatch's GetMetricData support no resource-level permissions; "
                "nothing else is granted on *.",
            )
        )


def _code(*packages: str) -> lambda_.Code:
    kept = ("common", *packages)
    return lambda_.Code.from_asset(
        str(_ROOT),
        # The root, not `lambdas/`, so that the code imports as `lambdas.…` on both sides.
        exclude=[
            "/*",
            "!/lambdas",
            "/lambdas/*",
            "!/lambdas/__init__.py",
            *(f"!/lambdas/{package}" for package in kept),
            "__pycache__",
        ],
        ignore_mode=IgnoreMode.GIT,
    )

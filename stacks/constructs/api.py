"""The REST API: who may call it, how often, and what is logged of it."""

import json

from aws_cdk import Acknowledgment, RemovalPolicy, Size, Stack, Validations
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.constructs.api_routes import ApiRoutes
from stacks.constructs.gateway_responses import add_gateway_responses
from stacks.constructs.web_acl import WebAcl
from stacks.limits import LOG_DAYS
from stacks.settings import Settings

STAGE = "v1"
COMPRESSED_FROM = Size.kibibytes(1)
SECURITY_POLICY = "SecurityPolicy_TLS13_1_2_2021_06"
"""TLS 1.2 or 1.3, with ciphers that keep former traffic secret; API Gateway's stock is 1.0."""

_LOGGED = {
    "requestId": "$context.requestId",
    "traceId": "$context.xrayTraceId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "user": "$context.authorizer.claims.sub",
    "method": "$context.httpMethod",
    # The route, not the path: no query, and nothing that a client could break a line of JSON with.
    "route": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "functionStatus": "$context.integration.status",
    "functionMilliseconds": "$context.integration.latency",
    "refusedAs": "$context.error.responseType",
    "firewall": "$context.wafResponseCode",
}


class Api(Construct):
    """A regional REST API; it has no routes until `serve` says who answers them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self.access_log = logs.LogGroup(
            self,
            "AccessLog",
            retention=logs.RetentionDays[LOG_DAYS[settings.log_days]],
            removal_policy=removal_policy,
        )
        self.rest = apigateway.RestApi(
            self,
            "Rest",
            # The name is what its metrics are counted under.
            rest_api_name=f"sightline-{settings.stage}",
            description="Sightline's API",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            min_compression_size=COMPRESSED_FROM,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                tracing_enabled=True,
                throttling_rate_limit=settings.api_requests_per_second,
                throttling_burst_limit=settings.api_burst,
                access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_LOGGED)),
            ),
        )
        _refuse_old_tls(self.rest)
        # The stack has outputs of its own; this one has a name that no one could know.
        self.rest.node.try_remove_child("Endpoint")
        Validations.of(self.rest).acknowledge(
            Acknowledgment(
                id="AwsSolutions-APIG6",
                reason="Execution logs go to a group that API Gateway makes outside the stack and "
                "keeps for ever, and may hold headers. The access log here says who called what, "
                "with which outcome, for log_days; the function's log and X-Ray say the rest.",
            ),
            Acknowledgment(
                id="AwsSolutions-APIG3",
                reason="The web ACL is the setting waf, on unless switched off.",
            ),
        )
        if settings.api_account_role:
            self._let_api_gateway_log()
        if settings.waf:
            WebAcl(self, "WebAcl", settings=settings, stage_arn=self.stage.stage_arn)

    @property
    def stage(self) -> apigateway.Stage:
        """What is deployed of it."""
        return self.rest.deployment_stage

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end; it does not wait for the stage."""
        return f"{self.origin}/{STAGE}"

    @property
    def origin(self) -> str:
        """Scheme and host of it."""
        stack = Stack.of(self)
        return f"https://{self.rest.rest_api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def serve(
        self, function: lambda_.Function, *, users: cognito.IUserPool, console: str | None
    ) -> None:
        """Have a function answer every route, for users of the pool, and pages of the console."""
        ApiRoutes(
            self,
            "Routes",
            api=self.rest,
            authorizer=apigateway.CognitoUserPoolsAuthorizer(
                self, "Authorizer", cognito_user_pools=[users]
            ),
            function=function,
            origin=console,
        )
        add_gateway_responses(self.rest, console)
        lambda_.CfnPermission(
            self,
            "MayInvoke",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=self.rest.arn_for_execute_api("*", "/*", STAGE),
        )

    def _let_api_gateway_log(self) -> None:
        """Tell API Gateway, of this account and region, with which role it may write logs.

        Kept whatever becomes of the stack: every other REST API there logs with it too.
        """
        role = iam.Role(
            self,
            "LogsRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            description="With it API Gateway writes the access logs of this account's REST APIs",
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
                )
            ],
        )
        Validations.of(role).acknowledge(
            Acknowledgment(
                id="AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                "AmazonAPIGatewayPushToCloudWatchLogs]",
                reason="The setting is the account's, for all of its REST APIs, and API Gateway "
                "refuses a role that may do less than this policy, which AWS made for it.",
            )
        )
        account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.node.add_dependency(role)
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        self.stage.node.add_dependency(account)


def _refuse_old_tls(api: apigateway.RestApi) -> None:
    # The construct does not know these properties yet, the resource does.
    resource = api.node.default_child
    if not isinstance(resource, apigateway.CfnRestApi):
        raise TypeError("expected the CloudFormation resource of the API")
    resource.security_policy = SECURITY_POLICY
    # Has to be said with such a policy; this is how API Gateway checks names without one.
    resource.endpoint_access_mode = "BASIC"

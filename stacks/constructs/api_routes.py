"""The routes of the API: one resource for each path, one method for each route, one function."""

import re
from collections.abc import Mapping

from aws_cdk import Acknowledgment, Duration, Stack, Validations
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.common.routes import ROUTES
from stacks.constructs.api_bodies import BODIES, Schema

PREFLIGHT = Duration.hours(1)
"""How long a browser remembers what the console may ask for."""
_PARAMETER = re.compile(r"\{(\w+)\}")


class ApiRoutes(Construct):
    """Every route of `ROUTES`, for signed-in users only, answered by one function.

    `origin` is whose pages may call them, None for nobody's.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: apigateway.RestApi,
        authorizer: apigateway.IAuthorizer,
        function: lambda_.Function,
        origin: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._api = api
        self._authorizer = authorizer
        self._function = function
        self._validator = api.add_request_validator(
            "Requests", validate_request_body=True, validate_request_parameters=True
        )
        for method, path in ROUTES:
            self._add(method, path)
        for path in dict.fromkeys(path for _method, path in ROUTES) if origin else ():
            self._allow(path, str(origin))

    def _add(self, method: str, path: str) -> None:
        body = BODIES.get((method, path))
        self._api.root.resource_for_path(path).add_method(
            method,
            self._integration(),
            authorization_type=apigateway.AuthorizationType.COGNITO,
            authorizer=self._authorizer,
            request_validator=self._validator,
            request_parameters={
                f"method.request.path.{name}": True for name in _PARAMETER.findall(path)
            },
            request_models=self._models(body) if body else None,
        )

    def _allow(self, path: str, origin: str) -> None:
        methods = [method for method, of_path in ROUTES if of_path == path]
        preflight = self._api.root.resource_for_path(path).add_cors_preflight(
            allow_origins=[origin],
            allow_methods=[*methods, "OPTIONS"],
            allow_headers=["Authorization", "Content-Type"],
            max_age=PREFLIGHT,
        )
        reason = (
            "A browser asks without a token whether the console may call this route. API Gateway "
            "answers with a fixed text; nothing runs and nothing is read."
        )
        Validations.of(preflight).acknowledge(
            Acknowledgment(id="AwsSolutions-APIG4", reason=reason),
            Acknowledgment(id="AwsSolutions-COG4", reason=reason),
        )

    def _integration(self) -> apigateway.Integration:
        # Said by hand: CDK's own adds two permissions for each method to the function.
        stack = Stack.of(self)
        return apigateway.Integration(
            type=apigateway.IntegrationType.AWS_PROXY,
            integration_http_method="POST",
            uri=f"arn:{stack.partition}:apigateway:{stack.region}:lambda:path/2015-03-31/functions/"
            f"{self._function.function_arn}/invocations",
        )

    def _models(self, schema: Schema) -> dict[str, apigateway.IModel]:
        model = self._model(schema)
        # Whatever the content type says: with another one, a body would not be checked.
        return {"application/json": model, "$default": model}

    def _model(self, schema: Schema) -> apigateway.IModel:
        name = str(schema["title"])
        model = apigateway.CfnModel(
            self,
            name,
            rest_api_id=self._api.rest_api_id,
            content_type="application/json",
            schema=_plain(schema),
        )
        deployment = self._api.latest_deployment
        if deployment is None:
            raise TypeError("expected an API that is deployed with its routes")
        # A deployment is a copy: another schema needs another one.
        deployment.node.add_dependency(model)
        deployment.add_to_logical_id(_plain(schema))
        return apigateway.Model.from_model_name(self, f"{name}Name", model.ref)


def _plain(schema: Schema) -> dict[str, object]:
    """Return a schema with dictionaries all the way down, as the CDK takes it."""
    return {
        name: _plain(value) if isinstance(value, Mapping) else value
        for name, value in schema.items()
    }

"""The REST API: its routes, who may call them and how often, and what is logged."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lambdas.common.routes import ROUTES
from tests.infrastructure.conftest import ROOT, Template, kinds, resources_with

OPENAPI = json.loads((ROOT / "docs" / "openapi.json").read_text())


@pytest.fixture(scope="module")
def methods(template: Template) -> dict[tuple[str, str], Any]:
    """Properties of each method, by HTTP method and path."""
    paths = _paths(template)
    return {
        (method["HttpMethod"], paths[_id(method["ResourceId"])]): method
        for method in kinds(template.resources, "AWS::ApiGateway::Method")
    }


@pytest.fixture(scope="module")
def stage(template: Template) -> Any:
    (stage,) = kinds(template.resources, "AWS::ApiGateway::Stage")
    return stage


def test_there_is_a_method_for_every_route_and_nothing_else(methods: dict[Any, Any]) -> None:
    assert {route for route in methods if route[0] != "OPTIONS"} == set(ROUTES)
    assert not [path for _method, path in methods if "+" in path or _method == "ANY"]


def test_the_functions_own_document_has_the_same_routes() -> None:
    documented = {
        (method.upper(), path)
        for path, operations in OPENAPI["paths"].items()
        for method in operations
    }

    assert documented == set(ROUTES)


def test_every_route_wants_a_token_and_goes_to_the_one_function(
    template: Template, methods: dict[Any, Any]
) -> None:
    (authorizer,) = template.of_type("AWS::ApiGateway::Authorizer")
    function = _function(template)
    for route in ROUTES:
        method = methods[route]
        assert method["AuthorizationType"] == "COGNITO_USER_POOLS", route
        assert method["AuthorizerId"] == {"Ref": authorizer}, route
        assert method["Integration"]["Type"] == "AWS_PROXY", route
        assert function in json.dumps(method["Integration"]["Uri"]), route


def test_tokens_are_those_of_the_stacks_own_users(template: Template) -> None:
    (authorizer,) = kinds(template.resources, "AWS::ApiGateway::Authorizer")
    (pool,) = template.of_type("AWS::Cognito::UserPool")

    assert authorizer["Type"] == "COGNITO_USER_POOLS"
    assert authorizer["ProviderARNs"] == [{"Fn::GetAtt": [pool, "Arn"]}]
    assert authorizer["IdentitySource"] == "method.request.header.Authorization"


def test_one_permission_lets_this_api_and_stage_invoke_the_function(template: Template) -> None:
    (permission,) = [
        one
        for one in kinds(template.resources, "AWS::Lambda::Permission")
        if one["Principal"] != "events.amazonaws.com"  # test_finish_deletions.py
    ]

    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert permission["SourceArn"]["Fn::Join"][1][-1] == "/v1/*/*"
    assert {"Ref": _only(template, "AWS::ApiGateway::RestApi")} in permission["SourceArn"][
        "Fn::Join"
    ][1]


def test_requests_are_validated(template: Template, methods: dict[Any, Any]) -> None:
    validator = _only(template, "AWS::ApiGateway::RequestValidator")
    properties = template.resources[validator]["Properties"]

    assert properties["ValidateRequestBody"] is properties["ValidateRequestParameters"] is True
    for (method, path), found in methods.items():
        if method == "OPTIONS":
            continue
        assert found["RequestValidatorId"] == {"Ref": validator}, path
        assert found.get("RequestParameters", {}) == {
            f"method.request.path.{name}": True for name in re.findall(r"\{(\w+)\}", path)
        }


def test_every_body_has_a_model_whatever_its_content_type(methods: dict[Any, Any]) -> None:
    with_body = {
        (method.upper(), path)
        for path, operations in OPENAPI["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }

    assert {route for route, found in methods.items() if found.get("RequestModels")} == with_body
    for route in with_body:
        models = methods[route]["RequestModels"]
        assert set(models) == {"application/json", "$default"}
        assert models["application/json"] == models["$default"]


def test_a_changed_body_is_deployed_anew(template: Template) -> None:
    (deployment,) = template.of_type("AWS::ApiGateway::Deployment").values()

    assert set(template.of_type("AWS::ApiGateway::Model")) <= set(deployment["DependsOn"])
    assert set(template.of_type("AWS::ApiGateway::Method")) <= set(deployment["DependsOn"])
    assert set(template.of_type("AWS::ApiGateway::GatewayResponse")) <= set(deployment["DependsOn"])


def test_the_function_knows_the_settings_that_it_keeps_to(template: Template) -> None:
    variables = template.resources[_function(template)]["Properties"]["Environment"]["Variables"]

    assert variables["DAYS_TO_GLACIER"] == "30"
    assert variables["PROCESSED_DAYS"] == "365"
    assert variables["UPLOADS_PER_USER_PER_DAY"] == "5000"


def test_browsers_are_told_that_only_the_console_may_call(
    template: Template, methods: dict[Any, Any]
) -> None:
    origin = _only(template, "AWS::CloudFront::Distribution")
    preflights = {path: found for (method, path), found in methods.items() if method == "OPTIONS"}

    assert set(preflights) == {path for _method, path in ROUTES}
    for path, found in preflights.items():
        assert found["AuthorizationType"] == "NONE"
        assert found["Integration"]["Type"] == "MOCK"
        (answer,) = found["Integration"]["IntegrationResponses"]
        headers = {
            name.rpartition(".")[2]: value for name, value in answer["ResponseParameters"].items()
        }
        assert answer["StatusCode"] == "204"
        assert origin in json.dumps(headers["Access-Control-Allow-Origin"])
        assert "*" not in json.dumps(headers)
        assert headers["Access-Control-Allow-Headers"] == "'Authorization,Content-Type'"
        assert headers["Access-Control-Max-Age"] == "'3600'"
        allowed = set(headers["Access-Control-Allow-Methods"].strip("'").split(","))
        assert allowed == {"OPTIONS", *(method for method, of_path in ROUTES if of_path == path)}


def test_it_is_regional_compresses_and_refuses_old_tls(template: Template) -> None:
    (api,) = kinds(template.resources, "AWS::ApiGateway::RestApi")

    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]
    assert api["MinimumCompressionSize"] == 1024
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert api["EndpointAccessMode"] == "BASIC"
    # Its metrics go by this name.
    assert api["Name"] == "sightline-dev"


def test_it_is_traced_and_throttled(stage: Any) -> None:
    assert stage["StageName"] == "v1"
    assert stage["TracingEnabled"] is True
    (settings,) = stage["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (1000, 1000)
    assert settings["DataTraceEnabled"] is False


def test_every_request_is_a_line_of_json_without_secrets(template: Template, stage: Any) -> None:
    log = template.one("AWS::Logs::LogGroup", "Api/AccessLog")
    written = stage["AccessLogSetting"]["Format"]
    line = json.loads(written)

    assert log["Properties"]["RetentionInDays"] == 30
    assert "ApiAccessLog" in json.dumps(stage["AccessLogSetting"]["DestinationArn"])
    assert {"requestId", "user", "method", "route", "status", "refusedAs"} <= set(line)
    # Neither what a client can write freely, nor a token, nor a query.
    for secret in (
        "header",
        "authorizer.claims.email",
        "$context.path",
        "querystring",
        "userAgent",
    ):
        assert secret not in written


def test_api_gateways_role_for_logs_outlives_the_stack(template: Template) -> None:
    (account,) = template.of_type("AWS::ApiGateway::Account").values()
    role = template.one("AWS::IAM::Role", "Api/LogsRole")

    for kept in (account, role):
        assert kept["DeletionPolicy"] == kept["UpdateReplacePolicy"] == "Retain"
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert "AmazonAPIGatewayPushToCloudWatchLogs" in json.dumps(
        role["Properties"]["ManagedPolicyArns"]
    )


def test_settings_say_the_rates_and_who_has_the_role(tmp_path: Path) -> None:
    resources = resources_with(
        tmp_path, api_account_role=False, api_requests_per_second=5, api_burst=9, console=False
    )

    assert kinds(resources, "AWS::ApiGateway::Account") == []
    assert not [name for name in resources if name.startswith("ApiLogsRole")]
    (stage,) = kinds(resources, "AWS::ApiGateway::Stage")
    (rates,) = stage["MethodSettings"]
    assert (rates["ThrottlingRateLimit"], rates["ThrottlingBurstLimit"]) == (5, 9)
    # Without a console, no page of anybody's may call it.
    methods = kinds(resources, "AWS::ApiGateway::Method")
    assert len(methods) == len(ROUTES)
    assert "Access-Control" not in json.dumps(resources)


def _paths(template: Template) -> dict[str, str]:
    """The path of each resource, by its logical id."""
    found = template.of_type("AWS::ApiGateway::Resource")

    def path(name: str) -> str:
        if name not in found:
            return ""
        properties = found[name]["Properties"]
        return f"{path(_id(properties['ParentId']))}/{properties['PathPart']}"

    return {name: path(name) for name in found}


def _id(reference: dict[str, Any]) -> str:
    return str(reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0])


def _only(template: Template, kind: str) -> str:
    (name,) = template.of_type(kind)
    return name


def _function(template: Template) -> str:
    (name,) = [
        name
        for name, found in template.of_type("AWS::Lambda::Function").items()
        if found["Properties"]["Handler"] == "lambdas.api.handler.handle"
    ]
    return name

"""Request validators of an API, which the emulator has, and its CloudFormation leaves out.

Nor does it know `$default`, the model of bodies whose type has none. Without them a body that API
Gateway refuses on AWS would reach the function here.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import json
from collections.abc import Callable
from typing import Any

from local.emulator.internals import apigateway_rest, provisioners, require

Properties = dict[str, Any]
_VALIDATOR, _METHOD = "AWS::ApiGateway::RequestValidator", "AWS::ApiGateway::Method"
_FLAGS = ("ValidateRequestBody", "ValidateRequestParameters")


def validate_requests() -> None:
    """Make validators, and tell methods which is theirs."""
    require(provisioners, "_RESOURCE_HANDLERS")
    require(apigateway_rest, "_create_request_validator", "_update_request_validator")
    require(apigateway_rest, "_delete_request_validator", "_resources", "_request_validators")
    handlers: dict[str, dict[str, Callable[..., Any]]] = provisioners._RESOURCE_HANDLERS
    handlers[_VALIDATOR] = {"create": _create, "update": _update, "delete": _delete}
    methods = handlers[_METHOD]
    create, update = methods["create"], methods["update"]

    def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        made: tuple[str, Properties] = create(logical_id, properties, stack)
        _tell_method(properties)
        return made

    def updated(
        physical_id: str, old: Properties, new: Properties, stack: str
    ) -> tuple[str, Properties]:
        made: tuple[str, Properties] = update(physical_id, old, new, stack)
        _tell_method(new)
        return made

    methods["create"], methods["update"] = created, updated


def _create(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    wanted = {
        "name": properties.get("Name", ""),
        **{f"{flag[0].lower()}{flag[1:]}": is_true(properties.get(flag)) for flag in _FLAGS},
    }
    made = _answered(apigateway_rest._create_request_validator(properties["RestApiId"], wanted))
    return made["id"], {"RequestValidatorId": made["id"]}


def _update(
    physical_id: str, old: Properties, new: Properties, stack: str
) -> tuple[str, Properties]:
    if any(new.get(name) != old.get(name) for name in ("RestApiId", "Name")):
        made = _create(physical_id, new, stack)
        _delete(physical_id, old)
        return made
    operations = [
        {"op": "replace", "path": f"/{flag[0].lower()}{flag[1:]}", "value": is_true(new.get(flag))}
        for flag in _FLAGS
    ]
    patch = {"patchOperations": operations}
    _answered(apigateway_rest._update_request_validator(new["RestApiId"], physical_id, patch))
    return physical_id, {"RequestValidatorId": physical_id}


def _delete(physical_id: str, properties: Properties) -> None:
    api = properties["RestApiId"]
    # It may have gone with its API.
    if physical_id in apigateway_rest._request_validators.get(api, {}):
        _answered(apigateway_rest._delete_request_validator(api, physical_id))


def _tell_method(properties: Properties) -> None:
    resource = apigateway_rest._resources[properties["RestApiId"]][properties["ResourceId"]]
    method = resource["resourceMethods"][properties.get("HttpMethod", "ANY")]
    method["requestValidatorId"] = properties.get("RequestValidatorId")
    method["requestModels"] = with_default(method["requestModels"])


def with_default(models: dict[str, str]) -> dict[str, str]:
    """Models by content type; where the emulator looks for want of a type's own is `$default`."""
    return {"application/json": models["$default"], **models} if "$default" in models else models


def is_true(value: object) -> bool:
    """Read a boolean of a template, which may be a word."""
    return str(value).lower() == "true"


def _answered(response: tuple[int, Any, bytes]) -> Properties:
    status, _headers, body = response
    if status >= 400:
        raise ValueError(f"request validator: {body!r}")
    found: Properties = json.loads(body) if body else {}
    return found

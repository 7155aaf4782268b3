"""Request validators that CloudFormation makes, as the emulator's API Gateway knows them."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import request_validators
from local.emulator.request_validators import is_true, validate_requests, with_default

VALIDATOR, METHOD = "AWS::ApiGateway::RequestValidator", "AWS::ApiGateway::Method"


class Gateway(SimpleNamespace):
    def __init__(self) -> None:
        self.method: dict[str, Any] = {"requestModels": {}}
        super().__init__(
            __name__="apigateway_v1",
            _request_validators={"api": {}},
            _resources={"api": {"upload": {"resourceMethods": {"POST": self.method}}}},
            _create_request_validator=self._create,
            _update_request_validator=self._update,
            _delete_request_validator=lambda api, found: (
                self._request_validators[api].pop(found) and (204, {}, b"")
            ),
        )

    def _create(self, api: str, wanted: dict[str, Any]) -> Any:
        if api not in self._request_validators:
            return 404, {}, b'{"message": "Invalid API identifier specified"}'
        made = {"id": f"v{len(self._request_validators[api])}", **wanted}
        self._request_validators[api][made["id"]] = made
        return 201, {}, json.dumps(made).encode()

    def _update(self, api: str, found: str, patch: dict[str, Any]) -> Any:
        for operation in patch["patchOperations"]:
            name = operation["path"].removeprefix("/")
            self._request_validators[api][found][name] = operation["value"]
        return 200, {}, b"{}"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    found = Gateway()
    monkeypatch.setattr(request_validators, "apigateway_rest", found)
    return found


@pytest.fixture
def handlers(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {
        VALIDATOR: {},
        METHOD: {"create": lambda *_: ("m", {}), "update": lambda *_: ("m", {})},
    }
    provisioners = SimpleNamespace(__name__="provisioners", _RESOURCE_HANDLERS=found)
    monkeypatch.setattr(request_validators, "provisioners", provisioners)
    validate_requests()
    return found


def properties(**more: Any) -> dict[str, Any]:
    return {"RestApiId": "api", "ValidateRequestBody": "true", **more}


def test_a_validator_is_made_changed_and_deleted(
    gateway: Gateway, handlers: dict[str, Any]
) -> None:
    actions = handlers[VALIDATOR]
    made, attributes = actions["create"]("Requests", properties(), "stack")
    assert attributes == {"RequestValidatorId": made}
    known = gateway._request_validators["api"]
    assert known[made]["validateRequestBody"] is True
    assert known[made]["validateRequestParameters"] is False

    new = properties(ValidateRequestParameters=True, ValidateRequestBody=False)
    assert actions["update"](made, properties(), new, "stack")[0] == made
    assert known[made]["validateRequestBody"] is False
    assert known[made]["validateRequestParameters"] is True
    other, _ = actions["update"](made, new, {**new, "Name": "other"}, "stack")
    assert set(known) == {other}
    actions["delete"](other, new)
    actions["delete"](other, new)
    assert not known


def test_a_validator_of_no_api_is_an_error(handlers: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Invalid API identifier"):
        handlers[VALIDATOR]["create"]("Requests", {"RestApiId": "none"}, "stack")


@pytest.mark.parametrize("action", ["create", "update"])
def test_a_method_knows_its_validator_and_its_model(
    gateway: Gateway, handlers: dict[str, Any], action: str
) -> None:
    gateway.method["requestModels"] = {"$default": "Upload"}
    method = properties(ResourceId="upload", HttpMethod="POST", RequestValidatorId="v0")
    before: list[dict[str, Any]] = [{}] if action == "update" else []
    assert handlers[METHOD][action]("m", *before, method, "stack") == ("m", {})

    assert gateway.method["requestValidatorId"] == "v0"
    assert gateway.method["requestModels"]["application/json"] == "Upload"


def test_models_of_types_stay_what_they_are() -> None:
    own = {"$default": "Any", "application/json": "Own"}
    assert with_default(own) == own
    assert with_default({"application/json": "Own"}) == {"application/json": "Own"}


def test_booleans_of_templates() -> None:
    assert is_true("true")
    assert is_true(True)
    assert not any(is_true(value) for value in ("false", False, None, ""))

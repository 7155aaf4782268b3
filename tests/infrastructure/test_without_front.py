"""Switched off, the API and the console leave no trace, and the rest is as it is with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Resource, Template, resources_with

OF_THE_FRONT = ("ApiGateway", "CloudFront", "Cognito", "WAFv2", "Lambda::Permission")


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resource]:
    return resources_with(tmp_path_factory.mktemp("core"), api=False, console=False)


def test_nothing_of_it_is_made(core: dict[str, Resource]) -> None:
    kinds = {found["Type"] for found in core.values()}

    assert not [kind for kind in kinds for part in OF_THE_FRONT if part in kind]
    assert len([found for found in core.values() if found["Type"] == "AWS::S3::Bucket"]) == 3
    assert len([found for found in core.values() if found["Type"] == "AWS::Lambda::Function"]) == 4


def test_the_rest_is_the_same(core: dict[str, Resource], template: Template) -> None:
    for name, found in core.items():
        assert _without_cors(template.resources[name]) == found, name


def test_what_is_more_with_it_is_all_of_it(core: dict[str, Resource], template: Template) -> None:
    more = template.resources.keys() - core.keys()
    starts = ("Api", "Console", "Users", "LayersApi", "AlarmsApi")

    assert not [name for name in more if not name.startswith(starts)]


def test_it_adds_no_outputs(tmp_path: Path) -> None:
    resources_with(tmp_path, api=False, console=False)
    (path,) = tmp_path.glob("*.template.json")

    outputs = json.loads(path.read_text())["Outputs"]
    assert not [name for name in outputs if name.startswith(("Api", "Console", "User"))]


def _without_cors(resource: Resource) -> Any:
    properties = resource.get("Properties", {})
    policy = properties.get("PolicyDocument")
    # The console's bucket logs its access, too.
    if policy and resource["Type"] == "AWS::S3::BucketPolicy":
        kept = [one for one in policy["Statement"] if "ConsoleFiles" not in json.dumps(one)]
        properties = {**properties, "PolicyDocument": {**policy, "Statement": kept}}
    told = {key: value for key, value in properties.items() if key != "CorsConfiguration"}
    return {**resource, "Properties": told}

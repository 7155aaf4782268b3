"""What the console is told of its stack: config.json, and the hosts in its policy."""

import json
from typing import Any

import pytest

from cli.console.site import Site, site_of
from cli.deployment import Deployment, NoDeploymentError
from lambdas.common.errors import SightlineError
from lambdas.common.image import CONTENT_TYPES
from stacks.settings import Settings

OUTPUTS = {
    "ApiUrl": "https://0a1b2c3d.execute-api.eu-west-1.amazonaws.com/v1",
    "ConsoleUrl": "https://d123.cloudfront.net",
    "UserPoolId": "eu-west-1_Abc",
    "UserPoolClientId": "client",
    "InputBucketName": "in",
    "ProcessedBucketName": "out",
}


class Cognito:
    def describe_user_pool(self, **_: Any) -> dict[str, Any]:
        return {"UserPool": {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}}


def deployment(**more: str) -> Deployment:
    return Deployment("a test's stack", {**OUTPUTS, **more}, lambda _service: Cognito())


def test_configuration_on_aws() -> None:
    settings = json.dumps({"stage": "prod", "max_bytes": 1000})
    config = json.loads(site_of(deployment(PublicSettings=settings), None).config_json())

    assert config == {
        "stage": "prod",
        "region": "eu-west-1",
        "api_url": OUTPUTS["ApiUrl"],
        "user_pool_id": "eu-west-1_Abc",
        "user_pool_client_id": "client",
        "cognito_endpoint": None,
        "max_bytes": 1000,
        "content_types": list(CONTENT_TYPES),
        "self_sign_up": False,
    }


def test_configuration_on_a_laptop_names_one_origin() -> None:
    site = site_of(deployment(), "http://localhost:8080")

    assert site.config["api_url"] == "http://localhost:8080/api"
    assert site.config["cognito_endpoint"] == "http://localhost:8080/cognito"
    assert site.config["max_bytes"] == Settings().max_bytes
    assert "https:" not in site.policy()


def test_the_policy_names_exact_hosts() -> None:
    policy = dict(part.split(" ", 1) for part in site_of(deployment(), None).policy().split("; "))
    hosts = {
        *("https://in.s3.eu-west-1.amazonaws.com", "https://out.s3.eu-west-1.amazonaws.com"),
        *("https://in.s3.amazonaws.com", "https://out.s3.amazonaws.com"),
    }
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
    assert set(policy["img-src"].split()) == {"'self'", *hosts}
    assert set(policy["connect-src"].split()) == {
        "'self'",
        "https://0a1b2c3d.execute-api.eu-west-1.amazonaws.com",
        "https://cognito-idp.eu-west-1.amazonaws.com",
        *hosts,
    }
    assert policy["base-uri"] == "'none'"


def test_originals_of_batches_can_be_seen() -> None:
    named = site_of(deployment(PublicSettings='{"batch_buckets": "photos, more"}'), None)
    anything = site_of(deployment(PublicSettings='{"batch_buckets": "*"}'), None)

    assert "https://photos.s3.eu-west-1.amazonaws.com" in named.shows_images_of
    assert "https://more.s3.eu-west-1.amazonaws.com" in named.shows_images_of
    assert "https://*.s3.eu-west-1.amazonaws.com" in anything.shows_images_of
    assert "https://*.s3.eu-west-1.amazonaws.com" not in anything.connects_to


def test_the_policy_is_first_in_the_page() -> None:
    page = Site({}, (), ()).index_html("<html><head>\n<script src=x></script></head></html>")
    text = page.decode()
    assert text.index("Content-Security-Policy") < text.index("<script")
    for wrong in (
        "<html></html>",
        "<head><head>",
        '<head><meta HTTP-EQUIV="Content-Security-Policy">',
    ):
        with pytest.raises(SightlineError, match="--build"):
            Site({}, (), ()).index_html(wrong)


@pytest.mark.parametrize("missing", ["ApiUrl", "ConsoleUrl", "UserPoolId"])
def test_a_stack_without_a_console_says_so(missing: str) -> None:
    outputs = {name: value for name, value in OUTPUTS.items() if name != missing}
    with pytest.raises(NoDeploymentError, match="has no console"):
        site_of(Deployment("a stack", outputs, lambda _service: None), None)

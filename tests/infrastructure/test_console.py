"""The console's bucket and distribution: private, and strict with its own pages."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.console.publish import BUILDS
from tests.infrastructure.conftest import Template, kinds, resources_with
from tests.patience import PATIENCE_SECONDS

DOMAIN = "images.example.com"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


@pytest.fixture(scope="module")
def distribution(template: Template) -> Any:
    (found,) = kinds(template.resources, "AWS::CloudFront::Distribution")
    return found["DistributionConfig"]


@pytest.fixture(scope="module")
def headers(template: Template) -> Any:
    (found,) = kinds(template.resources, "AWS::CloudFront::ResponseHeadersPolicy")
    return found["ResponseHeadersPolicyConfig"]


def test_only_the_distribution_reads_the_bucket(template: Template, distribution: Any) -> None:
    (name,) = template.of_type("AWS::CloudFront::Distribution")
    policy = template.one("AWS::S3::BucketPolicy", "Console/Files/Policy")
    allowed = [
        statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    (statement,) = allowed
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert name in json.dumps(statement["Condition"]["StringEquals"]["AWS:SourceArn"])
    (origin,) = distribution["Origins"]
    assert "OriginAccessControlId" in origin
    (access,) = kinds(template.resources, "AWS::CloudFront::OriginAccessControl")
    assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"


def test_it_only_reads_and_only_by_https(distribution: Any) -> None:
    behaviour = distribution["DefaultCacheBehavior"]

    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["Compress"] is True
    assert distribution["HttpVersion"] == "http2and3"
    assert distribution["DefaultRootObject"] == "index.html"
    # A file that says `no-cache` is at most so old: managed policy CachingOptimized, of 1 second.
    assert behaviour["CachePolicyId"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"


def test_a_file_that_is_not_there_is_a_page_that_says_so_and_stays_an_error(
    distribution: Any,
) -> None:
    assert distribution["CustomErrorResponses"] == [
        {
            "ErrorCode": code,
            "ErrorCachingMinTTL": 10,
            "ResponseCode": 404,
            "ResponsePagePath": "/index.html",
        }
        for code in (403, 404)
    ]


def test_what_is_kept_for_publishing_is_served_to_nobody(template: Template) -> None:
    policy = template.one("AWS::S3::BucketPolicy", "Console/Files/Policy")
    denied = [
        statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Principal"] != {"AWS": "*"}
    ]

    (statement,) = denied
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert statement["Resource"]["Fn::Join"][1][-1] == f"/{BUILDS}"
    # Without a condition, which some other distribution could be outside of.
    assert "Condition" not in statement


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/", "/index.html"),
        ("/gallery", "/index.html"),
        ("/images/0123abcd", "/index.html"),
        ("/v1.2/gallery", "/index.html"),
        ("/index.html", "/index.html"),
        ("/config.json", "/config.json"),
        ("/assets/index-4f2a.js", "/assets/index-4f2a.js"),
        ("/assets/missing.css", "/assets/missing.css"),
    ],
)
def test_every_page_is_the_one_document(template: Template, asked: str, given: str) -> None:
    (function,) = kinds(template.resources, "AWS::CloudFront::Function")
    event = json.dumps({"request": {"method": "GET", "uri": asked}})

    done = subprocess.run(
        ["node", "-e", f"{function['FunctionCode']};console.log(handler({event}).uri)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )

    assert done.stdout.strip() == given
    assert function["AutoPublish"] is True
    assert function["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


def test_pages_load_run_and_call_nothing_but_their_own(template: Template, headers: Any) -> None:
    policy = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]
    (api,) = template.of_type("AWS::ApiGateway::RestApi")
    text = _text(policy["ContentSecurityPolicy"])
    parts = dict(part.split(" ", 1) for part in text.split("; "))
    buckets = "https://*.s3.AWS::Region.AWS::URLSuffix"

    assert policy["Override"] is True
    assert parts == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": f"'self' {buckets}",
        "connect-src": f"'self' https://{api}.execute-api.AWS::Region.AWS::URLSuffix "
        f"https://cognito-idp.AWS::Region.AWS::URLSuffix {buckets}",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_the_other_security_headers_are_there(headers: Any) -> None:
    config = headers["SecurityHeadersConfig"]
    custom = {item["Header"]: item["Value"] for item in headers["CustomHeadersConfig"]["Items"]}

    assert config["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 86_400
    assert config["ContentTypeOptions"] == {"Override": True}
    assert config["FrameOptions"]["FrameOption"] == "DENY"
    assert config["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert custom["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in custom["Permissions-Policy"]


def test_names_that_are_the_accounts_tell_region_and_stage(template: Template) -> None:
    (access,) = kinds(template.resources, "AWS::CloudFront::OriginAccessControl")
    (policy,) = kinds(template.resources, "AWS::CloudFront::ResponseHeadersPolicy")

    for name in (
        access["OriginAccessControlConfig"]["Name"],
        policy["ResponseHeadersPolicyConfig"]["Name"],
    ):
        assert _text(name) == "sightline-dev-AWS::Region"


def test_only_the_consoles_pages_send_to_and_read_from_the_buckets(template: Template) -> None:
    (distribution,) = template.of_type("AWS::CloudFront::Distribution")
    rules = {}
    for bucket in ("Input", "Processed"):
        properties = template.one("AWS::S3::Bucket", f"Storage/{bucket}")["Properties"]
        (rules[bucket],) = properties["CorsConfiguration"]["CorsRules"]

    assert rules["Input"]["AllowedMethods"] == ["POST"]
    assert rules["Processed"]["AllowedMethods"] == ["GET", "HEAD"]
    for rule in rules.values():
        (origin,) = rule["AllowedOrigins"]
        assert distribution in json.dumps(origin)
        assert "*" not in json.dumps(rule)


def test_a_domain_of_ones_own_has_modern_tls_and_is_the_origin(tmp_path: Path) -> None:
    resources = resources_with(tmp_path, console_domain=DOMAIN, console_certificate_arn=CERTIFICATE)

    (found,) = kinds(resources, "AWS::CloudFront::Distribution")
    config = found["DistributionConfig"]
    assert config["Aliases"] == [DOMAIN]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    (rule,) = [
        bucket["CorsConfiguration"]["CorsRules"][0]
        for name, bucket in _buckets(resources).items()
        if name.startswith("StorageInput")
    ]
    assert rule["AllowedOrigins"] == [f"https://{DOMAIN}"]


def _buckets(resources: dict[str, Any]) -> dict[str, Any]:
    return {
        name: found["Properties"]
        for name, found in resources.items()
        if found["Type"] == "AWS::S3::Bucket"
    }


def _text(value: Any) -> str:
    """A text with the names of what it refers to in their places."""
    if isinstance(value, str):
        return value
    return "".join(part if isinstance(part, str) else part["Ref"] for part in value["Fn::Join"][1])

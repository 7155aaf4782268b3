"""What an auditor's tools say of the template."""

import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3

from app import build
from tests.infrastructure.conftest import ROOT, Template, context, nag_findings
from tests.patience import PATIENCE_SECONDS


def test_cdk_nag_finds_nothing(template: Template) -> None:
    assert template.findings == []


SETTINGS_OF_THE_FRONT: dict[str, dict[str, object]] = {
    "less": {"waf": False, "threat_protection": False, "mfa": "off", "api_account_role": False},
    "more": {
        "mfa": "required",
        "self_sign_up": True,
        "console_domain": "images.example.com",
        "console_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/"
        "12345678-1234-1234-1234-123456789012",
    },
    "no-console": {"console": False},
    "none": {"api": False, "console": False},
}


@pytest.mark.parametrize("name", SETTINGS_OF_THE_FRONT)
def test_neither_finds_anything_whatever_the_settings(name: str, tmp_path: Path) -> None:
    paths = {"aws:cdk:enable-path-metadata": True}
    settings = context() | SETTINGS_OF_THE_FRONT[name] | paths
    app = App(context=settings, outdir=str(tmp_path))
    stack = build(app)

    assert nag_findings(app, tmp_path) == []
    assert _lint(tmp_path / f"{stack.artifact_id}.template.json") == (0, "")


def test_cdk_nag_would_find_something(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "Insecure"), "Bucket")

    findings = nag_findings(app, tmp_path)

    assert "AwsSolutions-S10: Insecure/Bucket/Resource" in findings


def test_cfn_lint_finds_nothing(template: Template) -> None:
    assert _lint(template.path) == (0, "")


def test_the_template_stays_far_below_what_cloudformation_takes(template: Template) -> None:
    assert len(template.resources) < 300  # of 500
    assert template.path.stat().st_size < 1_000_000


def test_every_acknowledged_finding_has_a_reason_of_a_sentence() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "stacks").rglob("*.py"))

    assert sources.count("Acknowledgment(") == sources.count("reason=")
    assert sources.count("Acknowledgment(") >= 3


def test_no_hidden_functions_and_no_telemetry(template: Template) -> None:
    kinds = {resource["Type"] for resource in template.resources.values()}

    assert not [kind for kind in kinds if kind.startswith("Custom::")]
    assert "AWS::CDK::Metadata" not in kinds
    assert len(template.of_type("AWS::Lambda::Function")) == 5


def test_nothing_has_a_physical_name(template: Template) -> None:
    names = ("BucketName", "QueueName", "TopicName", "TableName", "FunctionName", "RoleName")
    named = [
        logical_id
        for logical_id, resource in template.resources.items()
        if any(isinstance(resource.get("Properties", {}).get(name), str) for name in names)
    ]

    assert named == []


def _lint(path: Path) -> tuple[int, str]:
    done = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=PATIENCE_SECONDS,
    )
    return done.returncode, done.stdout

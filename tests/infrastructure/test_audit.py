"""What an auditor's tools say of the template."""

import subprocess
import sys
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3

from tests.infrastructure.conftest import ROOT, Template, nag_findings


def test_cdk_nag_finds_nothing(template: Template) -> None:
    assert template.findings == []


def test_cdk_nag_would_find_something(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "Insecure"), "Bucket")

    findings = nag_findings(app, tmp_path)

    assert "AwsSolutions-S10: Insecure/Bucket/Resource" in findings


def test_cfn_lint_finds_nothing(template: Template) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", str(template.path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_every_acknowledged_finding_has_a_reason_of_a_sentence() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "stacks").rglob("*.py"))

    assert sources.count("Acknowledgment(") == sources.count("reason=")
    assert sources.count("Acknowledgment(") >= 3


def test_no_hidden_functions_and_no_telemetry(template: Template) -> None:
    kinds = {resource["Type"] for resource in template.resources.values()}

    assert not [kind for kind in kinds if kind.startswith("Custom::")]
    assert "AWS::CDK::Metadata" not in kinds
    assert len(template.of_type("AWS::Lambda::Function")) == 4


def test_nothing_has_a_physical_name(template: Template) -> None:
    names = ("BucketName", "QueueName", "TopicName", "TableName", "FunctionName", "RoleName")
    named = [
        logical_id
        for logical_id, resource in template.resources.items()
        if any(isinstance(resource.get("Properties", {}).get(name), str) for name in names)
    ]

    assert named == []

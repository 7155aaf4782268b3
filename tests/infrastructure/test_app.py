"""The app as `cdk synth` runs it."""

import json
import os
import subprocess
import sys

import pytest

from tests.infrastructure.conftest import ROOT, Template, context
from tests.patience import PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"days_to_expiry": 3}, "days_to_expiry: use 7 days or more"),
        ({"region": "eu-north-1"}, "there is no Amazon Rekognition in eu-north-1"),
        ({"notify_email": "a@example.com"}, "did you mean notify_emails?"),
    ],
)
def test_a_wrong_setting_fails_the_synth_with_a_sentence(
    settings: dict[str, object], sentence: str
) -> None:
    environ = {**os.environ, "CDK_CONTEXT_JSON": json.dumps(context() | settings)}

    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_outputs_name_what_people_and_the_command_line_need(template: Template) -> None:
    assert set(template.document["Outputs"]) >= {
        *("InputBucketName", "ProcessedBucketName", "RecordTableName", "ResultsTopicArn"),
        *("ImagesQueueUrl", "ImagesDeadLetterQueueUrl", "InspectImageFunctionName"),
        *("ApiAccessLogGroup", "UserPoolId"),
    }


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Lambda::Function"])
def test_everything_is_tagged(template: Template, kind: str) -> None:
    for name, resource in template.of_type(kind).items():
        tags = {tag["Key"]: tag["Value"] for tag in resource["Properties"].get("Tags", [])}
        assert tags == {"application": "sightline", "stage": "dev"}, name

"""Batches: what their function may do, and which buckets the setting lets in."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.batches import Batches
from stacks.constructs.layers import Layers
from stacks.constructs.records import Records
from stacks.constructs.storage import Storage
from stacks.constructs.topics import Topics
from stacks.settings import Settings
from tests.infrastructure.conftest import Resource, context, nag_findings

STOCK, NAMED, ALL = "Stock", "Named", "All"
BUCKETS = {STOCK: "", NAMED: "photos-of-2026,other.photos", ALL: "*"}

CONSUME = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
}


class BatchesAlone(Stack):
    """The construct with what it needs, and a role of somebody else who reads its images."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        keep = RemovalPolicy.RETAIN
        topics = Topics(self, "Topics", settings=settings, removal_policy=keep)
        batches = Batches(
            self,
            "Batches",
            settings=settings,
            storage=Storage(self, "Storage", settings=settings, removal_policy=keep),
            records=Records(self, "Records", removal_policy=keep),
            topics=topics,
            layers=Layers(self, "Layers", target=settings.layer_target),
            removal_policy=keep,
        )
        reader = iam.Role(self, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        batches.grant_requests(reader)
        batches.grant_originals(reader)


@dataclass(frozen=True)
class Synthesised:
    """The templates by stack, and what cdk-nag finds."""

    templates: dict[str, dict[str, Any]]
    findings: list[str]

    def statements(self, stack: str, role: str) -> list[Resource]:
        found: list[Resource] = [
            statement
            for resource in self.templates[stack]["Resources"].values()
            if resource["Type"] == "AWS::IAM::Policy"
            and role in json.dumps(resource["Properties"]["Roles"])
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        ]
        assert {statement["Effect"] for statement in found} == {"Allow"}
        return found

    def reached(self, stack: str, role: str) -> dict[str, set[str]]:
        """What each action reaches, as text."""
        reached: dict[str, set[str]] = {}
        for statement in self.statements(stack, role):
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    reached.setdefault(action, set()).add(_name(resource))
        return reached


@pytest.fixture(scope="module")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    assembly = tmp_path_factory.mktemp("batches")
    app = App(context=context(), outdir=str(assembly))
    for name, buckets in BUCKETS.items():
        settings = Settings.from_context(context() | {"batch_buckets": buckets})
        BatchesAlone(app, name, settings=settings)
    findings = nag_findings(app, assembly)
    templates = {
        name: json.loads(Path(assembly / f"{name}.template.json").read_text()) for name in BUCKETS
    }
    return Synthesised(templates, findings)


@pytest.mark.parametrize("stack", BUCKETS)
def test_run_batch_may_do_exactly_this(synthesised: Synthesised, stack: str) -> None:
    reached = synthesised.reached(stack, "RunBatchRole")

    assert set(reached) == CONSUME | {
        *("logs:CreateLogStream", "logs:PutLogEvents"),
        *("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
        *("s3:ListBucket", "s3:ListBucketVersions", "s3:GetObject", "s3:PutObject"),
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"),
        *("sqs:SendMessage", "sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"),
    }
    assert reached["s3:GetObject"] == reached["s3:PutObject"] == {"StorageProcessed/batches/*"}
    assert reached["s3:ListBucketVersions"] == {"StorageInput"}
    assert reached["dynamodb:UpdateItem"] == {"RecordsTable"}
    assert reached["sns:Publish"] == {"TopicsResults"}
    assert reached["sqs:ReceiveMessage"] == {"BatchesControlQueue"}
    assert reached["sqs:SendMessage"] == {
        *("BatchesControlQueue", "BatchesControlDeadLetters", "BatchesImagesQueue"),
    }


@pytest.mark.parametrize(
    ("stack", "listed", "read"),
    [
        (STOCK, set(), None),
        (
            NAMED,
            {"arn:s3:::photos-of-2026", "arn:s3:::other.photos"},
            {"arn:s3:::photos-of-2026/*", "arn:s3:::other.photos/*"},
        ),
        (ALL, {"arn:s3:::*"}, {"arn:s3:::*/*"}),
    ],
)
def test_the_setting_says_which_buckets_are_let_in(
    synthesised: Synthesised, stack: str, listed: set[str], read: set[str] | None
) -> None:
    own = synthesised.reached(stack, "RunBatchRole")
    reader = synthesised.reached(stack, "Reader")

    assert own["s3:ListBucket"] == {"StorageInput"} | listed
    assert reader.get("s3:GetObject") == reader.get("s3:GetObjectVersion") == read
    assert reader.get("s3:ListBucket", set()) == listed
    assert reader["sqs:SendMessage"] == {"BatchesControlQueue"}


def test_all_buckets_are_those_of_this_account(synthesised: Synthesised) -> None:
    for role in ("RunBatchRole", "Reader"):
        wide = [
            statement
            for statement in synthesised.statements(ALL, role)
            if "arn:s3:::*" in {_name(found)[:10] for found in _listed(statement["Resource"])}
        ]
        assert wide
        for statement in wide:
            assert statement["Condition"] == {
                "StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}
            }


def test_an_image_of_a_batch_has_as_long_as_an_upload(synthesised: Synthesised) -> None:
    queues = {
        name[:-8]: resource["Properties"]
        for name, resource in synthesised.templates[STOCK]["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue"
    }

    settings = Settings()
    assert queues["BatchesImagesQueue"]["VisibilityTimeout"] >= 6 * settings.seconds_per_image
    assert queues["BatchesControlQueue"]["VisibilityTimeout"] >= 6 * 120
    for name in ("BatchesImagesDeadLetters", "BatchesControlDeadLetters"):
        assert queues[name]["MessageRetentionPeriod"] == 14 * 86_400


def test_cdk_nag_finds_nothing_whatever_the_setting(synthesised: Synthesised) -> None:
    # The role that these tests made to read with has no acknowledgements but the construct's.
    assert synthesised.findings == []


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: str | dict[str, Any]) -> str:
    """Return `Logical`, `Logical/keys/*` or `arn:s3:::bucket`, without CDK's hash."""
    if isinstance(resource, str):
        return resource
    if "Fn::Join" in resource:
        parts = resource["Fn::Join"][1]
        if parts[0] == "arn:":
            return f"arn{parts[2]}"
        return _name(parts[0]) + "".join(parts[1:])
    logical_id = resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0]
    return str(logical_id)[:-8]

"""Who may do what: the exact actions of every role, and on what."""

import json
from itertools import product
from typing import Any

import pytest

from lambdas.common.records.table import INDEX_KEYS
from tests.infrastructure.conftest import Resource, Template

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACES = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
CONSUME = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
}
PUBLISH = {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"}
END = PUBLISH | {
    *("dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    *("s3:GetObject", "s3:PutObject"),
}
DETECT = {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"}

ACTIONS = {
    "Pipeline/InspectImage": LOGS
    | TRACES
    | CONSUME
    | END
    | DETECT
    | {"rekognition:DetectLabels", "sqs:SendMessage"},
    "Pipeline/ReadText": LOGS
    | TRACES
    | CONSUME
    | END
    | DETECT
    | {"rekognition:DetectText", "sqs:SendMessage"},
    "Digest/SendDigest": LOGS | TRACES | CONSUME | PUBLISH | {"sqs:SendMessage"},
    "Batches/RunBatch": LOGS
    | TRACES
    | CONSUME
    | PUBLISH
    | {
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"),
        *("s3:GetObject", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutObject"),
        "sqs:SendMessage",
    },
    "Api/Function/Answer": LOGS
    | TRACES
    | PUBLISH
    | {
        *("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"),
        *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
        *("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"),
        *("s3:ListBucket", "s3:PutObject"),
        *("sqs:GetQueueAttributes", "sqs:SendMessage"),
        "cloudwatch:GetMetricData",
    },
}


@pytest.mark.parametrize("function", ACTIONS)
def test_role_may_do_exactly_this(template: Template, function: str) -> None:
    actions = {
        action
        for statement in _statements(template, function)
        for action in _listed(statement["Action"])
    }

    assert actions == ACTIONS[function]


@pytest.mark.parametrize("function", ACTIONS)
def test_only_actions_without_resources_are_granted_on_all(
    template: Template, function: str
) -> None:
    on_all = {
        action
        for statement in _statements(template, function)
        if "*" in _listed(statement["Resource"])
        for action in _listed(statement["Action"])
    }

    assert on_all <= TRACES | {
        *("rekognition:DetectLabels", "rekognition:DetectText", "cloudwatch:GetMetricData"),
    }


@pytest.mark.parametrize("function", ACTIONS)
def test_no_action_has_a_wildcard(template: Template, function: str) -> None:
    for statement in _statements(template, function):
        assert not [action for action in _listed(statement["Action"]) if "*" in action]


ORIGINALS, PROCESSED = "StorageInput", "StorageProcessed"
OF_IMAGES = ("processed", "rekognition", "results", "thumbnails")
REACH = {
    "Pipeline/InspectImage": {
        "s3:GetObject": {f"{ORIGINALS}/*", f"{PROCESSED}/results/*", f"{PROCESSED}/rekognition/*"},
        "s3:GetObjectVersion": {f"{ORIGINALS}/*"},
        "s3:PutObject": {
            *(f"{PROCESSED}/processed/*", f"{PROCESSED}/rekognition/*"),
            *(f"{PROCESSED}/results/*", f"{PROCESSED}/thumbnails/*"),
        },
        "s3:ListBucket": {ORIGINALS, PROCESSED},
        "sqs:ReceiveMessage": {"PipelineImagesQueue", "BatchesImagesQueue"},
        "sqs:SendMessage": {
            *("PipelineImagesQueue", "PipelineImagesDeadLetters"),
            *("BatchesImagesQueue", "BatchesImagesDeadLetters"),
            *("PipelineTextQueue", "BatchesControlQueue"),
        },
        "sns:Publish": {"TopicsResults"},
        "dynamodb:UpdateItem": {"RecordsTable"},
        "kms:GenerateDataKey": {"TopicsKey"},
        "logs:PutLogEvents": {"PipelineInspectImageLogs"},
    },
    "Pipeline/ReadText": {
        "s3:GetObject": {f"{ORIGINALS}/*", f"{PROCESSED}/results/*", f"{PROCESSED}/rekognition/*"},
        "s3:GetObjectVersion": {f"{ORIGINALS}/*"},
        "s3:PutObject": {f"{PROCESSED}/results/*"},
        "s3:ListBucket": {ORIGINALS, PROCESSED},
        "sqs:ReceiveMessage": {"PipelineTextQueue"},
        "sqs:SendMessage": {
            *("PipelineTextQueue", "PipelineTextDeadLetters", "BatchesControlQueue"),
        },
        "sns:Publish": {"TopicsResults"},
        "dynamodb:UpdateItem": {"RecordsTable"},
        "kms:GenerateDataKey": {"TopicsKey"},
        "logs:PutLogEvents": {"PipelineReadTextLogs"},
    },
    "Digest/SendDigest": {
        "sqs:ReceiveMessage": {"DigestAnnouncementsQueue"},
        "sqs:SendMessage": {"DigestAnnouncementsDeadLetters"},
        "sns:Publish": {"TopicsEmail", "TopicsReview"},
        "kms:GenerateDataKey": {"TopicsKey"},
        "logs:PutLogEvents": {"DigestSendDigestLogs"},
    },
    "Batches/RunBatch": {
        "s3:GetObject": {f"{PROCESSED}/batches/*"},
        "s3:PutObject": {f"{PROCESSED}/batches/*"},
        "s3:ListBucket": {ORIGINALS},
        "s3:ListBucketVersions": {ORIGINALS},
        "sqs:ReceiveMessage": {"BatchesControlQueue"},
        "sqs:SendMessage": {
            *("BatchesControlQueue", "BatchesControlDeadLetters", "BatchesImagesQueue"),
        },
        "sns:Publish": {"TopicsResults"},
        "dynamodb:UpdateItem": {"RecordsTable"},
        "kms:GenerateDataKey": {"TopicsKey"},
        "logs:PutLogEvents": {"BatchesRunBatchLogs"},
    },
    "Api/Function/Answer": {
        "s3:GetObject": {
            *(f"{ORIGINALS}/*", f"{PROCESSED}/batches/*"),
            *(f"{PROCESSED}/{kind}/*" for kind in OF_IMAGES),
        },
        "s3:GetObjectVersion": {f"{ORIGINALS}/*"},
        "s3:PutObject": {f"{ORIGINALS}/uploads/*", f"{PROCESSED}/results/*"},
        "s3:DeleteObject": {f"{PROCESSED}/{kind}/*" for kind in OF_IMAGES},
        "s3:DeleteObjectVersion": {f"{ORIGINALS}/*"},
        "s3:ListBucket": {ORIGINALS, PROCESSED},
        "sqs:SendMessage": {"BatchesControlQueue"},
        "sqs:GetQueueAttributes": {
            f"{queue}{part}"
            for queue, part in product(
                (
                    *("PipelineImages", "PipelineText", "DigestAnnouncements"),
                    *("BatchesImages", "BatchesControl"),
                ),
                ("Queue", "DeadLetters"),
            )
        },
        "sns:Publish": {"TopicsResults"},
        "dynamodb:UpdateItem": {"RecordsTable"},
        "dynamodb:DeleteItem": {"RecordsTable"},
        "dynamodb:Query": {
            "RecordsTable",
            *(f"RecordsTable/index/{index}" for index in INDEX_KEYS),
        },
        "kms:GenerateDataKey": {"TopicsKey"},
        "logs:PutLogEvents": {"ApiFunctionAnswerLogs"},
    },
}
"""What each action reaches: the logical ids' names, and keys within a bucket."""


@pytest.mark.parametrize("function", REACH)
def test_actions_reach_exactly_this(template: Template, function: str) -> None:
    reached: dict[str, set[str]] = {}
    for statement in _statements(template, function):
        for action in _listed(statement["Action"]):
            resources = statement["Resource"]
            for resource in resources if isinstance(resources, list) else [resources]:
                reached.setdefault(action, set()).add(_name(resource))

    assert {action: reached[action] for action in REACH[function]} == REACH[function]


def test_originals_cannot_be_written_or_deleted_by_the_pipeline(template: Template) -> None:
    for function in ACTIONS.keys() - {"Api/Function/Answer"}:
        for statement in _statements(template, function):
            if "StorageInput" in json.dumps(statement["Resource"]):
                allowed = DETECT | {"s3:ListBucketVersions"}
                assert set(_listed(statement["Action"])) <= allowed, function


def test_every_role_is_for_lambda_and_has_no_managed_policy(template: Template) -> None:
    roles = template.of_type("AWS::IAM::Role")
    # API Gateway's own, which is the account's (test_api.py).
    (account,) = [name for name in roles if name.startswith("ApiLogsRole")]
    del roles[account]

    assert len(roles) == len(ACTIONS)
    for name, role in roles.items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, name
        assert "ManagedPolicyArns" not in role["Properties"], name


def _statements(template: Template, function: str) -> list[Resource]:
    policy = template.one("AWS::IAM::Policy", f"{function}/Role/DefaultPolicy")
    statements: list[Resource] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    return statements


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def _name(resource: str | dict[str, Any]) -> str:
    """Return `Logical` for a resource and `Logical/keys/*` for objects, without CDK's hash."""
    if isinstance(resource, str):
        return resource
    if "Fn::Join" in resource:
        owner, keys = resource["Fn::Join"][1]
        return _name(owner) + str(keys)
    logical_id = resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0]
    return str(logical_id)[:-8]

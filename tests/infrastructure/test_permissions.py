"""Who may do what: the exact actions of every role, and on what."""

import json
from itertools import product
from typing import Any

import pytest

from lambdas.common.records.table import INDEX_KEYS
from tests.infrastructure.conftest import Resource, Template

DETECT = {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"}
TRACES = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
ORIGINALS, PROCESSED, TABLE = "StorageInput", "StorageProcessed", "RecordsTable"
OF_IMAGES = ("processed", "rekognition", "results", "thumbnails")


def _logs(logical_id: str) -> dict[str, set[str]]:
    """What every function may do: write its own log, and traces."""
    return {
        **{key: {logical_id} for key in ("logs:CreateLogStream", "logs:PutLogEvents")},
        **{key: {"*"} for key in TRACES},
    }


def _consume(*queues: str, looks_at: tuple[str, ...] = ()) -> dict[str, set[str]]:
    actions = ("ChangeMessageVisibility", "DeleteMessage", "GetQueueUrl", "ReceiveMessage")
    return {
        **{f"sqs:{action}": set(queues) for action in actions},
        "sqs:GetQueueAttributes": {*queues, *looks_at},
    }


def _publish(*topics: str) -> dict[str, set[str]]:
    return {
        "sns:Publish": set(topics),
        **{key: {"TopicsKey"} for key in ("kms:Decrypt", "kms:GenerateDataKey")},
    }


def _table(*actions: str) -> dict[str, set[str]]:
    return {f"dynamodb:{action}": {TABLE} for action in actions}


REACH: dict[str, dict[str, set[str]]] = {
    "Pipeline/InspectImage": {
        **_logs("PipelineInspectImageLogs"),
        **_consume("PipelineImagesQueue", "BatchesImagesQueue"),
        **_publish("TopicsResults"),
        **_table("BatchWriteItem", "GetItem", "PutItem", "UpdateItem"),
        "s3:GetObject": {f"{ORIGINALS}/*", f"{PROCESSED}/results/*", f"{PROCESSED}/rekognition/*"},
        "s3:GetObjectVersion": {f"{ORIGINALS}/*"},
        "s3:PutObject": {f"{PROCESSED}/{kind}/*" for kind in OF_IMAGES},
        "s3:ListBucket": {ORIGINALS, PROCESSED},
        "sqs:SendMessage": {
            *("PipelineImagesQueue", "PipelineImagesDeadLetters"),
            *("BatchesImagesQueue", "BatchesImagesDeadLetters"),
            *("PipelineTextQueue", "BatchesControlQueue"),
        },
        "rekognition:DetectLabels": {"*"},
    },
    "Pipeline/ReadText": {
        **_logs("PipelineReadTextLogs"),
        **_consume("PipelineTextQueue"),
        **_publish("TopicsResults"),
        **_table("BatchWriteItem", "GetItem", "PutItem", "UpdateItem"),
        "s3:GetObject": {f"{ORIGINALS}/*", f"{PROCESSED}/results/*", f"{PROCESSED}/rekognition/*"},
        "s3:GetObjectVersion": {f"{ORIGINALS}/*"},
        "s3:PutObject": {f"{PROCESSED}/results/*"},
        "s3:ListBucket": {ORIGINALS, PROCESSED},
        "sqs:SendMessage": {
            *("PipelineTextQueue", "PipelineTextDeadLetters", "BatchesControlQueue"),
        },
        "rekognition:DetectText": {"*"},
    },
    "Digest/SendDigest": {
        **_logs("DigestSendDigestLogs"),
        **_consume("DigestAnnouncementsQueue"),
        **_publish("TopicsEmail", "TopicsReview"),
        "sqs:SendMessage": {"DigestAnnouncementsDeadLetters"},
    },
    "Batches/RunBatch": {
        **_logs("BatchesRunBatchLogs"),
        **_consume("BatchesControlQueue", looks_at=("BatchesImagesQueue",)),
        **_publish("TopicsResults"),
        **_table("BatchGetItem", "GetItem", "UpdateItem"),
        "s3:GetObject": {f"{PROCESSED}/batches/*"},
        "s3:PutObject": {f"{PROCESSED}/batches/*"},
        "s3:ListBucket": {ORIGINALS},
        "s3:ListBucketVersions": {ORIGINALS},
        "sqs:SendMessage": {
            *("BatchesControlQueue", "BatchesControlDeadLetters", "BatchesImagesQueue"),
        },
    },
    "Api/Function/Answer": {
        **_logs("ApiFunctionAnswerLogs"),
        **_publish("TopicsResults"),
        **_table("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem"),
        "dynamodb:UpdateItem": {TABLE},
        "dynamodb:Query": {TABLE, *(f"{TABLE}/index/{index}" for index in INDEX_KEYS)},
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
        "cloudwatch:GetMetricData": {"*"},
    },
}
"""Every action of every role, and what it reaches: the logical ids' names, and keys in a bucket."""


@pytest.mark.parametrize("function", REACH)
def test_a_role_may_do_exactly_this(template: Template, function: str) -> None:
    reached: dict[str, set[str]] = {}
    for statement in _statements(template, function):
        for action, resource in product(
            _listed(statement["Action"]), _listed(statement["Resource"])
        ):
            reached.setdefault(action, set()).add(_name(resource))

    assert reached == REACH[function]


@pytest.mark.parametrize("function", REACH)
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


@pytest.mark.parametrize("function", REACH)
def test_no_action_has_a_wildcard(template: Template, function: str) -> None:
    for statement in _statements(template, function):
        assert not [action for action in _listed(statement["Action"]) if "*" in action]


def test_originals_cannot_be_written_or_deleted_by_the_pipeline(template: Template) -> None:
    for function in REACH.keys() - {"Api/Function/Answer"}:
        for statement in _statements(template, function):
            if "StorageInput" in json.dumps(statement["Resource"]):
                allowed = DETECT | {"s3:ListBucketVersions"}
                assert set(_listed(statement["Action"])) <= allowed, function


def test_every_role_is_for_lambda_and_has_no_managed_policy(template: Template) -> None:
    roles = template.of_type("AWS::IAM::Role")
    # API Gateway's own, which is the account's (test_api.py).
    (account,) = [name for name in roles if name.startswith("ApiLogsRole")]
    del roles[account]

    assert len(roles) == len(REACH)
    for name, role in roles.items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, name
        assert "ManagedPolicyArns" not in role["Properties"], name


def _statements(template: Template, function: str) -> list[Resource]:
    policy = template.one("AWS::IAM::Policy", f"{function}/Role/DefaultPolicy")
    statements: list[Resource] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    return statements


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: str | dict[str, Any]) -> str:
    """Return `Logical` for a resource and `Logical/keys/*` for objects, without CDK's hash."""
    if isinstance(resource, str):
        return resource
    if "Fn::Join" in resource:
        owner, keys = resource["Fn::Join"][1]
        return _name(owner) + str(keys)
    logical_id = resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0]
    return str(logical_id)[:-8]

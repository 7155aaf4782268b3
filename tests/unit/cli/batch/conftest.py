import json
from types import SimpleNamespace
from typing import Any

import pytest

from cli.deployment import Deployment, Target
from tests.unit.cli.batch.calls import at_work, work
from tests.unit.lambdas.conftest import INPUT, PROCESSED, TABLE, aws, dynamodb, s3
from tests.unit.lambdas.run_batch.world import BatchWorld

__all__ = ["aws", "dynamodb", "s3"]  # fixtures

PUBLIC_SETTINGS = {
    "text_rule": "Car:90",
    "image_properties": False,
    "labels_per_second": 5,
    "text_per_second": 5,
    "price_labels_per_1000": 1.0,
    "price_text_per_1000": 1.5,
}


@pytest.fixture
def world(dynamodb: Any, s3: Any, monkeypatch: pytest.MonkeyPatch) -> BatchWorld:
    made = BatchWorld(dynamodb, s3)
    made.put(*(f"in/{number}.jpg" for number in range(1, 4)))
    sts = SimpleNamespace(
        get_caller_identity=lambda: {"Account": "1" * 12, "Arn": "arn:aws:iam::1:user/ada"}
    )
    clients = {"dynamodb": dynamodb, "s3": s3, "sqs": made.sqs, "sts": sts}
    outputs = {
        "RecordTableName": TABLE,
        "ProcessedBucketName": PROCESSED,
        "InputBucketName": INPUT,
        "BatchesQueueUrl": made.urls["control"],
        "PublicSettings": json.dumps(PUBLIC_SETTINGS),
    }
    deployment = Deployment("a test's stack", outputs, clients.__getitem__)
    monkeypatch.setattr(Target, "find", lambda _self: deployment)
    at_work(monkeypatch, lambda: work(made))
    return made

"""The entry points: wired from the environment that the stack sets, and nothing earlier."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.common import clients
from lambdas.common.environment import Environment
from tests.unit.lambdas.common.test_environment import ENVIRONMENTS

FUNCTIONS = dict(zip(("inspect_image", "read_text", "send_digest"), ENVIRONMENTS, strict=True))


@dataclass
class Context:
    """What Powertools reads of Lambda's context."""

    function_name: str = "f"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:f"
    aws_request_id: str = "1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture(autouse=True)
def no_clients_left_over() -> Iterator[None]:
    clients.client.cache_clear()
    yield
    clients.client.cache_clear()


def set_environment(monkeypatch: pytest.MonkeyPatch, env: Environment) -> None:
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_with_what_its_stack_sets(
    name: str, aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    sqs = boto3.client("sqs")
    dead_letters = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    queues = json.dumps([["arn:aws:sqs:us-east-1:1:images", "https://images", dead_letters]])
    set_environment(monkeypatch, FUNCTIONS[name])
    monkeypatch.setenv("QUEUES", queues)
    handler: Any = importlib.import_module(f"lambdas.{name}.handler")
    made = handler.sender if name == "send_digest" else handler.worker
    made.cache_clear()
    # When: a message that is none of ours
    message = {
        "messageId": "m1",
        "receiptHandle": "r1",
        "eventSourceARN": "arn:aws:sqs:us-east-1:1:images",
        "body": "no JSON",
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0"},
    }
    answer = handler.handle({"Records": [message]}, Context())
    # Then: it is a dead letter, and the parts are made once for the container
    assert answer == {"batchItemFailures": []}
    (letter,) = sqs.receive_message(QueueUrl=dead_letters, MessageAttributeNames=["All"])[
        "Messages"
    ]
    assert letter["Body"] == "no JSON"
    attributes = {key: value["StringValue"] for key, value in letter["MessageAttributes"].items()}
    assert (attributes["cause"], attributes["stage"]) == ("UnreadableMessage", name)
    assert made() is made()
    made.cache_clear()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_importing_a_handler_needs_no_environment_and_makes_no_client(name: str) -> None:
    program = (
        f"import lambdas.{name}.handler\n"
        "from lambdas.common.clients import client\n"
        "print(client.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == "0\n", done.stderr


def test_a_client_is_made_once_and_waits_with_bounds(aws: None) -> None:
    client = clients.client("sqs")
    assert clients.client("sqs") is client
    assert client.meta.config.connect_timeout == 2


@pytest.mark.parametrize(
    ("service", "read_seconds", "attempts"),
    # Rekognition's calls are repeated by us, each in its turn and each paid for.
    [("sqs", 15, 3), ("s3", 15, 3), ("dynamodb", 5, 6), ("rekognition", 15, 1)],
)
def test_a_client_tries_as_often_as_is_safe(
    aws: None, service: str, read_seconds: int, attempts: int
) -> None:
    config = clients.client(service).meta.config
    assert config.read_timeout == read_seconds
    assert config.retries["total_max_attempts"] == attempts

"""Queues and functions: how work flows, and how it is bounded."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

from lambdas.common.batches.environment import RunBatchEnvironment
from lambdas.common.environment import (
    ApiEnvironment,
    Environment,
    InspectImageEnvironment,
    ReadTextEnvironment,
    SendDigestEnvironment,
)
from tests.infrastructure.conftest import ROOT, Template

QUEUES = {
    "Pipeline/Images": 60,
    "Pipeline/Text": 60,
    "Digest/Announcements": 30,
    "Batches/Images": 60,
    "Batches/Control": 120,
}
"""Queues, and the timeout of the function that works each off, in seconds."""

ENVIRONMENTS: dict[str, type[Environment]] = {
    "inspect_image": InspectImageEnvironment,
    "read_text": ReadTextEnvironment,
    "send_digest": SendDigestEnvironment,
    "run_batch": RunBatchEnvironment,
    "api": ApiEnvironment,
}
PACKAGES = {
    "inspect_image": {"common", "imaging", "inspect_image"},
    "read_text": {"common", "read_text"},
    "send_digest": {"common", "send_digest"},
    "run_batch": {"common", "run_batch"},
    "api": {"common", "api"},
}


@pytest.mark.parametrize("name", QUEUES)
def test_queue_is_encrypted_and_has_a_dead_letter_queue(template: Template, name: str) -> None:
    queue = template.one("AWS::SQS::Queue", f"{name}/Queue")["Properties"]
    dead = template.one("AWS::SQS::Queue", f"{name}/DeadLetters")["Properties"]

    assert queue["SqsManagedSseEnabled"] is True
    assert dead["SqsManagedSseEnabled"] is True
    # A backstop: functions count attempts themselves, and waiting is none.
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 1000
    # The longest that SQS keeps a message, in both: a backlog may take so long, and what a function
    # sends to the dead-letter queue is a new message. Only those that SQS itself moves there, after
    # 1000 receives, keep the age of their first arrival; the functions never let it come to that.
    assert queue["MessageRetentionPeriod"] == dead["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize(("name", "timeout"), QUEUES.items())
def test_visibility_outlasts_six_attempts(template: Template, name: str, timeout: int) -> None:
    queue = template.one("AWS::SQS::Queue", f"{name}/Queue")["Properties"]

    assert queue["VisibilityTimeout"] >= 6 * timeout
    timeouts = [
        function["Properties"]["Timeout"]
        for function in template.of_type("AWS::Lambda::Function").values()
    ]
    assert timeout in timeouts


def test_every_queue_refuses_plain_http(template: Template) -> None:
    policies = template.of_type("AWS::SQS::QueuePolicy")

    assert len(policies) == 2 * len(QUEUES)
    for name, policy in policies.items():
        denied = [
            statement["Condition"]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert denied == [{"Bool": {"aws:SecureTransport": "false"}}], name


def test_s3_may_send_to_the_images_queue_from_this_account_only(template: Template) -> None:
    policy = template.one("AWS::SQS::QueuePolicy", "Pipeline/Images/Queue/Policy")
    allowed = [
        statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    (statement,) = allowed
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert "aws:SourceAccount" in statement["Condition"]["StringEquals"]


def test_event_sources_return_only_what_failed_and_have_a_limit(template: Template) -> None:
    sources = template.of_type("AWS::Lambda::EventSourceMapping")

    assert len(sources) == len(QUEUES)
    for name, source in sources.items():
        properties = source["Properties"]
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert 2 <= properties["ScalingConfig"]["MaximumConcurrency"] <= 1000, name


def test_digests_are_gathered_over_a_window(template: Template) -> None:
    (digest,) = [
        source["Properties"]
        for source in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if "MaximumBatchingWindowInSeconds" in source["Properties"]
    ]

    assert digest["MaximumBatchingWindowInSeconds"] == 60
    assert digest["BatchSize"] == 1000


def test_every_function_has_the_house_settings(template: Template) -> None:
    for name, function in template.of_type("AWS::Lambda::Function").items():
        properties = function["Properties"]
        assert properties["Runtime"] == "python3.13", name
        assert properties["Architectures"] == ["arm64"], name
        assert properties["TracingConfig"] == {"Mode": "Active"}, name
        assert "LogGroup" in properties["LoggingConfig"], name
        assert properties["Timeout"] <= (120 if "RunBatch" in name else 60), name
        # Reserved concurrency throttles by failing, and sends untouched messages to the DLQ.
        assert "ReservedConcurrentExecutions" not in properties, name


@pytest.mark.parametrize(("package", "environment"), ENVIRONMENTS.items())
def test_function_gets_every_variable_that_it_reads(
    template: Template, package: str, environment: type[Environment]
) -> None:
    (function,) = [
        found["Properties"]
        for found in template.of_type("AWS::Lambda::Function").values()
        if found["Properties"]["Handler"].startswith(f"lambdas.{package}.")
    ]
    plain = {
        name: value if isinstance(value, str) else "a-reference"
        for name, value in function["Environment"]["Variables"].items()
    }

    loaded = environment.load(plain)

    assert set(loaded.variables()) <= set(plain)


@pytest.mark.parametrize("package", PACKAGES)
def test_handler_string_names_a_function_that_imports(template: Template, package: str) -> None:
    handlers = [
        found["Properties"]["Handler"]
        for found in template.of_type("AWS::Lambda::Function").values()
    ]
    (handler,) = [found for found in handlers if found.startswith(f"lambdas.{package}.")]

    module, _, name = handler.rpartition(".")

    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(("package", "packages"), PACKAGES.items())
def test_zip_holds_the_package_and_nothing_else(
    template: Template, package: str, packages: set[str]
) -> None:
    zips = [
        path
        for path in template.assembly.glob("asset.*/lambdas")
        if (path / package / "handler.py").is_file()
    ]

    (root,) = zips
    assert {path.name for path in root.iterdir()} == packages | {"__init__.py"}
    assert {path.name for path in root.parent.iterdir()} == {"lambdas"}
    assert not [path for path in root.rglob("*") if path.suffix not in ("", ".py")]


def test_lambdas_import_only_what_lambda_and_the_layers_have() -> None:
    allowed = sys.stdlib_module_names | {
        *("boto3", "botocore", "lambdas", "aws_lambda_powertools", "PIL", "pillow_heif"),
        "pydantic",
    }
    strangers = {
        (path.name, module)
        for path in (ROOT / "lambdas").rglob("*.py")
        for module in _imports(path)
        if module.partition(".")[0] not in allowed
    }

    assert strangers == set()


@pytest.mark.parametrize(
    ("package", "modules"), [("imaging", {"PIL", "pillow_heif"}), ("api", {"pydantic"})]
)
def test_only_those_with_its_layer_need_a_layer(package: str, modules: set[str]) -> None:
    users = {
        path.relative_to(ROOT / "lambdas").parts[0]
        for path in (ROOT / "lambdas").rglob("*.py")
        for module in _imports(path)
        if module.partition(".")[0] in modules
    }

    assert users == {package}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found

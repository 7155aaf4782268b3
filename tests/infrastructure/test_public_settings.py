"""What the stack tells the command line of its settings is what it was made with."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from aws_cdk import App

from app import build
from cli.audit.reading import longest_control_seconds, longest_retry_seconds
from cli.deployment import Deployment
from lambdas.common.queue.messages import RetryPolicy
from stacks.settings import Settings
from tests.infrastructure.conftest import Template, context

LARGER = {"batch_size": "4", "seconds_per_image": "90", "max_attempts": "3", "retry_seconds": "5"}


@dataclass(frozen=True)
class Made:
    """A stack with its settings, the output that tells them, and its queues."""

    settings: Settings
    public: str
    queues: dict[str, Any]

    def visibility(self, name: str) -> float:
        (found,) = [queue for path, queue in self.queues.items() if path.startswith(name)]
        return float(found["VisibilityTimeout"])

    def longest(self, visibility: float) -> float:
        policy = RetryPolicy(self.settings.max_attempts, self.settings.retry_seconds)
        return policy.longest_seconds + self.settings.max_attempts * visibility


@pytest.fixture(scope="module", params=[{}, LARGER], ids=["stock", "larger"])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, template: Template
) -> Made:
    """The stock stack, and one in which a function gets several images at once."""
    settings = Settings.from_context(context() | request.param)
    document = template.document
    if request.param:
        app = App(context=context() | request.param, outdir=str(tmp_path_factory.mktemp("larger")))
        document = app_template(app)
    queues = {
        name: resource["Properties"]
        for name, resource in document["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue"
    }
    return Made(settings, document["Outputs"]["PublicSettings"]["Value"], queues)


def app_template(app: App) -> dict[str, Any]:
    stack = build(app)
    return dict(app.synth().get_stack_by_name(stack.stack_name).template)


def deployment(public: str) -> Deployment:
    return Deployment("the template", {"PublicSettings": public}, lambda _service: None)


@pytest.mark.parametrize(
    "queue", ["PipelineImagesQueue", "PipelineTextQueue", "BatchesImagesQueue"]
)
def test_it_tells_when_the_attempts_of_an_image_are_over(made: Made, queue: str) -> None:
    found = longest_retry_seconds(deployment(made.public))

    assert found == made.longest(made.visibility(queue))


def test_it_tells_when_the_attempts_of_a_step_of_a_batch_are_over(made: Made) -> None:
    found = longest_control_seconds(deployment(made.public))

    assert found == made.longest(made.visibility("BatchesControlQueue"))


def test_an_output_of_before_there_was_a_batch_size_is_still_read(made: Made) -> None:
    older = json.loads(made.public)
    assert older.pop("batch_size") == made.settings.batch_size

    at_once = made.settings.batch_size
    visibility = made.visibility("PipelineImagesQueue") / at_once
    assert longest_retry_seconds(deployment(json.dumps(older))) == made.longest(visibility)


def test_without_the_output_the_stock_settings_are_taken(template: Template) -> None:
    stock = template.document["Outputs"]["PublicSettings"]["Value"]

    missing = longest_retry_seconds(Deployment("an old stack", {}, lambda _service: None))

    assert missing == longest_retry_seconds(deployment(stock))

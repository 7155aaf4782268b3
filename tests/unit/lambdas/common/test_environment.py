from typing import Any

import pytest

from lambdas.common.environment import (
    Environment,
    InspectImageEnvironment,
    ReadTextEnvironment,
    SendDigestEnvironment,
)
from lambdas.common.errors import MissingEnvironmentError

QUEUES = '[["arn:aws:sqs:us-east-1:1:images", "https://images", "https://images-dead"]]'
PIPELINE: dict[str, Any] = {
    "processed_bucket": "processed",
    "record_table": "records",
    "results_topic_arn": "arn:results",
    "batches_queue_url": "https://batches",
    "review_rule": "never",
    "queues": QUEUES,
    "max_attempts": 6,
    "retry_seconds": 30.0,
    "seconds_per_image": 60,
    "function_seconds": 600,
    "calls_per_second": 50.0,
    "answer_days": 365,
    "record_days": 0,
}
ENVIRONMENTS: list[Environment] = [
    InspectImageEnvironment(
        **PIPELINE,
        input_bucket="input",
        reuse_answers=True,
        text_queue_url="https://queue",
        text_rule="Car:90",
        features="GENERAL_LABELS",
        recipe="greyscale,resize:256x256",
        processed_format="jpeg",
        thumbnail_pixels=400,
        max_bytes=64 * 1024 * 1024,
        max_pixels=64_000_000,
        max_scaled_pixels=160_000_000,
        min_confidence=55.5,
        max_labels=50,
    ),
    ReadTextEnvironment(**PIPELINE, min_text_confidence=80.0),
    SendDigestEnvironment(
        queues=QUEUES,
        max_attempts=6,
        retry_seconds=30.0,
        email_topic_arn="a",
        review_topic_arn="b",
        stage="dev",
    ),
]


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: type(env).__name__)
def test_a_function_reads_what_its_stack_set_with_its_types(env: Environment) -> None:
    # Given
    variables = env.variables()
    assert all(isinstance(value, str) for value in variables.values())
    # When
    loaded = type(env).load({**variables, "PATH": "/bin"})
    # Then
    assert loaded == env
    assert {k: type(v) for k, v in vars(loaded).items()} == {
        k: type(v) for k, v in vars(env).items()
    }


def test_a_whole_number_for_a_confidence_is_read_as_one() -> None:
    env = ReadTextEnvironment(**PIPELINE, min_text_confidence=80)
    assert ReadTextEnvironment.load(env.variables()).min_text_confidence == 80.0


@pytest.mark.parametrize("reuse", [True, False])
def test_a_switch_is_read_as_it_was_set(reuse: bool) -> None:
    variables = {**ENVIRONMENTS[0].variables(), "REUSE_ANSWERS": str(reuse)}
    assert InspectImageEnvironment.load(variables).reuse_answers is reuse


def test_all_missing_variables_are_named_at_once() -> None:
    # Given
    variables = ENVIRONMENTS[0].variables()
    del variables["TEXT_QUEUE_URL"], variables["RECORD_TABLE"]
    # When / Then
    with pytest.raises(MissingEnvironmentError, match="RECORD_TABLE, TEXT_QUEUE_URL;"):
        InspectImageEnvironment.load(variables)


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENTS[2].variables().items():
        monkeypatch.setenv(name, value)
    assert SendDigestEnvironment.load() == ENVIRONMENTS[2]

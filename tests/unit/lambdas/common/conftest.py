from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.common.records.attempts import Attempts
from lambdas.common.records.table import RecordTable
from tests.unit.lambdas.aws_account import account
from tests.unit.lambdas.common.records.attempts import attempts_by
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.steps import Clock


@pytest.fixture(scope="module")
def aws_account() -> Iterator[None]:
    """An account in memory for all tests of a module."""
    with account():
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(dynamodb: Any, clock: Clock) -> Attempts:
    return attempts_by(clock, dynamodb)


@pytest.fixture
def records(dynamodb: Any) -> RecordTable:
    return RecordTable(dynamodb, TABLE)

"""Stacks of a test's own; the one that the tests share is in tests/conftest.py."""

import shutil
from collections.abc import Iterator

import pytest

from local.paths import StackFiles
from local.stop import stop
from tests.local.ports import free_port


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """Two ports for stacks of a test's own, which are stopped after it."""
    # Far enough apart, and looked for anew, so that another test run can go on beside this one.
    chosen = free_port(), free_port()
    yield chosen
    for port in chosen:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)

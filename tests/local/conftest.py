"""The local tier deploys the template once for the whole run."""

import shutil
from collections.abc import Iterator

import pytest

from local.endpoint import LocalStack
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.stop import stop
from local.up import up
from tests.local.deployed import Deployed
from tests.local.ports import free_port

# So that what waits for a retry, or for the lease of a killed function, does not wait for long.
MAX_ATTEMPTS = 3
QUICK = (
    ("retry_seconds", "1"),
    ("max_attempts", str(MAX_ATTEMPTS)),
    ("seconds_per_image", "30"),
)


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    port = free_port()
    try:
        up(UpOptions(ProcessOptions(port), context=QUICK))
        stack = LocalStack.find(port)
        yield Deployed(stack, stack.outputs())
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """Two ports for stacks of a test's own, which are stopped after it."""
    # Far enough apart, and looked for anew, so that another test run can go on beside this one.
    chosen = free_port(), free_port()
    yield chosen
    for port in chosen:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)

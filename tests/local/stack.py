"""The stack that the tests of the local and of the web tier share."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def deployed_stack(*context: tuple[str, str]) -> Iterator[Deployed]:
    """Deploy the template to a local stack of its own, which is gone afterwards.

    With settings beside QUICK, if there are any.
    """
    port = free_port()
    try:
        up(UpOptions(ProcessOptions(port), context=(*QUICK, *context)))
        stack = LocalStack.find(port)
        yield Deployed(stack, stack.outputs())
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)

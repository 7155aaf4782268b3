"""A worker that dies while it starts fails its own invocation and nobody else's.

The emulator then ends all workers of the function, those at work included. On AWS an execution
environment that fails in its init phase is replaced, and the others go on.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import logging
import time
from typing import Any

from local.emulator.internals import lambda_runtime, require

_log = logging.getLogger(__name__)


def keep_workers_apart() -> None:
    """Make a failed start an answer like any other error, after which the worker starts anew."""
    require(lambda_runtime, "Worker", "_signal", "_collect", "_REAP_GRACE")
    worker = lambda_runtime.Worker
    spawn, invoke = worker._spawn, worker.invoke

    def spawn_or_say(self: Any) -> None:
        try:
            spawn(self)
        except (RuntimeError, OSError) as error:
            raise _StartFailed(str(error)) from error

    def invoke_or_say(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = invoke(self, *args, **kwargs)
        except _StartFailed as error:
            _log.warning("a worker of %s did not start: %s", self.func_name, error)
            process, self._proc = self._proc, None
            lambda_runtime._signal(process)
            lambda_runtime._collect(process, time.monotonic() + lambda_runtime._REAP_GRACE)
            log = self._drain_stderr()
            return {"status": "error", "error": str(error), "cold_start": True, "log": log}
        return answer

    worker._spawn, worker.invoke = spawn_or_say, invoke_or_say


class _StartFailed(RuntimeError):  # noqa: N818 -- caught here, and seen by nobody else
    """A worker's process did not come up. Others who start one see a RuntimeError, as before."""

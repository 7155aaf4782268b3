"""The emulator without recognition and without the app: quick to start, for what needs no more."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from local.endpoint import LocalStack
from local.options import ProcessOptions, UpOptions
from local.up import up


def start(port: int, **options: Any) -> LocalStack:
    """The emulator alone: no recognition, nothing deployed."""
    up(UpOptions(ProcessOptions(port, recognition=False, **options), app_directory=None))
    return LocalStack.find(port)


def eventually(holds: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.1)
    pytest.fail(f"It did not happen in {seconds} s.")

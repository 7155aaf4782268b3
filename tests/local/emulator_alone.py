"""The emulator without recognition and without the app: quick to start, for what needs no more."""

from typing import Any

from local.endpoint import LocalStack
from local.options import ProcessOptions, UpOptions
from local.up import up


def start(port: int, **options: Any) -> LocalStack:
    """The emulator alone: no recognition, nothing deployed."""
    up(UpOptions(ProcessOptions(port, recognition=False, **options), app_directory=None))
    return LocalStack.find(port)

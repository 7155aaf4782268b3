"""`sightline batch`, called; what waits is the function and the pipeline at work."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.batch import watch as batch_watch
from cli.batch.group import batch
from tests.unit.lambdas.run_batch.world import BatchWorld


def call(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(batch, list(words), **options)


def work(world: BatchWorld, **end: Any) -> None:
    world.drain()
    for arrival in world.arrivals():
        number = arrival["source"]["key"][3:-4]
        world.end(arrival, **({"text": [f"TAXI {number}"]} | end))
    world.drain()


def at_work(monkeypatch: pytest.MonkeyPatch, what: Callable[[], None]) -> None:
    monkeypatch.setattr(batch_watch, "time", SimpleNamespace(sleep=lambda _seconds: what()))

"""Waiting for a batch, with progress on standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from cli.batch.access import BatchAccess
from lambdas.common.batches.batch import Batch, State
from lambdas.common.errors import SightlineError

_POLL_SECONDS, _LARGE_POLL_SECONDS = 1.0, 10.0
_LARGE = 10_000
"""Images from which a batch is looked at less often: each look reads its counting tree."""


def wait_until_listed(access: BatchAccess, batch_id: str, notes: Console) -> Batch:
    """Return a batch when its listing is over, however that ended."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=notes, transient=True) as progress:
        task = progress.add_task("Listing", total=None)
        while True:
            batch = access.get(batch_id)
            progress.update(task, completed=batch.images)
            if batch.state is not State.LISTING:
                return batch
            _say_if_it_stands_still(batch)
            time.sleep(_POLL_SECONDS)


def wait_until_over(access: BatchAccess, batch_id: str, notes: Console) -> Batch:
    """Return a batch when it is over and has its report; one that failed gets none."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=notes) as progress:
        task = progress.add_task("Analysing", total=None)
        while True:
            batch = access.get(batch_id)
            progress.update(task, total=batch.images, completed=access.desk.ended(batch).images)
            if batch.state is State.FAILED or (batch.state.is_over and batch.reported_at):
                return batch
            _say_if_it_stands_still(batch)
            time.sleep(_POLL_SECONDS if batch.images <= _LARGE else _LARGE_POLL_SECONDS)


def _say_if_it_stands_still(batch: Batch) -> None:
    """Raise SightlineError with why a batch does not go on by itself."""
    if batch.reason is not None:
        raise SightlineError(f"batch {batch.id}: {batch.reason}")


@contextmanager
def going_on(batch_id: str, notes: Console) -> Iterator[None]:
    """Say on Ctrl-C that the batch goes on without this command, and how to come back."""
    try:
        yield
    except KeyboardInterrupt as error:
        notes.print(
            f"\nBatch {batch_id} goes on without this command. Come back with: sightline batch "
            f"status {batch_id}; stop it with: sightline batch cancel {batch_id}",
            highlight=False,
            soft_wrap=True,
        )
        raise click.Abort from error

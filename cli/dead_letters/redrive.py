"""`sightline redrive`: brings dead letters back to their queues."""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from cli.dead_letters.held import MAX_LETTERS, held
from cli.dead_letters.letter import Selection
from cli.dead_letters.move_task import MoveTask
from cli.dead_letters.queue_redrive import QueueRedrive
from cli.deployment import Target
from cli.errors import EXIT_CODES, EXIT_ERROR, reports_failures
from cli.options import target_options
from cli.outcome import stdout_console
from cli.queues import QUEUES, queues_of
from lambdas.common.printable import printable

_SHOWN_FAILURES = 10


@click.command(epilog=EXIT_CODES)
@click.option(
    "--queue",
    "names",
    multiple=True,
    type=click.Choice(list(QUEUES)),
    help="Only this queue's; may be repeated.",
)
@click.option(
    "--cause",
    "causes",
    multiple=True,
    help="Only those with this cause, as the table has it; may be repeated. `unknown` are those "
    "that say none.",
)
@click.option(
    "--id", "image_ids", multiple=True, metavar="ID", help="Only this image's; may be repeated."
)
@click.option("--dry-run", is_flag=True, help="Show what would be moved, and move nothing.")
@click.option(
    "--max-per-second",
    type=click.IntRange(1, 500),
    help="Messages moved in a second, at most; as fast as it goes if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
@target_options
@reports_failures
def redrive(  # noqa: PLR0913 -- one argument for each option
    *,
    names: tuple[str, ...],
    causes: tuple[str, ...],
    image_ids: tuple[str, ...],
    dry_run: bool,
    max_per_second: int | None,
    as_json: bool,
    target: Target,
) -> None:
    """Bring dead letters back to the queues that they came from, to be worked on again.

    Without options, all of all queues. Cure what made them fail first.
    """
    deployment = target.find()
    notes = Console(stderr=True)
    notes.print(f"Using {deployment.name}.", highlight=False)
    selection = Selection(frozenset(causes), frozenset(image_ids))
    sqs = deployment.client("sqs")
    queues = queues_of(deployment, names)
    tasks = {queue.name: MoveTask(sqs, queue) for queue in queues}
    for task in tasks.values():
        task.require_none_running()
    with ExitStack() as looking:
        with notes.status("Looking at the dead letters"):
            found = looking.enter_context(held(sqs, queues, keep_bodies=not selection.is_all))
        redrives = [QueueRedrive.of(one, selection) for one in found]
        if not as_json:
            _show(redrives)
        if selection.is_all:
            looking.close()  # SQS moves only what is in sight
        with Progress(console=notes, transient=True) as progress:
            for one in redrives:
                if not one.chosen or dry_run:
                    continue
                watch = _bar(progress, one)
                if selection.is_all:
                    one.move_all(tasks[one.name], max_per_second=max_per_second, watch=watch)
                else:
                    one.move_chosen(max_per_second=max_per_second, watch=watch)
    if as_json:
        document = {"dry_run": dry_run, "queues": [one.to_document() for one in redrives]}
        click.echo(json.dumps(document, ensure_ascii=False))
    elif not dry_run:
        _sum_up(redrives)
    sys.exit(EXIT_ERROR if any(one.failures for one in redrives) else 0)


def _bar(progress: Progress, one: QueueRedrive) -> Callable[[int], None]:
    task = progress.add_task(one.name, total=len(one.chosen))
    return lambda moved: progress.update(task, completed=moved)


def _show(redrives: list[QueueRedrive]) -> None:
    """Print what is chosen by queue and cause, and what else there is."""
    chosen = sum(len(one.chosen) for one in redrives)
    others = sum(one.found for one in redrives) - chosen
    hidden = sum(one.held.hidden for one in redrives)
    if chosen:
        stdout_console().print(_table(redrives))
    elif others:
        click.echo(f"None of the {others:,} dead letters is chosen.")
    elif not hidden:
        click.echo("The dead-letter queues are empty.")
    if chosen and others:
        click.echo(f"{others:,} others are not chosen.")
    if hidden:
        click.echo(
            f"{hidden:,} more cannot be seen: another command looks at them, or was ended while "
            "it did. They are back in a minute or so."
        )
    for one in redrives:
        if not one.held.complete:
            click.echo(f"The {one.name} queue has more; {MAX_LETTERS:,} at a time are looked at.")


def _table(redrives: list[QueueRedrive]) -> Table:
    table = Table("Queue", "Cause")
    table.add_column("Messages", justify="right")
    table.add_column("Oldest (UTC)", no_wrap=True)
    table.add_column("Reason of the newest", overflow="fold")
    for one in redrives:
        for group in one.groups:
            table.add_row(
                one.name,
                Text(printable(group.cause)),
                f"{group.messages:,}",
                f"{group.oldest:%Y-%m-%d %H:%M:%S}",
                Text(printable(group.reason), style="dim"),
            )
    return table


def _sum_up(redrives: list[QueueRedrive]) -> None:
    for one in redrives:
        if not one.chosen:
            continue
        some = "repeat" if one.repeats == 1 else "repeats"
        repeats = f", {one.repeats:,} {some} deleted" if one.repeats else ""
        left = f", {one.left:,} left" if one.left else ""
        click.echo(f"{one.name}: {one.moved:,} moved back{repeats}{left}.")
        for failure in one.failures[:_SHOWN_FAILURES]:
            click.secho(f"  not moved: {printable(failure)}", fg="red", err=True)
        if (more := len(one.failures) - _SHOWN_FAILURES) > 0:
            click.secho(f"  and {more:,} more were not moved", fg="red", err=True)

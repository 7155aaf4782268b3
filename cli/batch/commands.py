"""The commands on batches that are there: status, report, cancel, list, start."""

import json
from contextlib import closing
from itertools import islice
from pathlib import Path

import click
from rich.console import Console

from cli.batch.access import BatchAccess
from cli.batch.views import document_of, show_batch, show_batches
from cli.deployment import Target
from cli.errors import EXIT_CODES, reports_failures
from cli.options import target_options
from cli.outcome import stdout_console
from lambdas.common.batches.batch import Batch, report_keys
from lambdas.common.batches.control import Work
from lambdas.common.batches.desk import SETTLE_SECONDS


@click.command(epilog=EXIT_CODES)
@click.argument("batch_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
@target_options
@reports_failures
def status(batch_id: str, as_json: bool, target: Target) -> None:
    """Show how far the batch ID is."""
    access = _access(target)
    batch = access.get(batch_id)
    if as_json:
        click.echo(json.dumps(document_of(access, batch), ensure_ascii=False))
    else:
        show_batch(access, batch, stdout_console())


@click.command(epilog=EXIT_CODES)
@click.argument("batch_id", metavar="ID")
@click.option("--csv", "kind", flag_value="csv", help="As CSV, with labels.")
@click.option("--json", "kind", flag_value="summary", help="What was counted, as JSON.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write all three files to this folder instead.",
)
@target_options
@reports_failures
def report(batch_id: str, kind: str | None, save: Path | None, target: Target) -> None:
    """Print the report of the batch ID: a line for each image that has text."""
    access = _access(target)
    batch = access.get(batch_id)
    if save is not None and kind is not None:
        raise click.UsageError("--save writes all files: leave --csv and --json out")
    if save is None:
        with closing(access.open_report(batch, kind or "text")) as body:
            for chunk in body.iter_chunks():
                click.echo(chunk, nl=False)
        return
    save.mkdir(parents=True, exist_ok=True)
    for found, key in report_keys(batch.id).items():
        path = save / key.rpartition("/")[2]
        with closing(access.open_report(batch, found)) as body, path.open("wb") as file:
            for chunk in body.iter_chunks():
                file.write(chunk)
        click.echo(str(path))


@click.command(epilog=EXIT_CODES)
@click.argument("batch_id", metavar="ID")
@target_options
@reports_failures
def cancel(batch_id: str, target: Target) -> None:
    """Stop the batch ID: what has not begun is not analysed, and is not paid for."""
    access = _access(target)
    access.cancel(batch_id)
    click.echo(
        f"Batch {batch_id} is cancelled. Its report follows in about {SETTLE_SECONDS} seconds: "
        f"sightline batch report {batch_id}"
    )


@click.command(name="list", epilog=EXIT_CODES)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per batch, nothing else.")
@target_options
@reports_failures
def list_batches(limit: int, as_json: bool, target: Target) -> None:
    """List batches, newest first."""
    access = _access(target)
    found = list(islice(access.desk.table.newest(), limit))
    if as_json:
        for batch in found:
            click.echo(json.dumps(document_of(access, batch), ensure_ascii=False))
    elif found:
        show_batches(found, stdout_console())
    else:
        click.echo("There are no batches.")


@click.command(epilog=EXIT_CODES)
@click.argument("batch_id", metavar="ID")
@target_options
@reports_failures
def start(batch_id: str, target: Target) -> None:
    """Start the batch ID, which is listed and waits; or go on with one that stands still."""
    access = _access(target)
    started = access.start(batch_id)
    batch = started.batch
    if batch.reported_at is not None and not started.sent:
        where = access.report_uris(batch)["text"]
        click.echo(f"Batch {batch_id} is {batch.state} already. Its report is {where}")
        return
    asked = " and ".join(_asked(batch, work) for work in started.sent)
    click.echo(f"Batch {batch_id} is {batch.state} and goes on in AWS. Asked to {asked}.")


def _asked(batch: Batch, work: Work) -> str:
    if work is Work.LIST:
        return f"list its images ({batch.images:,} so far)"
    if work is Work.FEED:
        return f"send its images ({batch.fed:,} of {batch.images:,} so far)"
    return "report" if batch.state.is_over else "report, if all of its images have ended"


def _access(target: Target) -> BatchAccess:
    deployment = target.find()
    Console(stderr=True).print(f"Using {deployment.name}.", highlight=False)
    return BatchAccess(deployment)

"""`sightline batch`: the images that are in a bucket already, analysed as one."""

import sys
from contextlib import closing

import click
from rich.console import Console
from rich.filesize import decimal

from cli.batch.access import BatchAccess
from cli.batch.commands import cancel, list_batches, report, start, status
from cli.batch.views import summary_lines
from cli.batch.watch import going_on, wait_until_listed, wait_until_over
from cli.deployment import Target
from cli.errors import EXIT_CODES, EXIT_ERROR, EXIT_NOT_ANALYSED, reports_failures
from cli.estimate.command import PUBLIC_SETTINGS
from cli.estimate.counting import S3_SCHEME
from cli.estimate.pricing import Tariff, duration_text, images_text, money_text, price
from cli.options import target_options
from lambdas.common.batches.batch import Batch, State
from lambdas.common.errors import SightlineError
from lambdas.common.status import Status

MAX_SHOWN_LINES = 100
"""Lines of a report that are printed when a batch is over; `report` prints all."""


class BatchGroup(click.Group):
    """A group whose command `run` needs no name: `sightline batch s3://bucket/prefix`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before what is none of the commands."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=BatchGroup, epilog=EXIT_CODES)
def batch() -> None:
    """Analyse what is in a bucket already: sightline batch s3://bucket/prefix."""


@batch.command(epilog=EXIT_CODES)
@click.argument("uri", metavar="s3://BUCKET/PREFIX")
@click.option("--name", help="The batch's id, as a-z, 0-9 and dashes; made from the time if not.")
@click.option("--again", is_flag=True, help="Analyse anew what has been analysed before.")
@click.option("--yes", is_flag=True, help="Do not ask whether it may cost what it may cost.")
@click.option("--detach", is_flag=True, help="Do not wait for the end.")
@target_options
@reports_failures
def run(  # noqa: PLR0913, PLR0917
    uri: str, name: str | None, again: bool, yes: bool, detach: bool, target: Target
) -> None:
    """List the images under s3://BUCKET/PREFIX, ask, analyse them, and report.

    The word `run` may be left out. Everything happens in AWS: the command only watches.
    """
    if not uri.startswith(S3_SCHEME) or not uri.removeprefix(S3_SCHEME).partition("/")[0]:
        raise click.UsageError(
            f"{uri!r} is neither s3://bucket/prefix nor one of {', '.join(sorted(batch.commands))}"
        )
    deployment = target.find()
    notes = Console(stderr=True)
    notes.print(f"Using {deployment.name}.", highlight=False)
    access = BatchAccess(deployment)
    made = access.create(uri, name=name, again=again, approved=yes)
    notes.print(f"Batch {made.id}", highlight=False)
    with going_on(made.id, notes):
        if not (yes and detach):
            _ask(access, wait_until_listed(access, made.id, notes), yes=yes, notes=notes)
        if detach:
            click.echo(made.id)
            return
        ended = wait_until_over(access, made.id, notes)
    if ended.state is State.FAILED:
        raise SightlineError(str(ended.reason))
    sys.exit(_show_report(access, ended))


def _ask(access: BatchAccess, listed: Batch, *, yes: bool, notes: Console) -> None:
    """Say what a batch costs at most, and start it when a person says yes."""
    if listed.state is State.FAILED:
        raise SightlineError(str(listed.reason))
    if listed.images:
        notes.print(_offer(access, listed), highlight=False, soft_wrap=True)
    if yes or listed.state is not State.LISTED or not listed.images:
        return
    later = (
        f"batch {listed.id} is listed and waits: start it with sightline batch start {listed.id}, "
        f"or cancel it with sightline batch cancel {listed.id}"
    )
    if not sys.stdin.isatty():
        raise SightlineError(f"there is no terminal to ask on, and no --yes; {later}")
    if not click.confirm("Analyse them?", err=True):
        raise SightlineError(later)
    access.start(listed.id)


def _offer(access: BatchAccess, listed: Batch) -> str:
    tariff = Tariff.read(access.deployment.output(PUBLIC_SETTINGS))
    found = price(listed.images, tariff, size=listed.bytes)
    return (
        f"{images_text(listed.images)}, {decimal(listed.bytes)}; "
        f"at most ${money_text(found.labels_cost)} for labels and ${money_text(found.text_cost)} "
        f"for text; at {tariff.labels_per_second:g} a second about {duration_text(found.seconds)}"
    )


def _show_report(access: BatchAccess, ended: Batch) -> int:
    """Print what became of a batch and a short report; return the exit code."""
    summary = access.summary(ended)
    for line in summary_lines(summary):
        click.echo(line)
    if summary["reported"] <= MAX_SHOWN_LINES:
        with closing(access.open_report(ended, "text")) as body:
            click.echo("\n" + body.read().decode(), nl=False)
    else:
        click.echo(f"Read it with: sightline batch report {ended.id}")
    if ended.state is not State.CLOSED:
        return EXIT_ERROR
    unanalysed = {Status.REJECTED, Status.FAILED} & set(summary["statuses"])
    return EXIT_NOT_ANALYSED if unanalysed else 0


for command in (status, report, cancel, list_batches, start):
    batch.add_command(command)

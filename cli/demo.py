"""`sightline demo`: the main job from start to end, on this machine."""

import os
import sys
import threading
import time
from pathlib import Path

import click
from rich.console import Console

from cli.analyze import analyse_files
from cli.console.welcome import prepare_console
from cli.deployment import Target
from cli.errors import EXIT_ERROR, reports_failures
from cli.local.group import ends_in_order, reports_errors
from cli.local.views import show_console, show_progress
from cli.options import context_option, port_option
from cli.outcome import stdout_console, table_of
from cli.samples import write_samples
from cli.upload import find_files
from lambdas.common.errors import SightlineError
from lambdas.common.status import Status
from local.lock import only_command
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.progress import Progress
from local.status import status as read_status
from local.stop import stop
from local.up import up as bring_up

_TIMEOUT = 240.0
_DAMAGED = "cut-off.jpg"


@click.command()
@port_option
@context_option
@click.option("--exit", "leave", is_flag=True, envvar="EXIT", help="Stop when the table is shown.")
@ends_in_order
@reports_errors
@reports_failures
def demo(port: int, context: tuple[tuple[str, str], ...], leave: bool) -> None:
    """Start a local stack, analyse sample images, and keep it up until Ctrl-C.

    Where standard output is no terminal, it stops everything when the table is shown; there is no
    web console to look at then.
    """
    console = stdout_console()
    stays = not leave and sys.stdout.isatty()
    began = time.monotonic()
    started = False
    try:
        with show_progress(console) as progress:
            brought_up = bring_up(UpOptions(ProcessOptions(port=port), context), progress)
            started = brought_up.outcome == "started"
            has_console = stays and _add_console(port, progress)
        _analyse_samples(console, port)
        console.print(f"From start to table: {time.monotonic() - began:.0f} s.", highlight=False)
        if stays:
            if has_console:
                _show_console(console, port)
            _wait_for_interrupt(console, port)
    finally:
        if started:
            with only_command(StackFiles(port)):
                stop(port)
            console.print(f"Stopped the local stack on port {port}.", highlight=False)


def _add_console(port: int, progress: Progress) -> bool:
    """Without it the rest can be tried all the same."""
    try:
        prepare_console(port, progress)
    except SightlineError as error:
        click.secho(f"Error: {error}", fg="red", err=True)
        click.echo("The demo goes on without the console.", err=True)
        return False
    return True


def _show_console(console: Console, port: int) -> None:
    found = read_status(port)
    show_console(console, found.console, found.demo_users)
    if found.console:
        click.echo(
            "Drop a photo of a street sign there, see its text boxed, and search for a word of "
            'it.\nThen sign in as the reviewer, and press "a" to approve what waits.'
        )


def _analyse_samples(console: Console, port: int) -> None:
    target = Target(port=port, aws=False, stage="dev", region=None, profile=None)
    deployment = target.find()
    samples = write_samples(StackFiles(port).root / "samples")
    outcomes = analyse_files(
        deployment, find_files(samples), notes=Console(stderr=True), timeout=_TIMEOUT
    )
    table_of(outcomes, console)
    wrong = [
        found["source"]
        for found in outcomes
        if (found["status"] in (Status.DONE, Status.IN_REVIEW))
        == found["source"].endswith(_DAMAGED)
    ]
    if wrong:
        click.secho(
            f"Error: not as expected: {', '.join(wrong)}; see `sightline local logs inspect` and "
            "`sightline local logs recognition`",
            fg="red",
            err=True,
        )
        sys.exit(EXIT_ERROR)


def _wait_for_interrupt(console: Console, port: int) -> None:
    option = "" if port == 4566 else f" --port {port}"
    command = Path(sys.argv[0])
    sightline = os.path.relpath(command) if command.name == "sightline" else ".venv/bin/sightline"
    console.print(
        f"""
The stack stays up until Ctrl-C. In another terminal:
  {sightline} analyze{option} ~/Pictures        your own photos
  {sightline} list{option} --label Text         what has text on it
  {sightline} local outbox{option}              the emails that were sent
  {sightline} local status{option}              queues, processes, outputs
  {sightline} local up{option} -c text_rule=Text:90   another rule: read only what has text
""",
        highlight=False,
        markup=False,
    )
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("Stopping.")

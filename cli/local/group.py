"""`sightline local`: the whole app on this machine, without an AWS account."""

import json
import shlex
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from cli.console.welcome import prepare_console
from cli.local.views import show_console, show_mail, show_progress, show_status
from cli.options import context_option, port_option
from lambdas.common.errors import SightlineError
from local.coverage.check import explain
from local.endpoint import LocalStack
from local.environment import aws_environment
from local.errors import LocalError, NotRunning
from local.lock import only_command
from local.logs import FILES, file_lines, function_lines
from local.mail import follow_outbox, read_outbox
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.progress import Progress
from local.status import status as read_status
from local.stop import stop
from local.up import up as bring_up

EXIT_DOWN = 3


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Show a failure as one sentence, where its log is and how it ends, and exit with 1."""

    @wraps(command)
    def reporting(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except LocalError as error:
            for line in error.tail():
                click.echo(f"  | {line}", err=True)
            click.secho(f"Error: {error}", fg="red", err=True)
            if error.log:
                click.echo(f"Log: {error.log}", err=True)
            sys.exit(EXIT_DOWN if isinstance(error, NotRunning) else 1)
        except (BotoCoreError, ClientError) as error:
            click.secho(f"Error: the local stack did not answer: {error}", fg="red", err=True)
            sys.exit(1)

    return reporting


def ends_in_order(command: Callable[..., None]) -> Callable[..., None]:
    """Let SIGTERM and a closed terminal end a command as Ctrl-C does, with what it cleans up."""

    @wraps(command)
    def ending(*args: object, **kwargs: object) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        command(*args, **kwargs)

    return ending


@click.group()
def local() -> None:
    """Run the whole app on this machine, without an AWS account."""


@local.command()
@port_option
@context_option
@click.option(
    "--console/--no-console", default=True, show_default=True, help="The web pages, for browsers."
)
@click.option("--keep-state", is_flag=True, help="Keep images, records and emails, come what may.")
@click.option(
    "--detector",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An ONNX object detector of your own.",
)
@click.option(
    "--detector-names",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The names of its classes, one a line.",
)
@click.option("--threads", type=click.IntRange(1), help="Threads for recognition.")
@click.option(
    "--labels-per-second",
    type=click.FloatRange(0, min_open=True),
    help="Throttle DetectLabels above this rate, as Rekognition's quota does.",
)
@click.option(
    "--text-per-second",
    type=click.FloatRange(0, min_open=True),
    help="The same for DetectText.",
)
@ends_in_order
@reports_errors
def up(  # noqa: PLR0913 -- one argument for each option
    *,
    port: int,
    context: tuple[tuple[str, str], ...],
    console: bool,
    keep_state: bool,
    detector: Path | None,
    detector_names: Path | None,
    threads: int | None,
    labels_per_second: float | None,
    text_per_second: float | None,
) -> None:
    """Start the local stack and deploy the app to it; only what has changed is done again."""
    processes = ProcessOptions(
        port=port,
        console=console,
        keep_state=keep_state,
        detector=str(detector.resolve()) if detector else None,
        detector_names=str(detector_names.resolve()) if detector_names else None,
        threads=threads,
        labels_per_second=labels_per_second,
        text_per_second=text_per_second,
    )
    began = time.monotonic()
    with show_progress(Console()) as progress:
        result = bring_up(UpOptions(processes, context), progress)
        _add_console(port, progress)
    if result.outcome == "unchanged":
        click.echo(f"The local stack is up on port {port} and nothing has changed.")
    else:
        seconds = time.monotonic() - began
        click.echo(f"The local stack is up on port {port}, after {seconds:.0f} s.")
    if result.recovered:
        click.echo("It goes on with the state of a stack that had ended abruptly.")
    found = read_status(port)
    show_console(Console(), found.console, found.demo_users)


def _add_console(port: int, progress: Progress) -> None:
    """The stack is of use without it, and stays up."""
    try:
        prepare_console(port, progress)
    except SightlineError as error:
        raise LocalError(
            f"{error}\nThe stack is up, its console is not; to try again: "
            f"sightline console publish --port {port}"
        ) from error


@local.command()
@port_option
@reports_errors
def down(*, port: int) -> None:
    """Stop the local stack. Its state is dropped, unless it was started with --keep-state."""
    with only_command(StackFiles(port)):
        stopped = stop(port)
    click.echo(f"Stopped the local stack on port {port}." if stopped else "Nothing was running.")


@local.command()
@port_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--coverage", is_flag=True, help="What is not acted on here, and why.")
@reports_errors
def status(*, port: int, as_json: bool, coverage: bool) -> None:
    """Show processes, ports, outputs and queues. Exits with 3 when the stack is down."""
    if coverage:
        for what, how, why in explain(StackFiles(port)):
            click.echo(f"{what}: {how}. {why}")
        return
    found = read_status(port)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
    else:
        show_status(Console(), found)
    if not found.up:
        sys.exit(EXIT_DOWN)


@local.command()
@port_option
@click.argument("source", default="emulator")
@click.option("--follow", "-f", is_flag=True, help="Go on with new lines as they come.")
@click.option("--lines", "-n", default=200, show_default=True, help="How many of a process's log.")
@reports_errors
def logs(*, port: int, source: str, follow: bool, lines: int) -> None:
    """Show the log of SOURCE: emulator, recognition, console, or (part of) a function's name."""
    if source in FILES:
        found = file_lines(port, source, follow=follow, last=lines)
    else:
        found = function_lines(LocalStack.find(port), source, follow=follow)
    for line in found:
        click.echo(line)


@local.command()
@port_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
@click.option("--follow", "-f", is_flag=True, help="Go on with new emails as they come.")
@click.option("--to", metavar="ADDRESS", help="Only emails to this address.")
@reports_errors
def outbox(*, port: int, as_json: bool, follow: bool, to: str | None) -> None:
    """Show the emails that the app sent, newest last. None leaves this machine."""
    directory = StackFiles(port).outbox
    for mail in follow_outbox(directory, to) if follow else read_outbox(directory, to):
        if as_json:
            click.echo(json.dumps(mail.to_json()))
        else:
            show_mail(mail)


@local.command()
@port_option
@reports_errors
def env(*, port: int) -> None:
    """Print what points the AWS CLI, and any AWS SDK, of a shell to the local stack.

    Use it as: eval "$(sightline local env)". The secret key that it prints is this stack's own.
    """
    LocalStack.find(port)
    # What a shell has of these would be taken for a part of the credentials, or instead of them.
    click.echo("unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN")
    for name, value in aws_environment(port).items():
        click.echo(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    local()

"""`sightline local fault`: break things on the local stack, and learn what the runbook is for."""

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Column, Table

from cli.local.group import reports_errors
from cli.options import port_option
from local.endpoint import LocalStack
from local.faults.catalogue import KINDS, make_rule
from local.faults.file import FaultFile
from local.faults.rule import Rule

EPILOG = """\b
Kinds:
  error        the service's own error: --code and --status, or its internal error
  throttle     the error with which the service throttles
  delay        the call is performed after --seconds
  garbage      success, with a body that is no answer
  wrong-shape  success, with values that Rekognition never answers
  drop         the call is performed, its answer is lost
  refuse       the connection is closed, nothing is performed
  hang         no answer for two minutes, nothing is performed
  kill-before  the function's process is killed, nothing is performed
  kill-after   the call is performed, then the function's process is killed

\b
Examples:
  sightline local fault add rekognition:DetectLabels throttle --times 5
  sightline local fault add s3:GetObject error --code SlowDown --status 503
  sightline local fault add 'dynamodb:*' error --for 60
  sightline local fault add dynamodb:UpdateItem kill-after --containing IMAGE_ID --times 1
  sightline local fault add sns:Publish drop --caller SendDigest
"""


@click.group()
def fault() -> None:
    """Make the local stack's services fail, as seen by the functions.

    Requests of the command line, and of anybody else who is not a function, never fail by it.
    """


@fault.command(epilog=EPILOG)
@port_option
@click.argument("what", metavar="SERVICE:OPERATION")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@click.option("--caller", default="*", help="Part of a function's name; any function if not given.")
@click.option("--containing", default="", help="Only calls with this text in their path or body.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Let this many calls pass first.")
@click.option("--times", type=click.IntRange(1), help="Hit this many calls; all if not given.")
@click.option(
    "--for", "outage", type=click.FloatRange(0, min_open=True), help="End after so many seconds."
)
@click.option("--code", default="", help="The error's code, as AWS writes it.")
@click.option("--status", type=click.IntRange(400, 599), help="The error's HTTP status.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="How long a delay takes.")
@reports_errors
def add(  # noqa: PLR0913 -- one argument for each option
    *,
    port: int,
    what: str,
    kind: str,
    caller: str,
    containing: str,
    skip: int,
    times: int | None,
    outage: float | None,
    code: str,
    status: int | None,
    seconds: float | None,
) -> None:
    """Let calls of SERVICE:OPERATION fail from now on; s3:* is any of S3, *:* any at all."""
    faults = _faults(port)
    rule = make_rule(
        what,
        kind,
        caller=caller,
        containing=containing,
        skip=skip,
        times=times,
        outage_seconds=outage,
        code=code,
        status=status or 0,
        delay_seconds=seconds,
    )
    added = faults.add(rule)
    click.echo(f"Fault {added.id} is active. End it with: sightline local fault clear {added.id}")


@fault.command("list")
@port_option
@reports_errors
def list_faults(*, port: int) -> None:
    """Show the faults, and how many calls each has hit."""
    faults = _faults(port)
    rules, hits = faults.rules(), faults.hits()
    if not rules:
        click.echo("There are no faults.")
        return
    names = ("fault", "of", "what", "caller", "containing", "hits", "until")
    table = Table(*(Column(name, overflow="fold") for name in names), box=None)
    for rule in rules:
        table.add_row(
            rule.id,
            f"{rule.service}:{rule.operation}",
            _in_words(rule),
            rule.caller,
            rule.containing,
            f"{hits[rule.id]}" + (f" of {rule.times}" if rule.times else ""),
            _time(rule.until),
        )
    Console().print(table)


@fault.command()
@port_option
@click.argument("ids", nargs=-1, metavar="[FAULT]...")
@reports_errors
def clear(*, port: int, ids: tuple[str, ...]) -> None:
    """End the named faults, or all."""
    faults = _faults(port)
    unknown = sorted(set(ids) - {rule.id for rule in faults.rules()})
    if unknown:
        raise click.BadParameter(f"there is no fault {', '.join(unknown)}.")
    removed = faults.remove(lambda rule: not ids or rule.id in ids)
    click.echo(f"Ended {len(removed)} fault{'' if len(removed) == 1 else 's'}.")


def _faults(port: int) -> FaultFile:
    return FaultFile(LocalStack.find(port).files.faults)


def _in_words(rule: Rule) -> str:
    if rule.kind == "error":
        return f"{rule.code} ({rule.status})"
    return f"delay of {rule.seconds:g} s" if rule.kind == "delay" else rule.kind


def _time(until: float | None) -> str:
    return datetime.fromtimestamp(until, UTC).strftime("%H:%M:%S UTC") if until else ""

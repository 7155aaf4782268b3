"""`sightline audit`: shows that all of a period has come to its end, once and whole."""

import json
import sys
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli.audit import Kind, Period, Report, audit_until_rest, parse_moment
from cli.audit.auditor import MAX_FINDINGS, Watch
from cli.deployment import Target
from cli.errors import EXIT_CODES, EXIT_DISAGREES, EXIT_ERROR, reports_failures
from cli.options import target_options
from lambdas.common.printable import printable

_STYLES = {Kind.ON_THE_WAY: "yellow", Kind.NOTE: "cyan"}


@click.command(epilog=EXIT_CODES)
@click.option(
    "--since",
    default="24h",
    show_default=True,
    help="Start of the period: a duration back from now such as 2h or 7d, or an ISO 8601 time.",
)
@click.option("--until", default="0s", help="Its end, written alike; now if not given.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Audit again until nothing is on its way, for so long at most.",
)
@click.option(
    "--max-findings",
    type=click.IntRange(1, 10_000),
    default=MAX_FINDINGS,
    show_default=True,
    help="Findings that are shown; all are counted.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
@target_options
@reports_failures
def audit(  # noqa: PLR0913 -- one argument for each option
    *,
    since: str,
    until: str,
    wait: float,
    max_findings: int,
    as_json: bool,
    target: Target,
) -> None:
    """Compare originals and batches of a period with records, results, queues and dead letters.

    Nothing is changed. Exits with 0 only when every image has ended, once, and everything that is
    written about it says the same, and no batch is left half done.
    """
    now = datetime.now(UTC)
    try:
        period = Period(parse_moment(since, now), parse_moment(until, now))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    deployment = target.find()
    notes = Console(stderr=True)
    notes.print(f"Using {deployment.name}.", highlight=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=notes, transient=True) as progress:
        report = audit_until_rest(
            deployment, period, wait=wait, max_findings=max_findings, watch=_shown(progress)
        )
    if as_json:
        click.echo(json.dumps(report.to_document(), ensure_ascii=False))
    else:
        _show(report)
    if report.disagrees:
        sys.exit(EXIT_DISAGREES)
    if not report.agrees:
        click.secho(
            "Error: not all has ended, so nothing is proved yet; use --wait, or audit later",
            fg="red",
            err=True,
        )
        sys.exit(EXIT_ERROR)


def _shown(progress: Progress) -> Watch:
    """Show what has been counted so far in one line."""
    task = progress.add_task("Auditing", total=None)
    counts: dict[str, int] = {}

    def watch(what: str, count: int) -> None:
        counts[what] = count
        text = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        progress.update(task, description=f"Auditing: {text}")

    return watch


def _show(report: Report) -> None:
    """Print the findings, the worst first, and the sentence that sums them up."""
    for kind in Kind:
        shown = [finding for finding in report.findings if finding.kind is kind]
        if not report.counts.get(kind):
            continue
        title = click.style(kind.words, fg=_STYLES.get(kind, "red"), bold=True)
        click.echo(f"{title} ({report.counts[kind]:,})")
        for finding in shown:
            of = None if finding.batch is None else f"batch {finding.batch}"
            what = (of, finding.image_id, finding.source)
            if named := "  ".join(printable(part) for part in what if part):
                click.echo(f"  {named}")
            click.echo(f"    {printable(finding.what)}")
            click.echo(f"    -> {printable(finding.do)}")
        if (more := report.counts[kind] - len(shown)) > 0:
            click.echo(f"  {more:,} more are not shown (--max-findings)")
    moments = f"{report.period.since:%Y-%m-%d %H:%M:%S} to {report.period.until:%Y-%m-%d %H:%M:%S}"
    click.echo(f"{moments} UTC")
    click.echo(report.summary)

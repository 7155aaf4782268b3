"""`sightline analyze`: a person's own photos through the pipeline, and what was found."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.deployment import Deployment, Target
from cli.errors import EXIT_CODES, EXIT_NOT_ANALYSED, EXIT_TIMED_OUT, reports_failures
from cli.options import target_options
from cli.outcome import outcome_of, stdout_console, table_of
from cli.upload import UnreadableFile, Upload, find_files, upload_all, wait_for_end
from lambdas.common.clock import utc_now
from lambdas.common.records.queries import RecordQueries
from lambdas.common.status import Status


@click.command(epilog=EXIT_CODES)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, readable=True, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image, nothing else.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=600,
    show_default=True,
    help="Seconds to wait for all images to end.",
)
@target_options
@reports_failures
def analyze(paths: tuple[Path, ...], as_json: bool, timeout: float, target: Target) -> None:
    """Upload the images PATHS (files, or folders with images), wait, and show what was found.

    Photos are read as they are: nothing is changed on this machine.
    """
    deployment = target.find()
    notes = Console(stderr=True)
    notes.print(f"Using {deployment.name}.", highlight=False)
    outcomes = analyse_files(deployment, find_files(paths), notes=notes, timeout=timeout)
    if as_json:
        for found in outcomes:
            click.echo(json.dumps(found, ensure_ascii=False))
    else:
        table_of(outcomes, stdout_console())
    sys.exit(exit_code(outcomes))


def analyse_files(
    deployment: Deployment, uploads: list[Upload], *, notes: Console, timeout: float
) -> list[dict[str, Any]]:
    """Upload files and wait for their ends, showing progress; return an outcome for each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=notes) as progress:
        sending = progress.add_task("Uploading", total=len(uploads))
        analysing = progress.add_task("Analysing", total=len(uploads))
        sent = upload_all(deployment, uploads, lambda: progress.advance(sending))
        image_ids = [image_id for image_id in sent if isinstance(image_id, str)]
        progress.update(analysing, total=len(image_ids))
        for record in wait_for_end(deployment, image_ids, timeout=timeout):
            if record is not None:
                progress.advance(analysing)
    return outcomes_of(deployment, sent, uploads)


def outcomes_of(
    deployment: Deployment, sent: Sequence[str | UnreadableFile], uploads: Sequence[Upload]
) -> list[dict[str, Any]]:
    """Return the outcomes of images in their order, ended or not, sent or not."""
    queries = RecordQueries(deployment.client("dynamodb"), deployment.output("RecordTableName"))
    records = queries.get([image_id for image_id in sent if isinstance(image_id, str)])
    outcomes = []
    for image_id, upload in zip(sent, uploads, strict=True):
        if isinstance(image_id, UnreadableFile):
            outcomes.append(_not_sent(image_id))
            continue
        record = records.get(image_id) or {
            "image_id": image_id,
            "bucket": deployment.output("InputBucketName"),
            "key": upload.key,
            "status": Status.RECEIVED,
            "received_at": utc_now(),
            "reason": "uploaded; the pipeline has not started on it yet",
        }
        outcomes.append(outcome_of(deployment, record))
    return outcomes


def _not_sent(file: UnreadableFile) -> dict[str, Any]:
    """Return the outcome of a file that never left this machine: it has no id and no object."""
    return {
        "image_id": None,
        "source": file.path.resolve().as_uri(),
        "status": str(Status.REJECTED),
        "reason": f"the file could not be read ({file.why}); nothing was uploaded",
        "labels": [],
        "text": [],
        "processed": None,
        "result": None,
        "seconds": None,
    }


def exit_code(outcomes: Sequence[dict[str, Any]]) -> int:
    """Return how a command ends that shows these outcomes."""
    statuses = {Status(found["status"]) for found in outcomes}
    if any(not status.is_terminal for status in statuses):
        return EXIT_TIMED_OUT
    return EXIT_NOT_ANALYSED if statuses & {Status.REJECTED, Status.FAILED} else 0

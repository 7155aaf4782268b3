"""`sightline show` and `sightline list`: what the record table knows."""

import json
from typing import Any

import click

from cli.deployment import Deployment, Target
from cli.errors import EXIT_CODES, reports_failures
from cli.options import target_options
from cli.outcome import outcome, read_result, stdout_console, table_of, unfinished
from lambdas.common.errors import SightlineError
from lambdas.common.record_queries import Record, RecordQueries
from lambdas.common.status import Status


@click.command(epilog=EXIT_CODES)
@click.argument("image_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="The full result document as JSON.")
@target_options
@reports_failures
def show(image_id: str, as_json: bool, target: Target) -> None:
    """Show everything that is known of the image ID."""
    deployment = target.find()
    record = _queries(deployment).get([image_id]).get(image_id)
    if record is None:
        raise SightlineError(f"{deployment.name} has no image {image_id}; try `sightline list`")
    has_result = record["status"] != Status.RECEIVED
    if as_json:
        document = (
            read_result(deployment, image_id).to_document()
            if has_result
            else unfinished(record, deployment.output("ProcessedBucketName"))
        )
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    console = stdout_console()
    table_of([_outcome(deployment, record)], console)
    times = {name: value for name, value in record.items() if name.endswith("_at") and value}
    for name, value in sorted(times.items(), key=lambda pair: str(pair[1])):
        console.print(f"{name.removesuffix('_at').replace('_', ' '):12} {value}", highlight=False)
    for name, version in record.get("models", {}).items():
        console.print(f"{name + ' model':12} {version}", highlight=False)


@click.command(name="list", epilog=EXIT_CODES)
@click.option("--status", type=click.Choice([str(status) for status in Status]))
@click.option("--label", metavar="NAME", help="Only images with this label, such as Car.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image, nothing else.")
@target_options
@reports_failures
def list_images(
    status: str | None, label: str | None, limit: int, as_json: bool, target: Target
) -> None:
    """List images, newest first."""
    deployment = target.find()
    records = _queries(deployment).newest(
        limit=limit, status=Status(status) if status else None, label=label
    )
    outcomes = [_outcome(deployment, record) for record in records]
    if as_json:
        for found in outcomes:
            click.echo(json.dumps(found, ensure_ascii=False))
    elif outcomes:
        table_of(outcomes, stdout_console(), with_ids=True)
    else:
        click.echo("There are no such images.")


def _queries(deployment: Deployment) -> RecordQueries:
    return RecordQueries(deployment.client("dynamodb"), deployment.output("RecordTableName"))


def _outcome(deployment: Deployment, record: Record) -> dict[str, Any]:
    bucket = deployment.output("ProcessedBucketName")
    if Status(record["status"]).is_terminal:
        return outcome(read_result(deployment, record["image_id"]), bucket)
    return unfinished(record, bucket)

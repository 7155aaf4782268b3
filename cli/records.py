"""`sightline show` and `sightline list`: what the record table knows."""

import json

import click

from cli.deployment import Deployment, Target
from cli.errors import EXIT_CODES, reports_failures
from cli.options import target_options
from cli.outcome import outcome_in_record, outcome_of, read_result, stdout_console, table_of
from cli.users.pool import UserPool
from lambdas.common.errors import SightlineError
from lambdas.common.records.queries import RecordQueries
from lambdas.common.records.terms import words_in
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
    if as_json:
        result = read_result(deployment, image_id)
        if result is None:
            raise SightlineError(
                f"image {image_id} is {record['status']}, and its full result is not there "
                "(yet, or no longer); without --json its record is shown"
            )
        click.echo(json.dumps(result.to_document(), ensure_ascii=False, indent=2))
        return
    console = stdout_console()
    table_of([outcome_of(deployment, record)], console)
    times = {name: value for name, value in record.items() if name.endswith("_at") and value}
    for name, value in sorted(times.items(), key=lambda pair: str(pair[1])):
        console.print(f"{name.removesuffix('_at').replace('_', ' '):12} {value}", highlight=False)
    for name, version in record.get("models", {}).items():
        console.print(f"{name + ' model':12} {version}", highlight=False)


@click.command(name="list", epilog=EXIT_CODES)
@click.option("--status", type=click.Choice([str(status) for status in Status]))
@click.option("--label", metavar="NAME", help="Only images with this label, such as car.")
@click.option("--text", metavar="WORDS", help="Only images with all of these words in their text.")
@click.option(
    "--owner",
    metavar="EMAIL",
    help="Only images that this user uploaded; of one who was removed, by their id.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image, nothing else.")
@target_options
@reports_failures
def list_images(  # noqa: PLR0913
    *,
    status: str | None,
    label: str | None,
    text: str | None,
    owner: str | None,
    limit: int,
    as_json: bool,
    target: Target,
) -> None:
    """List images, newest first."""
    words = words_in(text or "")
    if text is not None and not words:
        raise SightlineError(
            f"'{text}' has no word to search for: use words of two letters or more, or numbers"
        )
    deployment = target.find()
    records = _queries(deployment).newest(
        limit=limit,
        owner=_id_of(owner, deployment),
        status=Status(status) if status else None,
        label=label,
        words=words,
    )
    if as_json:
        for record in records:
            click.echo(json.dumps(outcome_of(deployment, record), ensure_ascii=False))
    elif records:
        # The records have all that the table shows: no result is read from S3.
        bucket = deployment.output("ProcessedBucketName")
        outcomes = [outcome_in_record(record, bucket) for record in records]
        table_of(outcomes, stdout_console(), with_ids=True)
    else:
        click.echo("There are no such images.")


def _id_of(owner: str | None, deployment: Deployment) -> str | None:
    """Records have the user pool's id of who uploaded, not the address, which may change."""
    if owner is None or "@" not in owner:
        return owner
    return UserPool.of(deployment).get(owner).id


def _queries(deployment: Deployment) -> RecordQueries:
    return RecordQueries(deployment.client("dynamodb"), deployment.output("RecordTableName"))

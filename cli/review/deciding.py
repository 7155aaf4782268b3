"""What the review commands share: who decides, with what, and how many decisions at once."""

import sys
import time
from collections.abc import Callable, Sequence

import click
from botocore.exceptions import BotoCoreError, ClientError

from cli.deployment import Deployment, caller_of
from cli.errors import EXIT_ERROR
from lambdas.common.errors import SightlineError
from lambdas.common.finish import ResultsTopic
from lambdas.common.objects import ObjectStore
from lambdas.common.printable import printable
from lambdas.common.records.queries import RecordQueries
from lambdas.common.review.decisions import Entry
from lambdas.common.review.reviews import Reviews

Decide = Callable[[Reviews, str, str], Entry | None]
"""Decides with these about the image of this id, as this person."""


def reviews_of(deployment: Deployment) -> Reviews:
    """Return what decides about the images of a deployment."""
    return Reviews(
        objects=ObjectStore(deployment.client("s3"), deployment.output("ProcessedBucketName")),
        dynamodb=deployment.client("dynamodb"),
        table=deployment.output("RecordTableName"),
        announce=ResultsTopic(deployment.client("sns"), deployment.output("ResultsTopicArn")),
        now=time.time,
    )


def queries_of(deployment: Deployment) -> RecordQueries:
    """Return what reads the records of a deployment."""
    return RecordQueries(deployment.client("dynamodb"), deployment.output("RecordTableName"))


def decide_all(deployment: Deployment, image_ids: Sequence[str], decide: Decide) -> None:
    """Decide about each image, go on after an error, and end with 1 if there was any."""
    reviews, by = reviews_of(deployment), caller_of(deployment)
    failed = 0
    distinct = list(dict.fromkeys(image_ids))
    for image_id in distinct:
        try:
            entry = decide(reviews, image_id, by)
        except SightlineError as error:
            failed += 1
            click.secho(f"Error: {printable(str(error))}", fg="red", err=True)
        except (BotoCoreError, ClientError) as error:
            failed += 1
            click.secho(
                f"Error: image {image_id}: AWS refused or could not be reached: {error}; run this "
                "again, what is decided already is not decided twice",
                fg="red",
                err=True,
            )
        else:
            click.echo(_line(image_id, entry))
    if len(distinct) > 1:
        done = f"{len(distinct) - failed:,} of {len(distinct):,} images"
        click.echo(f"{done}: done" + (f", {failed:,} were not." if failed else "."))
    if failed:
        sys.exit(EXIT_ERROR)


def _line(image_id: str, entry: Entry | None) -> str:
    if entry is None:
        return f"{image_id}: nothing is left to do."
    return f"{image_id}: {entry.decision.kind.past}, now {entry.after.status}."

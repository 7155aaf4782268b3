"""`sightline delete`: images, and everything that was found in them, for good."""

import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress

from cli.deployment import Deployment, Target, caller_of
from cli.errors import EXIT_CODES, EXIT_ERROR, reports_failures
from cli.options import target_options
from cli.outcome import outcome_in_record, table_of
from lambdas.common.deletion import Deletions
from lambdas.common.errors import SightlineError
from lambdas.common.finish import ResultsTopic
from lambdas.common.image import ID_LENGTH
from lambdas.common.printable import printable
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.result import JsonObject
from lambdas.common.status import Status

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
_SHOWN = 20
_AT_ONCE = 8
"""Images that are deleted side by side; each takes about eight requests, one after the other."""


@dataclass(frozen=True)
class _Doomed:
    """An image that is to be deleted; `record` is None for an unknown one."""

    image_id: str
    record: Record | None

    @property
    def is_over(self) -> bool:
        """True when it was deleted before, and all of it."""
        record = self.record
        if record is None or record["status"] != Status.DELETED:
            return False
        return "deletion_due" not in record

    @property
    def source(self) -> str | None:
        """`s3://bucket/key` of the original; None when nobody knows it any more."""
        if self.record is None or self.is_over:
            return None
        return f"s3://{self.record['bucket']}/{self.record['key']}"


@dataclass(frozen=True)
class _Done:
    """What became of one image: `error` is a sentence, None when it is deleted."""

    image: _Doomed
    error: str | None

    def to_document(self) -> JsonObject:
        """Return it as `--json` prints it."""
        return {
            "image_id": self.image.image_id,
            "source": self.image.source,
            "deleted": self.error is None,
            "before": self.image.is_over,
            "error": self.error,
        }

    def __str__(self) -> str:
        if self.image.is_over and self.image.record is not None:
            record = self.image.record
            return (
                f"{self.image.image_id}: was deleted already, by {record['deleted_by']} at "
                f"{record['deleted_at'][:19]} UTC."
            )
        return f"{self.image.image_id}: deleted, {self.image.source}"


@click.command(epilog=EXIT_CODES)
@click.argument("image_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image, nothing else.")
@target_options
@reports_failures
def delete(image_ids: tuple[str, ...], yes: bool, as_json: bool, target: Target) -> None:
    """Delete images for good: original, copies, result, record, decisions, kept answers.

    What stopped half-way is finished by the same command. An original that is not in the input
    bucket stays.
    """
    deployment = target.find()
    notes = Console(stderr=True)
    notes.print(f"Using {deployment.name}.", highlight=False)
    images = _find(deployment, list(dict.fromkeys(image_ids)))
    there = [image for image in images if image.source is not None]
    if there and not yes:
        _show(there, deployment, notes)
        what = "this image" if len(there) == 1 else f"these {len(there):,} images"
        click.confirm(
            f"Delete {what} in {deployment.name}, and all that was found, for good?",
            abort=True,
            err=True,  # so that standard output has nothing but the outcome
        )
    failed = 0
    with Progress(console=notes, transient=True, disable=len(images) == 1) as progress:
        task = progress.add_task("Deleting", total=len(images))
        for done in _delete_all(deployment, images):
            failed += done.error is not None
            progress.advance(task)
            _tell(done, as_json=as_json)
    if len(images) > 1 and not as_json:
        rest = f", {failed:,} are not." if failed else "."
        click.echo(f"{len(images) - failed:,} of {len(images):,} images are deleted{rest}")
    if failed:
        sys.exit(EXIT_ERROR)


def _find(deployment: Deployment, image_ids: Sequence[str]) -> list[_Doomed]:
    queries = RecordQueries(deployment.client("dynamodb"), deployment.output("RecordTableName"))
    records = queries.get([one for one in image_ids if _ID.fullmatch(one)])
    return [_Doomed(one, records.get(one)) for one in image_ids]


def _show(images: Sequence[_Doomed], deployment: Deployment, console: Console) -> None:
    bucket = deployment.output("ProcessedBucketName")
    records = [image.record for image in images if image.record is not None]
    table_of(
        [outcome_in_record(record, bucket) for record in records[:_SHOWN]], console, with_ids=True
    )
    if (more := len(records) - _SHOWN) > 0:
        console.print(f"And {more:,} more.", highlight=False)
    inputs = deployment.output("InputBucketName")
    for image in images[:_SHOWN]:
        stays = image.record is not None and image.record["bucket"] != inputs
        tail = " (the original stays, it is in another bucket)" if stays else ""
        # Whole, so that it can be looked at before the answer.
        line = f"  {printable(str(image.source))}{tail}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _delete_all(deployment: Deployment, images: Sequence[_Doomed]) -> Iterator[_Done]:
    """Delete images side by side; yield what became of each, in their order."""
    deletions = Deletions(
        s3=deployment.client("s3"),
        dynamodb=deployment.client("dynamodb"),
        table=deployment.output("RecordTableName"),
        input_bucket=deployment.output("InputBucketName"),
        processed_bucket=deployment.output("ProcessedBucketName"),
        announce=ResultsTopic(deployment.client("sns"), deployment.output("ResultsTopicArn")),
        now=time.time,
    )
    by = caller_of(deployment)
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield from pool.map(lambda image: _delete(deletions, image, by), images)
    finally:
        # After Ctrl-C those that are begun end, and no other begins.
        pool.shutdown(cancel_futures=True)


def _delete(deletions: Deletions, image: _Doomed, by: str) -> _Done:
    if image.record is None:
        return _Done(
            image,
            f"there is no image {image.image_id}; try `sightline list`. One that has just arrived "
            "is there when its analysis begins",
        )
    try:
        deletions.delete(image.image_id, by=by)
    except SightlineError as error:
        return _Done(image, str(error))
    except (BotoCoreError, ClientError) as error:
        return _Done(
            image,
            f"image {image.image_id}: AWS refused or could not be reached: {error}; run this "
            "again, it goes on where it stopped",
        )
    return _Done(image, None)


def _tell(done: _Done, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(done.to_document(), ensure_ascii=False))
    elif done.error is None:
        click.echo(printable(str(done)))
    if done.error is not None:
        click.secho(f"Error: {printable(done.error)}", fg="red", err=True)

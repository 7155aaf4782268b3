"""`sightline review`: what people decide about images."""

import json

import click
from rich.console import Console

from cli.deployment import Deployment, Target
from cli.errors import EXIT_CODES, reports_failures
from cli.options import target_options
from cli.outcome import outcome_in_record, stdout_console
from cli.review.deciding import decide_all, queries_of, reviews_of
from cli.review.views import show_image, table_of_history, table_to_review
from lambdas.common.errors import SightlineError
from lambdas.common.objects import ObjectStore
from lambdas.common.review.deciding import Correction
from lambdas.common.status import Status

MAX_AT_ONCE = 1_000
"""Images that `--all` takes: more than anybody has looked at."""

_comment = click.option("--comment", help="Why; kept and announced with the decision.")
_ids = click.argument("image_ids", metavar="ID...", nargs=-1, required=True)


@click.group()
def review() -> None:
    """Decide about images: list, show, approve, correct, reject, undo.

    Decisions are kept with who made them and when, and stand when an image is analysed again.
    """


@review.command(name="list", epilog=EXIT_CODES)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per image, nothing else.")
@target_options
@reports_failures
def list_to_review(limit: int, as_json: bool, target: Target) -> None:
    """List the images that wait for a person, newest first."""
    deployment = _found(target)
    records = queries_of(deployment).newest(limit=limit, status=Status.IN_REVIEW)
    if as_json:
        bucket = deployment.output("ProcessedBucketName")
        for record in records:
            click.echo(json.dumps(outcome_in_record(record, bucket), ensure_ascii=False))
    elif records:
        table_to_review(records, stdout_console())
    else:
        click.echo("No image waits for a person.")


@review.command(epilog=EXIT_CODES)
@click.argument("image_id", metavar="ID")
@target_options
@reports_failures
def show(image_id: str, target: Target) -> None:
    """Show what there is to decide about the image ID, and what stands."""
    deployment = _found(target)
    store = ObjectStore(deployment.client("s3"), deployment.output("ProcessedBucketName"))
    result = store.read_result(image_id)
    if result is None:
        raise SightlineError(
            f"{deployment.name} has no result of an image {image_id}; try `sightline review list`"
        )
    show_image(result, stdout_console())


@review.command(epilog=EXIT_CODES)
@click.argument("image_ids", metavar="[ID...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=f"All in review, {MAX_AT_ONCE:,} at most.")
@click.option("--yes", is_flag=True, help="Do not ask, with --all.")
@_comment
@target_options
@reports_failures
def approve(
    image_ids: tuple[str, ...], everything: bool, yes: bool, comment: str | None, target: Target
) -> None:
    """Accept images as they are; they become `done`."""
    if bool(image_ids) == everything:
        raise click.UsageError("Give the ids of images, or --all.")
    deployment = _found(target)
    if everything:
        found = queries_of(deployment).newest(limit=MAX_AT_ONCE, status=Status.IN_REVIEW)
        image_ids = tuple(record["image_id"] for record in found)
        if not image_ids:
            click.echo("No image waits for a person.")
            return
        if not yes:
            what = "the image" if len(image_ids) == 1 else f"all {len(image_ids):,} images"
            click.confirm(f"Approve {what} in review in {deployment.name}, unseen?", abort=True)
    decide_all(
        deployment,
        image_ids,
        lambda reviews, image_id, by: reviews.approve(image_id, by=by, comment=comment),
    )


@review.command(epilog=EXIT_CODES)
@click.argument("image_id", metavar="ID")
@click.option("--add-label", "added", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--remove-label", "removed", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--text", "lines", multiple=True, metavar="LINE", help="All lines, one each time.")
@click.option("--no-text", is_flag=True, help="There is no text in the image.")
@_comment
@target_options
@reports_failures
def correct(  # noqa: PLR0913 -- one argument for each option
    *,
    image_id: str,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    lines: tuple[str, ...],
    no_text: bool,
    comment: str | None,
    target: Target,
) -> None:
    """Change labels or text of the image ID; it becomes `done`, or stays it.

    \b
    Example:
      sightline review correct ID --add-label Taxi --remove-label Car --text "TAXI 42"
    """
    if lines and no_text:
        raise click.UsageError("--text and --no-text exclude each other.")
    if not (added or removed or lines or no_text):
        raise click.UsageError(
            "Say what to change: --add-label, --remove-label, --text, --no-text."
        )
    correction = Correction(added, removed, lines if lines or no_text else None)
    decide_all(
        _found(target),
        [image_id],
        lambda reviews, one, by: reviews.correct(one, correction, by=by, comment=comment),
    )


@review.command(epilog=EXIT_CODES)
@_ids
@click.option("--comment", required=True, help="Why: the reason that people read.")
@target_options
@reports_failures
def reject(image_ids: tuple[str, ...], comment: str, target: Target) -> None:
    """Refuse images; they become `rejected`."""
    decide_all(
        _found(target),
        image_ids,
        lambda reviews, image_id, by: reviews.reject(image_id, by=by, comment=comment),
    )


@review.command(epilog=EXIT_CODES)
@_ids
@_comment
@target_options
@reports_failures
def undo(image_ids: tuple[str, ...], comment: str | None, target: Target) -> None:
    """Take back the decision that stands; the one before it stands again, if there was one."""
    decide_all(
        _found(target),
        image_ids,
        lambda reviews, image_id, by: reviews.undo(image_id, by=by, comment=comment),
    )


@review.command(epilog=EXIT_CODES)
@_ids
@target_options
@reports_failures
def resume(image_ids: tuple[str, ...], target: Target) -> None:
    """Finish what a decision left half-way, such as one that was interrupted."""
    decide_all(_found(target), image_ids, lambda reviews, image_id, _by: reviews.resume(image_id))


@review.command(epilog=EXIT_CODES)
@click.argument("image_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per decision.")
@target_options
@reports_failures
def history(image_id: str, as_json: bool, target: Target) -> None:
    """Show every decision on the image ID, oldest first: who, when, before and after."""
    entries = reviews_of(_found(target)).history(image_id)
    if as_json:
        for entry in entries:
            click.echo(json.dumps(entry.to_document(), ensure_ascii=False))
    elif entries:
        table_of_history(entries, stdout_console())
    else:
        click.echo(f"Nobody has decided about image {image_id}.")


def _found(target: Target) -> Deployment:
    deployment = target.find()
    Console(stderr=True).print(f"Using {deployment.name}.", highlight=False)
    return deployment

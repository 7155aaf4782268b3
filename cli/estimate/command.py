"""`sightline estimate`: what images would cost, before anything is paid or uploaded."""

import json
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import click
from botocore import UNSIGNED
from botocore.config import Config
from rich.console import Console
from rich.filesize import decimal
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from cli.deployment import Deployment, NoDeploymentError, Target
from cli.errors import reports_failures
from cli.estimate.counting import S3_SCHEME, Count, count_files, count_objects
from cli.estimate.pricing import Estimate, Tariff, duration_text, images_text, money_text, price
from cli.options import target_options
from local.paths import CHECKOUT
from stacks.settings import Settings

PUBLIC_SETTINGS = "PublicSettings"
"""The stack's output with the settings that are no secret, as JSON."""

_CDK_JSON = "the settings in cdk.json"

_NOTE = """\
At most: pictures that were paid for before are free, and so is what is rejected. Only Rekognition
is counted; the other services cost a small part of it."""


@dataclass(frozen=True)
class _Basis:
    """What an estimate is made with, where that is from, and who lists buckets."""

    tariff: Tariff
    origin: str
    why: str
    deployment: Deployment | None


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="PATH|s3://BUCKET/PREFIX...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
@target_options
@reports_failures
def estimate(places: tuple[str, ...], as_json: bool, target: Target) -> None:
    """Count images, and say what they cost at most and how long they take. Nothing is uploaded.

    Prices, quotas and the text rule are those of the deployment, or of cdk.json if there is none.
    """
    basis = _basis(target)
    notes = Console(stderr=True)
    notes.print(f"Using {basis.origin}{basis.why}.", highlight=False, soft_wrap=True)
    count = _count(places, basis, target, notes)
    if count.others:
        notes.print(
            f"Left out: {count.others:,} files in folders that are no images by their names.",
            highlight=False,
        )
    found = price(count.images, basis.tariff, size=count.bytes)
    if as_json:
        click.echo(json.dumps(to_document(found, basis.tariff, basis.origin)))
    else:
        click.echo(to_text(found, basis.tariff))


def to_document(found: Estimate, tariff: Tariff, origin: str) -> dict[str, Any]:
    """Return an estimate as the JSON object that `--json` prints; costs are in USD."""
    return {
        "images": found.images,
        "bytes": found.bytes,
        "labels_cost": round(found.labels_cost, 6),
        "text_cost": round(found.text_cost, 6),
        "at_most": round(found.at_most, 6),
        "seconds": round(found.seconds, 1),
        "text_rule": str(tariff.text_rule),
        "labels_per_second": tariff.labels_per_second,
        "text_per_second": tariff.text_per_second,
        "settings": origin,
    }


def to_text(found: Estimate, tariff: Tariff) -> str:
    """Return an estimate as lines for people."""
    size = "" if found.bytes is None else f", {decimal(found.bytes)}"
    which = {"always": "every image", "never": "no image"}.get(
        str(tariff.text_rule), f"images with {tariff.text_rule}, at most all"
    )
    width = len(money_text(found.at_most))
    lines = [
        f"{images_text(found.images)}{size}",
        f"  Labels   ${money_text(found.labels_cost):>{width}}",
        f"  Text     ${money_text(found.text_cost):>{width}}  {which}",
        f"  At most  ${money_text(found.at_most):>{width}}",
        f"  Time     about {duration_text(found.seconds)}, at {tariff.labels_per_second:g} labels"
        + (f" and {tariff.text_per_second:g} texts" if tariff.reads_text else "")
        + " a second",
        "",
        _NOTE,
    ]
    return "\n".join(lines)


def _basis(target: Target) -> _Basis:
    try:
        deployment = target.find()
    except NoDeploymentError as error:
        return _Basis(_stock(target.region), _CDK_JSON, f": {error}", None)
    if PUBLIC_SETTINGS not in deployment.outputs:
        older = f": {deployment.name} is of an older version, which does not say its own"
        return _Basis(_stock(target.region), _CDK_JSON, older, deployment)
    tariff = Tariff.read(deployment.outputs[PUBLIC_SETTINGS])
    return _Basis(tariff, f"the settings of {deployment.name}", "", deployment)


def _stock(region: str | None) -> Tariff:
    context = json.loads((CHECKOUT / "cdk.json").read_text(encoding="utf-8"))["context"]
    settings = Settings.from_context(context)
    default = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
    # Only the quotas depend on it: a region without Rekognition is the deployment's problem.
    return Tariff.of_settings(replace(settings, region=settings.region or region or default))


def _count(places: tuple[str, ...], basis: _Basis, target: Target, notes: Console) -> Count:
    count = Count()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=notes, transient=True) as progress:
        for place in places:
            counted = partial(progress.advance, progress.add_task(f"Counting {place}", total=None))
            if place.startswith(S3_SCHEME):
                count_objects(
                    place,
                    count,
                    counted,
                    client=lambda: _s3(basis, target),
                    unsigned_client=lambda: _s3(basis, target, unsigned=True),
                )
            else:
                count_files(Path(place), count, counted)
    return count


def _s3(basis: _Basis, target: Target, *, unsigned: bool = False) -> Any:
    if basis.deployment is not None and not unsigned:
        return basis.deployment.client("s3")
    region = target.region or os.environ.get("AWS_REGION")
    session = boto3.Session(region_name=region, profile_name=target.profile)
    return session.client("s3", config=Config(signature_version=UNSIGNED) if unsigned else None)

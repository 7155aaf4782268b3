"""`sightline empty`: deletes what the buckets hold, which `cdk destroy` cannot."""

from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from cli.deployment import Target
from cli.errors import reports_failures
from cli.options import target_options
from lambdas.common.errors import SightlineError

_BUCKETS = ("InputBucketName", "ProcessedBucketName", "AccessLogsBucketName")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@target_options
@reports_failures
def empty(yes: bool, target: Target) -> None:
    """Delete every object, in every version, from the stack's buckets, before tearing it down."""
    deployment = target.find()
    buckets = [deployment.output(name) for name in _BUCKETS]
    if "ConsoleBucketName" in deployment.outputs:
        buckets.append(deployment.output("ConsoleBucketName"))
    if not yes:
        click.confirm(f"Delete every image and result in {deployment.name}, for good?", abort=True)
    s3 = deployment.client("s3")
    with Progress(console=Console(stderr=True)) as progress:
        for bucket in buckets:
            task = progress.add_task(bucket, total=None)
            for versions in _pages(s3, bucket):
                answer = s3.delete_objects(
                    Bucket=bucket, Delete={"Objects": versions, "Quiet": True}
                )
                if errors := answer.get("Errors"):
                    raise SightlineError(f"{bucket}: {len(errors)} objects stay: {errors[0]}")
                progress.advance(task, len(versions))
    click.echo(f"The buckets of {deployment.name} are empty.")


def _pages(s3: Any, bucket: str) -> Iterator[list[dict[str, str]]]:
    """Yield every version and delete marker, a page of at most 1,000 at a time."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        if found:
            yield [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]

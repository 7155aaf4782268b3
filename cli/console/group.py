"""`sightline console`: the web pages where people upload, search and review."""

import json
import webbrowser
from pathlib import Path
from typing import Any

import boto3
import click
from rich.console import Console

from cli.console.build import build
from cli.console.packages import WEB
from cli.console.publish import Published, publish
from cli.console.site import site_of
from cli.deployment import Deployment, NoDeploymentError, Target
from cli.errors import EXIT_CODES, reports_failures
from cli.local.views import show_progress
from cli.options import target_options
from cli.outcome import stdout_console
from lambdas.common.errors import SightlineError
from local.endpoint import LocalStack
from local.errors import NotRunning
from local.paths import STACKS
from local.progress import Progress
from local.status import console_url


def deployed_with(outputs: Path, profile: str | None) -> Deployment:
    """Return the deployment on AWS that the CDK wrote the outputs of, whatever its stage."""
    stacks: dict[str, dict[str, str]] = json.loads(outputs.read_text("utf-8"))
    if len(stacks) != 1:
        raise SightlineError(f"{outputs} names {len(stacks)} stacks, and not one")
    ((name, found),) = stacks.items()
    # Ids of user pools begin with their region.
    region = found.get("UserPoolId", "").partition("_")[0] or None
    clients: Any = boto3.Session(region_name=region, profile_name=profile).client
    return Deployment(name, found, clients)


def local_stack(target: Target) -> LocalStack | None:
    """Return the local stack that a target leads to; None if it is one deployed to AWS."""
    try:
        return None if target.aws else LocalStack.find(target.port)
    except NotRunning:
        return None


@click.group()
def console() -> None:
    """Build and publish the console, or open it."""


@console.command(name="publish", epilog=EXIT_CODES)
@click.option(
    "--build/--no-build",
    "builds",
    default=True,
    help="Build it first if its sources have changed; or take web/dist as it is.",
)
@click.option(
    "--outputs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="To the stack whose outputs `cdk deploy --outputs-file` wrote, if it has a console.",
)
@target_options
@reports_failures
def publish_command(builds: bool, outputs: Path | None, target: Target) -> None:
    """Put the console where it is served from, with what it has to know of its stack.

    It can be repeated: only what is missing is sent.
    """
    if outputs:
        deployment = deployed_with(outputs, target.profile)
        if "ConsoleUrl" not in deployment.outputs:
            click.echo(f"{deployment.name} has no console to publish.")
            return
        local = None
    else:
        deployment, local = target.find(), local_stack(target)
    Console(stderr=True).print(f"Using {deployment.name}.", highlight=False)
    with show_progress(stdout_console()) as progress:
        published = build_and_publish(deployment, local, progress, builds=builds)
    if published.uploaded:
        click.echo(f"Sent {published.uploaded} files, removed {published.removed} older ones.")
    else:
        click.echo("The console is published already; nothing has changed.")
    click.echo(f"Console: {url_of(deployment, local)}")


@console.command(name="open", epilog=EXIT_CODES)
@click.option("--print", "only_print", is_flag=True, help="Only print where it is.")
@target_options
@reports_failures
def open_command(only_print: bool, target: Target) -> None:
    """Open the console in a browser, and print where it is."""
    url = url_of(target.find(), local_stack(target))
    click.echo(url)
    if not only_print:
        webbrowser.open(url)


def build_and_publish(
    deployment: Deployment, local: LocalStack | None, progress: Progress, *, builds: bool = True
) -> Published:
    """Build the console if need be, and publish it. Raises SightlineError.

    `local` is the local stack that the deployment is, if it is one.
    """
    origin = console_url(local) if local else None
    site = site_of(deployment, origin)  # Before the build, which takes longer to say no.
    if local and origin is None:
        raise NoDeploymentError(
            f"{deployment.name} was started with --no-console; stop it, and start it without"
        )
    log = local.files.log("console-build") if local else STACKS / "console-build.log"
    built = build(WEB, log, progress) if builds else WEB / "dist"
    with progress.step("Published the console"):
        return publish(deployment, Path(built), site)


def url_of(deployment: Deployment, local: LocalStack | None) -> str:
    """Return where people find the console of a deployment."""
    if local and (url := console_url(local)):
        return url
    if local or "ConsoleUrl" not in deployment.outputs:
        raise NoDeploymentError(f"{deployment.name} has no console")
    return deployment.output("ConsoleUrl")

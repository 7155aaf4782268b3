"""The `sightline` command: its groups and commands."""

import click

from cli.analyze import analyze
from cli.audit.command import audit
from cli.batch.group import batch
from cli.console.group import console
from cli.dead_letters.redrive import redrive
from cli.delete import delete
from cli.demo import demo
from cli.empty import empty
from cli.errors import EXIT_CODES
from cli.estimate.command import estimate
from cli.local.faults import fault
from cli.local.group import local
from cli.records import list_images, show
from cli.review.group import review
from cli.users.group import users


@click.group(epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(package_name="sightline")
def main() -> None:
    """Image analysis on AWS, or on this machine: labels, text, records and review.

    Commands find the local stack on its port by themselves, and a deployed one by its
    CloudFormation outputs.
    """


for command in (
    analyze,
    batch,
    estimate,
    show,
    list_images,
    review,
    delete,
    users,
    console,
    redrive,
    audit,
    local,
    demo,
    empty,
):
    main.add_command(command)
local.add_command(fault)

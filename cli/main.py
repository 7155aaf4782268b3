"""The `sightline` command: its groups and commands."""

import click

from cli.analyze import analyze
from cli.audit import audit
from cli.batch import batch
from cli.demo import demo
from cli.empty import empty
from cli.errors import EXIT_CODES
from cli.estimate import estimate
from cli.local import local
from cli.local_faults import fault
from cli.records import list_images, show
from cli.redrive import redrive
from cli.review import review


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
    redrive,
    audit,
    local,
    demo,
    empty,
):
    main.add_command(command)
local.add_command(fault)

"""The `sightline` command: its groups and commands."""

import click

from cli.analyze import analyze
from cli.demo import demo
from cli.empty import empty
from cli.errors import EXIT_CODES
from cli.local import local
from cli.records import list_images, show


@click.group(epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(package_name="sightline")
def main() -> None:
    """Image analysis on AWS, or on this machine: labels, text, records and review.

    Commands find the local stack on its port by themselves, and a deployed one by its
    CloudFormation outputs.
    """


for command in (analyze, show, list_images, local, demo, empty):
    main.add_command(command)

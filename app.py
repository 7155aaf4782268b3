"""The CDK app: reads the settings, makes the stacks, tags them."""

import os
import sys

from aws_cdk import App, Environment, Tags

from stacks.core import CoreStack
from stacks.settings import Settings, SettingsError


def build(app: App) -> CoreStack:
    """Make the stacks of an app from its context.

    Raises SettingsError when a setting is wrong.
    """
    settings = Settings.from_context(app.node.get_all_context())
    stack = CoreStack(
        app,
        f"Sightline-{settings.stage}",
        settings=settings,
        env=Environment(
            account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
            region=settings.region or os.environ.get("CDK_DEFAULT_REGION"),
        ),
        description="Sightline: image analysis with labels, text, records and review",
    )
    Tags.of(app).add("application", "sightline")
    Tags.of(app).add("stage", settings.stage)
    return stack


def main() -> None:
    """Synthesise; a wrong setting ends the program with a sentence for each."""
    app = App()
    try:
        build(app)
    except SettingsError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()

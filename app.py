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
    context = app.node.get_all_context()
    # Where the credentials' default region is, unless the settings say otherwise.
    default_region = os.environ.get("CDK_DEFAULT_REGION", "")
    settings = Settings.from_context({"region": default_region, **context})
    stack = CoreStack(
        app,
        f"Sightline-{settings.stage}",
        settings=settings,
        env=Environment(
            account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
            region=settings.region or None,
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

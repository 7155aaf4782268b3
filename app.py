"""The CDK app: reads the settings, makes the stacks, tags them."""

import os
import sys

from aws_cdk import App, Environment, Tags

from stacks.core import CoreStack
from stacks.settings import Settings, SettingsError


def main() -> None:
    """Synthesise; a wrong setting ends the program with a sentence for each."""
    app = App()
    try:
        settings = Settings.from_context(app.node.get_all_context())
    except SettingsError as error:
        sys.exit(str(error))
    region = settings.region or os.environ.get("CDK_DEFAULT_REGION")
    account = os.environ.get("CDK_DEFAULT_ACCOUNT")
    CoreStack(
        app,
        f"Sightline-{settings.stage}",
        settings=settings,
        env=Environment(account=account, region=region),
        description="Sightline: image analysis with labels, text, records and review",
    )
    Tags.of(app).add("application", "sightline")
    Tags.of(app).add("stage", settings.stage)
    app.synth()


main()

"""The Lambda layers, built when they are stale."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from layers.build import LayerTarget, build
from stacks.constructs.function import ARCHITECTURE, RUNTIME


class Layers(Construct):
    """Pillow with its HEIF plugin, and Powertools."""

    def __init__(self, scope: Construct, construct_id: str, *, target: LayerTarget) -> None:
        super().__init__(scope, construct_id)
        self.imaging = self._layer("imaging", target, "Pillow and its HEIF plugin")
        self.powertools = self._layer("powertools", target, "Powertools for AWS Lambda")

    def _layer(self, name: str, target: LayerTarget, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name.capitalize(),
            code=lambda_.Code.from_asset(str(build(name, target))),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description=description,
        )

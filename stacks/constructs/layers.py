"""The Lambda layers, built when they are stale."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from layers.build import LayerTarget, build
from stacks.constructs.function import ARCHITECTURE, RUNTIME


class Layers(Construct):
    """Pillow with its HEIF plugin, Powertools, and Pydantic for those who ask for it."""

    def __init__(self, scope: Construct, construct_id: str, *, target: LayerTarget) -> None:
        super().__init__(scope, construct_id)
        self._target = target
        self.imaging = self._layer("imaging", "Pillow and its HEIF plugin")
        self.powertools = self._layer("powertools", "Powertools for AWS Lambda")

    def make_api(self) -> lambda_.LayerVersion:
        """Make the layer of the API's function, once: a stack without an API has none."""
        return self._layer("api", "Pydantic")

    def _layer(self, name: str, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            name.capitalize(),
            code=lambda_.Code.from_asset(str(build(name, self._target))),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description=description,
        )

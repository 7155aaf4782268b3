"""`resize:WIDTHxHEIGHT`: exactly that size, the shape distorted if need be."""

from dataclasses import dataclass

from PIL import Image

from lambdas.imaging.operations.scaling import parse_size, scaled


@dataclass(frozen=True)
class Resize:
    """Scales an image to `size` (width, height) in pixels."""

    size: tuple[int, int]

    @classmethod
    def parse(cls, argument: str) -> "Resize":
        """Read `256x256`."""
        return cls(parse_size("resize", argument))

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image at the size."""
        return scaled(image, self.size)

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """No more pixels than the result has."""
        return self.size

"""`fit:WIDTHxHEIGHT`: within that box, the shape kept, never enlarged."""

from dataclasses import dataclass

from PIL import Image

from lambdas.imaging.operations.scaling import contained, parse_size, scaled


@dataclass(frozen=True)
class Fit:
    """Scales an image down until it lies within `box` (width, height) in pixels."""

    box: tuple[int, int]

    @classmethod
    def parse(cls, argument: str) -> "Fit":
        """Read `256x256`."""
        return cls(parse_size("fit", argument))

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image within the box."""
        return scaled(image, contained(image.size, self.box))

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """No more pixels than the result has."""
        return contained(size, self.box)

"""`pad:WIDTHxHEIGHT`: exactly that size, the shape kept, black where the image does not reach."""

from dataclasses import dataclass

from PIL import Image

from lambdas.imaging.operations.scaling import contained, parse_size, scaled


@dataclass(frozen=True)
class Pad:
    """Scales an image down until it lies within `size` (width, height), centred on black."""

    size: tuple[int, int]

    @classmethod
    def parse(cls, argument: str) -> "Pad":
        """Read `256x256`."""
        return cls(parse_size("pad", argument))

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image on a black canvas of the size."""
        fitted = scaled(image, contained(image.size, self.size))
        canvas = Image.new(image.mode, self.size)
        canvas.paste(
            fitted, ((self.size[0] - fitted.width) // 2, (self.size[1] - fitted.height) // 2)
        )
        return canvas

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """No more pixels than the fitted image has."""
        return contained(size, self.size)

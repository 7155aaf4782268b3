"""`cover:WIDTHxHEIGHT`: exactly that size, the shape kept, what stands over cut off."""

from dataclasses import dataclass

from PIL import Image

from lambdas.imaging.operations.scaling import covering, parse_size, scaled


@dataclass(frozen=True)
class Cover:
    """Scales an image until it covers `size` (width, height) in pixels, and keeps its centre."""

    size: tuple[int, int]

    @classmethod
    def parse(cls, argument: str) -> "Cover":
        """Read `256x256`."""
        return cls(parse_size("cover", argument))

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the centre of the image at the size."""
        covered = scaled(image, covering(image.size, self.size))
        left = (covered.width - self.size[0]) // 2
        top = (covered.height - self.size[1]) // 2
        return covered.crop((left, top, left + self.size[0], top + self.size[1]))

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """The covering size."""
        return covering(size, self.size)

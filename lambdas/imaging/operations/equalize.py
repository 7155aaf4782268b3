"""`equalize`: every brightness equally frequent."""

from dataclasses import dataclass

from PIL import Image, ImageOps

from lambdas.imaging.operations.scaling import parse_nothing


@dataclass(frozen=True)
class Equalize:
    """Equalises the histogram of each channel."""

    @classmethod
    def parse(cls, argument: str) -> "Equalize":
        """Read the operation's argument: there is none."""
        parse_nothing("equalize", argument)
        return cls()

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image with its histogram equalised."""
        return ImageOps.equalize(image)

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """All pixels: the histogram is of the whole image."""
        return size

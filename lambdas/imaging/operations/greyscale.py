"""`greyscale`: luma only, by ITU-R BT.601 as Pillow and JPEG define it."""

from dataclasses import dataclass

from PIL import Image

from lambdas.imaging.operations.scaling import parse_nothing


@dataclass(frozen=True)
class Greyscale:
    """Discards colour; the image is in mode `L` afterwards."""

    @classmethod
    def parse(cls, argument: str) -> "Greyscale":
        """Read the operation's argument: there is none."""
        parse_nothing("greyscale", argument)
        return cls()

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image in mode `L`."""
        return image if image.mode == "L" else image.convert("L")

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """Any: each pixel is converted by itself."""
        return None

"""`autocontrast[:PERCENT]`: the darkest pixels to black and the brightest to white."""

from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_CUTOFF = 49


@dataclass(frozen=True)
class Autocontrast:
    """Stretches contrast, ignoring `cutoff` per cent of the pixels at either end."""

    cutoff: int

    @classmethod
    def parse(cls, argument: str) -> "Autocontrast":
        """Read a percentage from 0 to 49; nothing means 0."""
        if argument and not (argument.isdecimal() and int(argument) <= MAX_CUTOFF):
            raise ValueError(f"'autocontrast:{argument}' needs a percentage from 0 to {MAX_CUTOFF}")
        return cls(int(argument or 0))

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image with its contrast stretched."""
        return ImageOps.autocontrast(image, cutoff=self.cutoff)

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """All pixels: extremes disappear when an image is made smaller."""
        return size

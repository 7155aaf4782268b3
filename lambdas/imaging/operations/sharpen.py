"""`sharpen[:PERCENT]`: unsharp mask."""

from dataclasses import dataclass

from PIL import Image, ImageFilter

MAX_PERCENT = 500


@dataclass(frozen=True)
class Sharpen:
    """Sharpens by an unsharp mask of 2 pixels' radius and the given strength."""

    percent: int

    @classmethod
    def parse(cls, argument: str) -> "Sharpen":
        """Read a strength from 1 to 500 per cent; nothing means 100."""
        if argument and not (argument.isdecimal() and 1 <= int(argument) <= MAX_PERCENT):
            raise ValueError(f"'sharpen:{argument}' needs a percentage from 1 to {MAX_PERCENT}")
        return cls(int(argument or 100))

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the sharpened image."""
        return image.filter(ImageFilter.UnsharpMask(radius=2, percent=self.percent, threshold=0))

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """All pixels: the radius is in pixels of the image as it comes in."""
        return size

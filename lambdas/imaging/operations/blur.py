"""`blur:RADIUS`: Gaussian blur."""

from dataclasses import dataclass

from PIL import Image, ImageFilter

MAX_RADIUS = 100.0


@dataclass(frozen=True)
class Blur:
    """Blurs with a Gaussian of `radius` pixels."""

    radius: float

    @classmethod
    def parse(cls, argument: str) -> "Blur":
        """Read a radius in pixels, over 0 and up to 100."""
        try:
            radius = float(argument)
        except ValueError:
            radius = 0.0
        if not 0 < radius <= MAX_RADIUS:
            raise ValueError(f"'blur:{argument}' needs a radius up to {MAX_RADIUS:g}, as in blur:2")
        return cls(radius)

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the blurred image."""
        return image.filter(ImageFilter.GaussianBlur(self.radius))

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """All pixels: the radius is in pixels of the image as it comes in."""
        return size

"""What every operation of a recipe is."""

from typing import Protocol, Self

from PIL import Image


class Operation(Protocol):
    """One step of a recipe: a pure function of an `L` or `RGB` image, with its arguments."""

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read what stands after the colon; raises ValueError saying what to write instead."""

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the changed image."""

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """Return the smallest size of input that loses nothing, None for no matter which."""

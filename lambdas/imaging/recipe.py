"""The preprocessing recipe: an ordered list of named operations.

Written in settings as text, for example `greyscale,resize:256x256`; each name is a module in
`operations/`, which says what may stand after the colon.
"""

from dataclasses import dataclass

from PIL import Image

from lambdas.imaging.operations import OPERATIONS
from lambdas.imaging.operations.operation import Operation


@dataclass(frozen=True)
class Recipe:
    """A parsed recipe."""

    operations: tuple[Operation, ...]

    @classmethod
    def parse(cls, text: str) -> "Recipe":
        """Read `name[:argument][,name[:argument]…]`.

        Raises ValueError with a sentence that says what to write instead.
        """
        operations = []
        for part in (word.strip() for word in text.split(",")):
            name, _, argument = part.partition(":")
            if name not in OPERATIONS:
                known = ", ".join(sorted(OPERATIONS))
                raise ValueError(f"'{name}' is no operation of a recipe; there are {known}")
            operations.append(OPERATIONS[name].parse(argument))
        return cls(tuple(operations))

    @property
    def starts_grey(self) -> bool:
        """True when the first operation discards colour, so that colour need not be decoded."""
        return isinstance(self.operations[0], OPERATIONS["greyscale"])

    def needed_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the smallest decoded size (width, height) that serves an image of `size`."""
        for operation in self.operations:
            needed = operation.needed_size(size)
            if needed is not None:
                return needed
        return size

    def apply(self, image: Image.Image) -> Image.Image:
        """Return the image after all operations, in order."""
        for operation in self.operations:
            image = operation.apply(image)
        return image

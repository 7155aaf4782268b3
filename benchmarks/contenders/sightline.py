"""What `inspect_image` does with a JPEG that Rekognition takes as it is; stock settings."""

import PIL

from lambdas.imaging.image_file import decode, open_image
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat, encode
from lambdas.imaging.recipe import Recipe

_LIMITS = Limits(max_pixels=64_000_000, max_scaled_pixels=160_000_000)
_RECIPE = Recipe.parse("greyscale,resize:256x256")


def set_up() -> None:
    """There is nothing to set: Pillow has no threads."""


def version() -> str:
    """Return the library's version."""
    return f"Pillow {PIL.__version__}"


def thumbnail(data: bytes, kind: str) -> bytes:
    """Return the preprocessed copy as `jpeg` or `png`."""
    file = open_image(data, _LIMITS)
    needed = _RECIPE.needed_size((file.facts.width, file.facts.height))
    pixels = decode(file, greyscale=_RECIPE.starts_grey, min_size=needed)
    return encode(_RECIPE.apply(pixels), ProcessedFormat(kind))[2]

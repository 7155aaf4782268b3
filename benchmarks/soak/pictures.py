"""Pictures that have labels, are unlike each other, and cost the recogniser as little as can be."""

import io
from functools import cache

import numpy as np
from PIL import Image
from skimage import data

_FACE = (150, 0, 330, 180)  # of scikit-image's astronaut
_SIDE = 96
"""Pixels. Noise, or a larger picture, has local recognition look for text in more places, which
costs up to three times as much; at AWS that is not this machine's work."""
_TINT = 0.3


def picture(number: int) -> bytes:
    """Return a JPEG of a face in a light that no other number has."""
    corners = np.random.default_rng(number).integers(0, 256, (3, 3, 3), np.uint8)
    light = Image.fromarray(corners).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    Image.blend(_face(), light, _TINT).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@cache
def _face() -> Image.Image:
    return Image.fromarray(data.astronaut()).crop(_FACE).resize((_SIDE, _SIDE))

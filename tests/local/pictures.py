"""Photographs unlike each other: what was paid for once is not asked for again."""

import io
import os
from dataclasses import dataclass

import numpy as np
from PIL import Image
from skimage import data

from lambdas.imaging.content import pixel_digest
from lambdas.imaging.image_file import decode, open_image
from tests.images import LIMITS

_PATCH = 32


@dataclass(frozen=True)
class Picture:
    """A JPEG, and the digest by which its paid answers are found."""

    body: bytes
    content: str


def picture(side: int = 256) -> Picture:
    """Return a small portrait with a patch of noise."""
    portrait = Image.fromarray(data.astronaut()).resize((side, side))
    noise = np.frombuffer(os.urandom(_PATCH * _PATCH * 3), np.uint8)
    portrait.paste(Image.fromarray(noise.reshape(_PATCH, _PATCH, 3)), (0, 0))
    buffer = io.BytesIO()
    portrait.save(buffer, "JPEG")
    file = open_image(buffer.getvalue(), LIMITS)
    size = file.facts.width, file.facts.height
    return Picture(file.data, pixel_digest(decode(file, greyscale=False, min_size=size)))

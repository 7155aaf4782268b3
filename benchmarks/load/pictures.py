"""Photographs that all differ, made quickly: the same few scenes, each moved a little further."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops

from benchmarks.photographs import QUALITY, SCENES, compose

SIZE = (1200, 800)


def write_pictures(folder: Path, users: int, of_each: int) -> None:
    """Write `USER-COUNT.jpg` for every upload of every user."""
    for user in range(users):
        for count in range(of_each):
            path = folder / f"{user}-{count}.jpg"
            path.write_bytes(picture(user * of_each + count))


def picture(number: int) -> bytes:
    """Return a JPEG whose pixels no other number has, below one for each pixel."""
    scene = _scene(SCENES[number % len(SCENES)])
    row, column = divmod(number, SIZE[0])
    buffer = io.BytesIO()
    ImageChops.offset(scene, column, row).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


@cache
def _scene(name: str) -> Image.Image:
    return compose(name, SIZE)

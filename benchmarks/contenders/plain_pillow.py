"""Pillow as one writes it first: open, convert, resize, save."""

import io

import PIL
from PIL import Image


def set_up() -> None:
    """There is nothing to set: Pillow has no threads."""


def version() -> str:
    """Return the library's version."""
    return f"Pillow {PIL.__version__}"


def thumbnail(data: bytes, kind: str) -> bytes:
    """Return 256 x 256 in grey as `jpeg` or `png`."""
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("L").resize((256, 256))
    buffer = io.BytesIO()
    small.save(buffer, kind, quality=90)
    return buffer.getvalue()

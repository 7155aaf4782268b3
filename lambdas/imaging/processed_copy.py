"""The preprocessed copy as a file."""

import io
from enum import StrEnum

from PIL import Image


class ProcessedFormat(StrEnum):
    """Format of the preprocessed copy: JPEG is smallest and fastest, PNG keeps every pixel."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"


_QUALITY = 90
_SUFFIXES = {ProcessedFormat.JPEG: "jpg", ProcessedFormat.PNG: "png", ProcessedFormat.WEBP: "webp"}


def encode(image: Image.Image, image_format: ProcessedFormat) -> tuple[str, str, bytes]:
    """Return the suffix, the content type and the bytes of the copy."""
    buffer = io.BytesIO()
    image.save(buffer, image_format.value, quality=_QUALITY)
    return _SUFFIXES[image_format], f"image/{image_format.value}", buffer.getvalue()

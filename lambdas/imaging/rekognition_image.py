"""What Rekognition is given: the original where it takes it, else an upright RGB JPEG of it."""

import io

from PIL import Image

from lambdas.common.errors import RejectedImageError
from lambdas.common.recognition.recognition import MAX_BYTES, MAX_SIDE, MIN_SIDE
from lambdas.imaging.image_file import CheckedImage

CONVERTED_SIDE = 4096
"""Longest side of a copy made for Rekognition, pixels: above it a copy costs time and memory,
and small text in a 12-megapixel photograph is still legible."""

_QUALITIES = (90, 75, 50)
_PNG_BIT_DEPTH = 24  # offset of the bit depth in a PNG file: signature 8, length and type 8, size 8


def is_accepted(file: CheckedImage) -> bool:
    """Return whether Rekognition can read the original as it lies in S3."""
    return (
        file.facts.format in ("JPEG", "PNG")
        and file.mode == "RGB"
        and file.orientation == 1
        and not file.has_transparency
        and not (file.facts.format == "PNG" and file.data[_PNG_BIT_DEPTH] != 8)
        and file.facts.bytes <= MAX_BYTES
        and max(file.facts.width, file.facts.height) <= MAX_SIDE
    )


def converted_size(file: CheckedImage) -> tuple[int, int]:
    """Return the size (width, height) of the copy: at most CONVERTED_SIDE, at least MIN_SIDE.

    Raises RejectedImageError for an image so long and thin that no size is within both limits.
    """
    width, height = file.facts.width, file.facts.height
    longest, shortest = max(width, height), min(width, height)
    ratio = min(1.0, max(CONVERTED_SIDE / longest, MIN_SIDE / shortest))
    size = max(MIN_SIDE, round(width * ratio)), max(MIN_SIDE, round(height * ratio))
    if max(size) > MAX_SIDE:
        raise RejectedImageError(
            f"the image has {width} x {height} pixels; it cannot be made small enough for "
            f"Rekognition ({MAX_SIDE:,} a side) with {MIN_SIDE} pixels left on its short side"
        )
    return size


def convert(image: Image.Image, size: tuple[int, int]) -> bytes:
    """Return an upright image as an RGB JPEG of `size` that Rekognition takes."""
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    if rgb.size != size:
        rgb = rgb.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        rgb.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()

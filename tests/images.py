"""Test images: made on the spot or from scikit-image's wheel, encoded, and compared."""

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image
from skimage import data
from skimage.metrics import structural_similarity

from lambdas.imaging.image_file import CheckedImage, open_image
from lambdas.imaging.limits import Limits

pillow_heif.register_heif_opener()  # for its encoder

LIMITS = Limits(max_pixels=4_000_000, max_scaled_pixels=16_000_000)

UPRIGHT_TO_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera held that way stores an upright scene, by EXIF orientation."""


@cache
def photo(width: int = 320, height: int = 240) -> Image.Image:
    """A colour photograph (the astronaut of scikit-image) at a size."""
    return Image.fromarray(data.astronaut()).resize((width, height), Image.Resampling.LANCZOS)


def quarters(width: int = 200, height: int = 100) -> Image.Image:
    """Red and green above blue and white: tells all eight orientations apart."""
    image = Image.new("RGB", (width, height), "white")
    half = width // 2, height // 2
    image.paste((255, 0, 0), (0, 0, *half))
    image.paste((0, 255, 0), (half[0], 0, width, half[1]))
    image.paste((0, 0, 255), (0, half[1], half[0], height))
    return image


def corners(image: Image.Image) -> str:
    """Name the colours of the quarters, row by row: `RGBW` for an upright `quarters`."""
    pixels = np.asarray(image.convert("RGB")).astype(int)
    height, width = pixels.shape[:2]
    names = ""
    for y in (height // 4, 3 * height // 4):
        for x in (width // 4, 3 * width // 4):
            colour = pixels[y, x]
            names += "W" if colour.min() > 180 else "RGB"[int(colour.argmax())]
    return names


def gradient(width: int = 256, height: int = 100) -> NDArray[np.float64]:
    """Rise from 0 at the left to 1 at the right."""
    return np.tile(np.linspace(0.0, 1.0, width), (height, 1))


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    """Return the image as a file."""
    buffer = io.BytesIO()
    # A copy: saving leaves the encoder's settings on the image, and the next format trips on them.
    image.copy().save(buffer, image_format, **options)
    return buffer.getvalue()


def exif(orientation: int) -> bytes:
    """Return an EXIF block that says how the camera was held."""
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = orientation
    return block.tobytes()


def checked(content: bytes, limits: Limits = LIMITS) -> CheckedImage:
    """Return a file whose header is fine."""
    return open_image(content, limits)


def similarity(one: Image.Image, other: Image.Image) -> float:
    """Return the structural similarity, 1 for equal images; sizes and modes have to agree."""
    assert (one.size, one.mode) == (other.size, other.mode)
    return float(
        structural_similarity(
            np.asarray(one),
            np.asarray(other),
            channel_axis=None if one.mode == "L" else 2,
            data_range=255,
        )
    )


def png(
    width: int, height: int, *, bits: int = 8, colour: int = 0, rows: bytes, chunks: bytes = b""
) -> bytes:
    """Write a PNG by hand, so that its header may say what its pixels do not hold.

    `colour` is PNG's colour type (0 grey, 2 RGB), `rows` the compressed rows, `chunks` what stands
    before them.
    """
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", header),
            chunks,
            png_chunk(b"IDAT", rows),
            png_chunk(b"IEND", b""),
        )
    )


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return one chunk with its length and checksum."""
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum

"""Decode an image within Amazon Rekognition's limits."""

import struct
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from vision.errors import ImageTooLargeError, InvalidImageFormatError, InvalidParameterError

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MAX_INLINE_BYTES = 5 * 1024 * 1024
MAX_S3_BYTES = 15 * 1024 * 1024
MAX_SIDE_PIXELS = 10_000
MIN_LABEL_SIDE_PIXELS = 80

# No recogniser here looks closer than this: text is found at 960 px and read at 2,000, faces are
# found at 800. Decoding a JPEG straight to it keeps 10,000 x 10,000 px at 12 MB instead of 300.
WORKING_SIDE_PIXELS = 2000

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_SIGNATURE = b"\xff\xd8\xff"
_EXIF_ORIENTATION = 0x0112
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright image: `rgb` is height x width x 3, at most 2,000 px a side.

    `digest` is the SHA-256 of the bytes as they were sent.
    """

    rgb: NDArray[np.uint8]
    digest: str

    @property
    def width(self) -> int:
        """The width of `rgb`, in pixels."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """The height of `rgb`, in pixels."""
        return int(self.rgb.shape[0])


def decode(content: bytes, *, max_bytes: int = MAX_INLINE_BYTES, min_side: int = 1) -> Picture:
    """Decode a JPEG or PNG as Rekognition sees it: RGB, a JPEG turned upright by its EXIF data.

    `min_side` is in pixels. Raises a `RecognitionError` for an image that Rekognition refuses.
    """
    if len(content) > max_bytes:
        raise ImageTooLargeError(
            f"Image size is too large: {len(content):,} bytes, and the limit is {max_bytes:,}."
        )
    try:
        image = _open(content)
        _check_sides(image.width, image.height, min_side)
        rgb = _upright_rgb(image)
    except (
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
    ) as error:  # what Pillow's decoders raise
        raise InvalidImageFormatError(f"Request has invalid image format: {error}.") from error
    return Picture(rgb, sha256(content).hexdigest())


def _open(content: bytes) -> Image.Image:
    # The format's own class instead of Image.open: that one guesses among forty formats, and warns
    # of a decompression bomb below Rekognition's limit of pixels. The sides are checked instead.
    if content.startswith(_JPEG_SIGNATURE):
        return JpegImageFile(BytesIO(content))
    if content.startswith(_PNG_SIGNATURE):
        return PngImageFile(BytesIO(content))
    raise InvalidImageFormatError("Request has invalid image format: only JPEG and PNG are read.")


def _check_sides(width: int, height: int, min_side: int) -> None:
    if max(width, height) > MAX_SIDE_PIXELS:
        raise InvalidParameterError(
            f"Input image dimensions {width} x {height} exceed maximum dimension size of "
            f"{MAX_SIDE_PIXELS} pixels"
        )
    if min(width, height) < min_side:
        raise InvalidParameterError(
            f"Request has invalid parameters: the image has {width} x {height} pixels, and at "
            f"least {min_side} x {min_side} are needed."
        )


def _upright_rgb(image: Image.Image) -> NDArray[np.uint8]:
    # Rekognition turns no PNG, whatever its eXIf chunk says.
    transpose = _TRANSPOSE.get(_orientation(image)) if image.format == "JPEG" else None
    image.thumbnail((WORKING_SIDE_PIXELS, WORKING_SIDE_PIXELS), Image.Resampling.BOX)
    if image.mode.startswith("I"):  # 16-bit grey: keep the high byte
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if "transparency" in image.info:
        image = image.convert("RGBA")
    image = image.convert("RGB")
    return np.asarray(image.transpose(transpose) if transpose is not None else image)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except (SyntaxError, TypeError, ValueError, struct.error):
        return 1  # Broken metadata says nothing about which way is up; the pixels are still good.

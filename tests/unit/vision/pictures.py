"""Pictures made on the spot (signs, plates, QR codes) and those in scikit-image's wheel."""

from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data

SIZE = (900, 500)


def sign(*lines: str, size: tuple[int, int] = SIZE, font_pixels: int = 60) -> Image.Image:
    """Black words on white, one line below the other."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=font_pixels)
    for index, line in enumerate(lines):
        draw.text((60, 60 + index * 2 * font_pixels), line, font=font, fill="black")
    return image


def qr_code(text: str, side: int = 200) -> Image.Image:
    """A QR code with its quiet zone."""
    code = cv2.QRCodeEncoder.create().encode(text)
    return Image.fromarray(cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST))


def plain(colour: str, size: tuple[int, int] = (200, 100)) -> Image.Image:
    return Image.new("RGB", size, colour)


def encoded(image: Image.Image | NDArray[np.uint8], form: str = "JPEG", **options: Any) -> bytes:
    content = BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(
        content, form, **options
    )
    return content.getvalue()


def photo(name: str) -> NDArray[np.uint8]:
    """One of scikit-image's pictures that are in its wheel, so that nothing is downloaded."""
    return np.asarray(getattr(data, name)())

import zlib

import numpy as np
import pytest
from PIL import Image

from tests.unit.vision.pictures import encoded, plain
from vision.errors import (
    ImageTooLargeError,
    InvalidImageFormatError,
    InvalidParameterError,
    RecognitionError,
)
from vision.images import MAX_INLINE_BYTES, decode

HALVES = Image.fromarray(
    np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8).repeat(100, 1).repeat(100, 0)
)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_jpeg_or_png_becomes_rgb(form: str) -> None:
    picture = decode(encoded(plain("red"), form))
    assert picture.rgb.shape == (100, 200, 3)
    assert np.allclose(picture.rgb[50, 100], (255, 0, 0), atol=3)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16", "CMYK"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = plain("#808080")
    if mode == "I;16":
        image = Image.fromarray(np.full((100, 200), 0x8080, dtype=np.uint16))
    else:
        image = grey.convert(mode)
    picture = decode(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert picture.rgb.shape == (100, 200, 3)
    if mode != "1":
        assert np.allclose(picture.rgb.mean(axis=(0, 1)), 128, atol=4), "the brightness changed"


def test_transparent_palette_becomes_rgb() -> None:
    image = plain("red").convert("P")
    assert decode(encoded(image, "PNG", transparency=b"\x00\x80")).rgb.shape == (100, 200, 3)


@pytest.mark.parametrize(
    ("orientation", "red_at"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")]
)
def test_a_jpeg_is_turned_upright(orientation: int, red_at: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    rgb = decode(encoded(HALVES, exif=exif.tobytes(), quality=95)).rgb.astype(int)
    height, width, _ = rgb.shape
    corners = {
        "left": rgb[height // 2, 5],
        "right": rgb[height // 2, width - 6],
        "top": rgb[5, width // 2],
        "bottom": rgb[height - 6, width // 2],
    }
    assert corners[red_at][0] > 200, f"red is not at the {red_at}"
    assert (width > height) == (red_at in ("left", "right"))


def test_a_png_is_not_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(encoded(HALVES, "PNG", exif=exif.tobytes())).rgb.shape == (100, 200, 3)


def test_broken_metadata_does_not_spoil_the_image() -> None:
    picture = decode(encoded(plain("red"), exif=b"Exif\x00\x00nonsense"))
    assert picture.rgb.shape == (100, 200, 3)


def test_a_large_image_is_decoded_to_working_size() -> None:
    picture = decode(encoded(plain("red", (4000, 1000))))
    assert (picture.width, picture.height) == (2000, 500)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"GIF89a", InvalidImageFormatError),
        (b"", InvalidImageFormatError),
        (b"\xff\xd8\xff nothing", InvalidImageFormatError),
        (b"\x89PNG\r\n\x1a\n nothing", InvalidImageFormatError),
        (encoded(plain("red"))[:300], InvalidImageFormatError),
        (encoded(plain("red"), "PNG")[:-30], InvalidImageFormatError),
        (b"\xff" * (MAX_INLINE_BYTES + 1), ImageTooLargeError),
        (encoded(plain("red", (10_001, 80)), "PNG"), InvalidParameterError),
        (encoded(plain("red", (79, 200))), InvalidParameterError),
    ],
    ids=["gif", "empty", "jpeg head", "png head", "cut jpeg", "cut png", "bytes", "wide", "narrow"],
)
def test_what_rekognition_refuses_is_refused(content: bytes, error: type[RecognitionError]) -> None:
    with pytest.raises(error):
        decode(content, min_side=80)


def test_dimensions_are_checked_before_pixels_are_decoded() -> None:
    bomb = bytearray(encoded(plain("red", (80, 80)), "PNG"))
    bomb[16:24] = (60_000).to_bytes(4) * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4)
    with pytest.raises(InvalidParameterError, match="60000 x 60000 exceed maximum dimension"):
        decode(bytes(bomb))

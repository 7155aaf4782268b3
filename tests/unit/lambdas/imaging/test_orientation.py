"""Cameras store what they see and note how they were held: pixels must come out upright."""

from typing import Any

import pytest

from lambdas.imaging.image_file import decode
from lambdas.imaging.rekognition_image import convert, converted_size, is_accepted
from tests.images import UPRIGHT_TO_STORED, checked, corners, encoded, exif, quarters

ORIENTATIONS = range(1, 9)
FORMATS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90},
    "MPO": {"quality": 90},
    "PNG": {},
    "WEBP": {"lossless": True},
    "TIFF": {},
    "AVIF": {"quality": 90},
    "HEIF": {"quality": 90},
}


def held(orientation: int, image_format: str, size: tuple[int, int] = (200, 100)) -> bytes:
    """A scene of `size` (upright) as a camera held that way stores it."""
    scene = quarters(*size)
    turn = UPRIGHT_TO_STORED.get(orientation)
    stored = scene if turn is None else scene.transpose(turn)
    return encoded(stored, image_format, exif=exif(orientation), **FORMATS[image_format])


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("image_format", FORMATS)
def test_pixels_and_facts_are_upright(image_format: str, orientation: int) -> None:
    # Given
    file = checked(held(orientation, image_format))
    # When
    image = decode(file, greyscale=False, min_size=(200, 100))
    # Then
    assert corners(image) == "RGBW"
    assert image.size == (200, 100)
    assert (file.facts.width, file.facts.height) == (200, 100)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_sideways_jpeg_is_reduced_by_its_upright_size(orientation: int) -> None:
    # Given: upright it is 800 wide and 1600 high
    file = checked(held(orientation, "JPEG", (800, 1600)))
    # When / Then: the sides must not be mistaken for each other
    assert decode(file, greyscale=True, min_size=(200, 400)).size == (200, 400)
    assert decode(file, greyscale=True, min_size=(400, 200)).size == (400, 800)


@pytest.mark.parametrize("orientation", [0, 9, 255, 65535])
def test_an_orientation_that_exif_does_not_know_is_ignored(orientation: int) -> None:
    file = checked(encoded(quarters(), "JPEG", exif=exif(orientation)))
    assert corners(decode(file, greyscale=False, min_size=(200, 100))) == "RGBW"


@pytest.mark.parametrize(
    "garbage",
    [
        b"Exif\0\0",
        b"Exif\0\0not a TIFF header",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 40,
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\xff\xff\xff\x7f\x00\0\0\0",
    ],
)
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")  # Pillow's remarks on what it reads
def test_garbage_in_exif_does_not_cost_the_picture(image_format: str, garbage: bytes) -> None:
    file = checked(encoded(quarters(), image_format, exif=garbage, **FORMATS[image_format]))
    image = decode(file, greyscale=False, min_size=(200, 100))
    assert corners(image) == "RGBW"


def test_exif_behind_the_pixels_of_a_png_counts_too() -> None:
    # Given: the block moved from before the pixels to behind them, as some programs write it
    content = held(6, "PNG")
    start = content.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(content[start : start + 4], "big")
    closing = content.index(b"IEND") - 4
    moved = content[:start] + content[end:closing] + content[start:end] + content[closing:]
    # When
    file = checked(moved)
    # Then
    assert (file.orientation, file.facts.width, file.facts.height) == (6, 200, 100)
    assert corners(decode(file, greyscale=False, min_size=(200, 100))) == "RGBW"


@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_rekognition_gets_an_upright_copy_so_that_boxes_fit_the_upright_image(
    orientation: int,
) -> None:
    # Given
    file = checked(held(orientation, "JPEG"))
    # When
    size = converted_size(file)
    image = decode(file, greyscale=False, min_size=size)
    copy = checked(convert(image, size))
    # Then
    assert not is_accepted(file)
    assert corners(decode(copy, greyscale=False, min_size=size)) == "RGBW"
    assert (copy.orientation, copy.facts.width, copy.facts.height) == (1, 200, 100)

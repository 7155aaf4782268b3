"""Every pixel mode that files bring, through the whole way: file, header, decoded pixels."""

import io

import numpy as np
import pytest
from PIL import Image

from lambdas.common.errors import RejectedImageError
from lambdas.imaging.image_file import decode
from lambdas.imaging.modes import flattened
from lambdas.imaging.operations import OPERATIONS
from tests.images import checked, encoded, gradient, photo, png, similarity
from tests.unit.lambdas.imaging.test_operations import ARGUMENTS

LEVELS = (65535 * gradient()).astype(np.uint16)


def big_endian_grey() -> Image.Image:
    return Image.frombytes("I;16B", LEVELS.shape[::-1], LEVELS.astype(">u2").tobytes())


def sixteen_bit_rgb() -> bytes:
    import zlib  # noqa: PLC0415

    deep = np.repeat(LEVELS[:, :, None], 3, axis=2).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in deep)
    return png(256, 100, bits=16, colour=2, rows=zlib.compress(rows))


def cmyk() -> bytes:
    return encoded(photo().convert("CMYK"), "JPEG", quality=95)


FILES: dict[str, tuple[bytes, str, bool]] = {
    # what: file, Pillow's mode of it, transparency
    "L": (encoded(photo().convert("L"), "PNG"), "L", False),
    "RGB": (encoded(photo(), "PNG"), "RGB", False),
    "P": (encoded(photo().quantize(256), "PNG"), "P", False),
    "P with a transparent colour": (
        encoded(photo().quantize(256), "PNG", transparency=0),
        "P",
        True,
    ),
    "PA": (encoded(photo().quantize(256).convert("PA"), "TIFF"), "PA", True),
    "LA": (encoded(photo().convert("LA"), "PNG"), "LA", True),
    "RGBA": (encoded(photo().convert("RGBA"), "PNG"), "RGBA", True),
    "RGB with a transparent colour": (
        encoded(photo(), "PNG", transparency=(255, 0, 255)),
        "RGB",
        True,
    ),
    "CMYK": (cmyk(), "CMYK", False),
    "YCbCr": (encoded(photo().convert("YCbCr"), "TIFF"), "YCbCr", False),
    "1": (encoded(photo().convert("1"), "PNG"), "1", False),
    "LAB": (encoded(Image.new("LAB", (100, 90), (128, 128, 128)), "TIFF"), "LAB", False),
    "16 bits of grey": (encoded(Image.fromarray(LEVELS), "PNG"), "I;16", False),
    "16 bits of grey, big-endian": (encoded(big_endian_grey(), "TIFF"), "I;16B", False),
    "16 bits of grey, one transparent": (
        encoded(Image.fromarray(LEVELS), "PNG", transparency=5),
        "I;16",
        True,
    ),
    "16 bits a colour": (sixteen_bit_rgb(), "RGB", False),
    "32 bits of grey": (encoded(Image.fromarray(LEVELS.astype(np.int32)), "TIFF"), "I", False),
    "floats": (encoded(Image.fromarray(gradient().astype(np.float32)), "TIFF"), "F", False),
}


def pixels(content: bytes, *, greyscale: bool) -> Image.Image:
    return decode(checked(content), greyscale=greyscale, min_size=(10_000, 10_000))


@pytest.mark.parametrize("greyscale", [True, False])
@pytest.mark.parametrize("what", FILES)
def test_every_mode_is_decoded_to_8_bits_of_grey_or_colour(what: str, greyscale: bool) -> None:
    # Given
    content, mode, has_transparency = FILES[what]
    file = checked(content)
    # When
    image = pixels(content, greyscale=greyscale)
    # Then
    assert (file.mode, file.has_transparency) == (mode, has_transparency)
    grey_modes = {"L", "1", "I", "F", "I;16", "I;16B"}
    assert image.mode == ("L" if greyscale or mode in grey_modes else "RGB")
    assert image.size == (file.facts.width, file.facts.height)


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_takes_what_every_mode_is_decoded_to(name: str, what: str) -> None:
    image = pixels(FILES[what][0], greyscale=False)
    changed = OPERATIONS[name].parse(ARGUMENTS[name]).apply(image)
    assert changed.mode in ("L", "RGB")
    assert min(changed.size) >= 25


@pytest.mark.parametrize(
    ("what", "least"),
    [
        ("RGB", 1.0),
        ("RGBA", 1.0),
        ("RGB with a transparent colour", 1.0),
        ("YCbCr", 0.99),
        ("CMYK", 0.97),
        ("P", 0.9),
        ("PA", 0.9),
    ],
)
def test_colours_survive(what: str, least: float) -> None:
    assert similarity(pixels(FILES[what][0], greyscale=False), photo()) >= least


@pytest.mark.parametrize("what", [what for what in FILES if what.split()[0] in ("16", "32")])
def test_a_deep_gradient_stays_a_gradient(what: str) -> None:
    # Given: from black to white in 256 columns of 16 bits
    content = FILES[what][0]
    # When
    image = np.asarray(pixels(content, greyscale=True)).astype(int)
    # Then: the upper 8 bits, neither clipped to white nor darkened
    assert np.abs(image[0] - (LEVELS[0] >> 8)).max() <= 1
    assert np.unique(image).size >= 230


def test_floats_are_stretched_from_their_darkest_to_their_brightest() -> None:
    tiny = Image.fromarray((0.001 * gradient() - 0.0005).astype(np.float32))
    image = np.asarray(pixels(encoded(tiny, "TIFF"), greyscale=True)).astype(int)
    assert np.abs(image[0] - np.arange(256)).max() <= 1


def test_floats_that_are_all_the_same_decode() -> None:
    same = Image.fromarray(np.full((90, 100), 0.25, np.float32))
    assert pixels(encoded(same, "TIFF"), greyscale=True).size == (100, 90)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_floats_without_a_range_are_rejected_not_turned_black(value: float) -> None:
    levels = gradient().astype(np.float32)
    levels[0, 0] = value
    with pytest.raises(RejectedImageError, match="infinite or no numbers"):
        pixels(encoded(Image.fromarray(levels), "TIFF"), greyscale=True)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(mode: str) -> None:
    # Given: black, transparent in its left half, half so in its right one
    image = Image.new(mode, (100, 90))
    image.putalpha(Image.fromarray(np.repeat([[0] * 50 + [128] * 50], 90, axis=0).astype("u1")))
    # When
    laid = pixels(encoded(image, "PNG"), greyscale=True)
    # Then
    assert laid.getpixel((10, 10)) == 255
    assert laid.getpixel((90, 10)) == pytest.approx(127, abs=1)


def test_the_transparent_colour_of_a_palette_is_laid_on_white() -> None:
    # Given: a palette of black and red, black being transparent
    image = Image.new("P", (100, 90), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(1, (50, 0, 100, 90))
    # When
    laid = pixels(encoded(image, "PNG", transparency=0), greyscale=False)
    # Then
    assert (laid.getpixel((10, 10)), laid.getpixel((90, 10))) == ((255, 255, 255), (255, 0, 0))


@pytest.mark.parametrize("mode", ["La", "RGBa", "I;16L", "I;16N", "HSV", "RGBX"])
def test_modes_that_only_odd_files_bring_are_flattened(mode: str) -> None:
    flat = flattened(Image.new(mode, (100, 90)))
    assert flat.mode in ("L", "RGB")
    assert flat.size == (100, 90)


def test_a_jpeg_that_stores_rgb_decodes_to_grey_directly() -> None:
    content = encoded(photo(), "JPEG", quality=95, keep_rgb=True)
    expected = Image.open(io.BytesIO(content)).convert("L")
    assert similarity(pixels(content, greyscale=True), expected) > 0.99


def test_a_tall_transparent_image_has_no_seams() -> None:
    # Given: more rows than are laid on white at a time
    image = photo(90, 700).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    # When
    laid = flattened(image)
    # Then
    white = Image.new("RGBA", image.size, "white")
    assert similarity(laid, Image.alpha_composite(white, image).convert("RGB")) > 0.999

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lambdas.common.errors import RejectedImageError
from lambdas.common.recognition.recognition import MAX_BYTES
from lambdas.common.result import ImageFacts
from lambdas.imaging.image_file import CheckedImage, decode
from lambdas.imaging.rekognition_image import convert, converted_size, is_accepted
from tests.images import checked, encoded, exif, photo, similarity
from tests.unit.lambdas.imaging.test_modes import FILES, sixteen_bit_rgb


def with_facts(file: CheckedImage, **changes: Any) -> CheckedImage:
    return replace(file, facts=replace(file.facts, **changes))


def of_size(width: int, height: int) -> CheckedImage:
    file = checked(encoded(photo(), "JPEG"))
    return replace(file, facts=ImageFacts(format="JPEG", width=width, height=height, bytes=1))


@pytest.mark.parametrize(
    "content",
    [
        encoded(photo(), "JPEG"),
        encoded(photo(), "JPEG", progressive=True),
        encoded(photo(), "JPEG", exif=exif(1)),
        encoded(photo(), "MPO"),
        encoded(photo(), "PNG"),
        encoded(photo(80, 80), "JPEG"),
    ],
    ids=["JPEG", "progressive", "upright by EXIF", "MPO", "PNG", "smallest"],
)
def test_rekognition_reads_the_original_where_it_can(content: bytes) -> None:
    assert is_accepted(checked(content))


OTHERS = {
    **{name: encoded(photo(), name) for name in ("WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")},
    "sideways": encoded(photo(), "JPEG", exif=exif(6)),
    "grey JPEG": encoded(photo().convert("L"), "JPEG"),
    "CMYK JPEG": encoded(photo().convert("CMYK"), "JPEG"),
    "16 bits": sixteen_bit_rgb(),
    **{what: FILES[what][0] for what in ("L", "P", "LA", "RGBA", "RGB with a transparent colour")},
}


@pytest.mark.parametrize("what", OTHERS)
def test_rekognition_gets_a_copy_of_what_it_cannot_read(what: str) -> None:
    assert not is_accepted(checked(OTHERS[what]))


def test_rekognitions_own_limits_are_exact() -> None:
    file = checked(encoded(photo(), "JPEG"))
    assert is_accepted(with_facts(file, bytes=MAX_BYTES))
    assert not is_accepted(with_facts(file, bytes=MAX_BYTES + 1))
    assert is_accepted(with_facts(file, height=10_000))
    assert not is_accepted(with_facts(file, height=10_001))


@pytest.mark.parametrize(
    ("size", "converted"),
    [
        ((320, 240), (320, 240)),
        ((4096, 4096), (4096, 4096)),
        ((8192, 6144), (4096, 3072)),
        ((6144, 8192), (3072, 4096)),
        # Long and thin: as small as the short side allows, over 4096 where it must be.
        ((10_000, 80), (10_000, 80)),
        ((80, 10_000), (80, 10_000)),
        ((20_000, 200), (8_000, 80)),
        ((9_999, 100), (7_999, 80)),
        ((12_499, 100), (9_999, 80)),
    ],
)
def test_a_copy_is_small_but_never_too_small(
    size: tuple[int, int], converted: tuple[int, int]
) -> None:
    assert converted_size(of_size(*size)) == converted


@pytest.mark.parametrize("size", [(10_001, 80), (80, 20_000), (25_000, 100)])
def test_an_image_that_fits_no_size_is_rejected_with_the_reason(size: tuple[int, int]) -> None:
    with pytest.raises(
        RejectedImageError, match=r"cannot be made small enough .*10,000 a side.* 80 pixels"
    ):
        converted_size(of_size(*size))


@pytest.mark.parametrize("width", range(80, 400, 7))
def test_every_converted_size_is_one_that_rekognition_takes(width: int) -> None:
    for height in (80, 81, 999, 4097, 9_999, 10_000):
        converted = converted_size(of_size(width, height))
        assert 80 <= min(converted) <= max(converted) <= 10_000


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_copy_is_an_rgb_jpeg_of_that_size_that_looks_the_same(mode: str) -> None:
    # When
    content = convert(photo(800, 600).convert(mode), (400, 300))
    # Then
    copy = checked(content)
    assert is_accepted(copy)
    expected = photo(800, 600).resize((400, 300), Image.Resampling.LANCZOS)
    expected = expected.convert(mode).convert("RGB")
    assert similarity(decode(copy, greyscale=False, min_size=(400, 300)), expected) > 0.95


def test_what_exif_says_does_not_get_to_rekognition() -> None:
    image = Image.open(io.BytesIO(encoded(photo(), "JPEG", exif=exif(6))))
    assert not Image.open(io.BytesIO(convert(image, (160, 120)))).getexif()


def test_a_copy_that_comes_out_too_large_is_made_again_with_less_quality(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given: noise compresses worst, and a limit between two qualities
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8))
    finest = len(encoded(noise, "JPEG", quality=90))
    limit = finest * 3 // 4
    monkeypatch.setattr("lambdas.imaging.rekognition_image.MAX_BYTES", limit)
    # When
    content = convert(noise, (300, 300))
    # Then
    assert len(content) <= limit < finest


def test_the_largest_and_worst_copy_is_below_rekognitions_limit() -> None:
    # Given: noise again, scaled to a sixteenth of the largest copy's area
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (1024, 1024, 3), np.uint8))
    # When / Then: the lowest quality leaves room sixteen times over
    assert 16 * len(encoded(noise, "JPEG", quality=50)) < MAX_BYTES

"""Thumbnails: small, upright, in colour, and of the one decoding that there is anyway."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms

from lambdas.imaging.copies import Copies, make_copies
from lambdas.imaging.image_file import MAX_PROFILE_BYTES, decode
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from tests.images import (
    LIMITS,
    UPRIGHT_TO_STORED,
    checked,
    corners,
    encoded,
    exif,
    photo,
    quarters,
    similarity,
)

GREY = Recipe.parse("greyscale,resize:64x64")
SIZE = 100


def copies(
    content: bytes,
    recipe: Recipe = GREY,
    *,
    digest: bool = True,
    max_pixels: int = LIMITS.max_pixels,
    pixels: int = SIZE,
) -> Copies:
    return make_copies(
        checked(content, Limits(LIMITS.max_pixels, LIMITS.max_scaled_pixels)),
        recipe,
        ProcessedFormat.PNG,
        digest=digest,
        max_pixels=max_pixels,
        thumbnail_pixels=pixels,
    )


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    image = Image.open(BytesIO(content))
    image.load()
    return image


def thumbnail(content: bytes, **options: Any) -> Image.Image:
    return opened(copies(content, **options).thumbnail)


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was asked of the decoder."""
    made: list[dict[str, Any]] = []

    def watched(*arguments: Any, **named: Any) -> Image.Image:
        made.append(named)
        return decode(*arguments, **named)

    monkeypatch.setattr("lambdas.imaging.copies.decode", watched)
    return made


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((320, 240), (100, 75)),
        ((240, 320), (75, 100)),
        ((100, 100), (100, 100)),
        ((90, 80), (90, 80)),  # never enlarged
        ((4000, 80), (100, 2)),
        ((80, 9_000), (1, 100)),
    ],
)
def test_the_long_side_is_as_long_as_asked_for(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    small = thumbnail(encoded(photo(*size), "PNG"))

    assert (small.format, small.mode, small.size) == ("JPEG", "RGB", expected)


def test_none_is_made_where_none_is_asked_for() -> None:
    assert copies(encoded(photo(), "JPEG"), pixels=0).thumbnail is None


@pytest.mark.parametrize("digest", [True, False], ids=["digest", "no digest"])
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_it_looks_like_the_picture_whatever_is_made_beside_it(
    image_format: str, digest: bool
) -> None:
    small = thumbnail(encoded(photo(), image_format, quality=95), digest=digest)

    best = photo().resize((SIZE, 75), Image.Resampling.LANCZOS)
    assert similarity(small, best) > 0.9


@pytest.mark.parametrize("digest", [True, False], ids=["digest", "no digest"])
@pytest.mark.parametrize("orientation", UPRIGHT_TO_STORED)
def test_it_is_upright(orientation: int, digest: bool) -> None:
    stored = quarters(400, 200).transpose(UPRIGHT_TO_STORED[orientation])

    small = thumbnail(encoded(stored, "JPEG", exif=exif(orientation)), digest=digest)

    assert (small.size, corners(small)) == ((100, 50), "RGBW")
    assert not small.getexif()


def test_transparency_is_white() -> None:
    clear = Image.new("RGBA", (200, 200), (255, 0, 0, 0))

    assert thumbnail(encoded(clear, "PNG")).getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1", "I;16", "P", "CMYK"])
def test_every_mode_has_one(mode: str) -> None:
    source = photo().convert("L") if mode == "I;16" else photo()
    content = encoded(source.convert(mode), "TIFF")

    assert thumbnail(content).size == (100, 75)


def test_a_grey_picture_has_a_grey_one() -> None:
    assert thumbnail(encoded(photo().convert("L"), "JPEG")).mode == "L"


class TestColours:
    # A profile whose red is green, and the other way round: nobody can miss whether it counts.
    SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    SWAPPED = SRGB.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")

    @pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
    def test_those_of_a_profile_become_srgb(self, image_format: str) -> None:
        content = encoded(quarters(), image_format, icc_profile=self.SWAPPED, quality=100)

        small = thumbnail(content)

        assert corners(small) == "GRBW"
        assert "icc_profile" not in small.info

    def test_those_that_are_srgb_stay(self) -> None:
        content = encoded(quarters(), "PNG", icc_profile=self.SRGB)
        assert corners(thumbnail(content)) == "RGBW"

    @pytest.mark.parametrize(
        "profile",
        [b"no profile", SWAPPED[:300], SWAPPED + bytes(MAX_PROFILE_BYTES)],
        ids=["nonsense", "cut off", "too large"],
    )
    def test_a_profile_that_cannot_be_used_is_none(self, profile: bytes) -> None:
        content = encoded(quarters(), "TIFF", icc_profile=profile)
        assert corners(thumbnail(content)) == "RGBW"

    def test_one_of_other_colours_is_not_applied_to_rgb(self) -> None:
        grey = self.SRGB.replace(b"RGB XYZ", b"GRAYXYZ", 1)
        content = encoded(quarters(), "TIFF", icc_profile=grey)
        assert corners(thumbnail(content)) == "RGBW"


class TestDecoding:
    @pytest.mark.parametrize("digest", [True, False], ids=["digest", "no digest"])
    @pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
    def test_it_costs_no_decoding_of_its_own(
        self, decodings: list[dict[str, Any]], image_format: str, digest: bool
    ) -> None:
        copies(encoded(photo(), image_format), digest=digest)
        assert len(decodings) == 1

    def test_a_jpeg_is_decoded_no_larger_than_the_thumbnail_needs(
        self, decodings: list[dict[str, Any]]
    ) -> None:
        small = copies(encoded(photo(1600, 1200), "JPEG"), digest=False)
        assert decodings == [{"greyscale": False, "min_size": (100, 75)}]
        assert opened(small.processed).mode == "L"

    @pytest.mark.parametrize("recipe", ["greyscale,blur:1", "blur:1"])
    def test_one_too_large_to_be_decoded_whole_in_colour_is_decoded_small_beside_it(
        self, decodings: list[dict[str, Any]], recipe: str
    ) -> None:
        content = encoded(photo(1600, 1200), "JPEG")
        made = copies(content, Recipe.parse(recipe), max_pixels=1_000_000)
        assert opened(made.processed).size == (1600, 1200)
        assert opened(made.thumbnail).mode == "RGB"
        if recipe.startswith("grey"):
            assert decodings == [
                {"greyscale": False, "min_size": (100, 75)},
                {"greyscale": True, "min_size": (1600, 1200)},
            ]
        else:
            # The recipe itself wants it whole and in colour.
            assert decodings == [{"greyscale": False, "min_size": (1600, 1200)}]

    def test_the_copies_are_the_same_with_and_without_it(self) -> None:
        for image_format in ("JPEG", "PNG", "HEIF"):
            content = encoded(photo(), image_format)
            without, with_one = copies(content, pixels=0), copies(content)
            assert with_one.processed == without.processed
            assert with_one.rekognition == without.rekognition
            assert with_one.content == without.content

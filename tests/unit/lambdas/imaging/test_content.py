"""The digest of a picture: the same for every file of the same pixels, and for no other."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lambdas.imaging.copies import Copies, make_copies
from lambdas.imaging.image_file import decode
from lambdas.imaging.limits import Limits
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from tests.images import (
    LIMITS,
    UPRIGHT_TO_STORED,
    checked,
    encoded,
    exif,
    photo,
    quarters,
    similarity,
)

RECIPE = Recipe.parse("greyscale,resize:64x64")


def made(
    content: bytes,
    *,
    digest: bool = True,
    max_pixels: int = LIMITS.max_pixels,
    thumbnail_pixels: int = 0,
    recipe: Recipe = RECIPE,
) -> Copies:
    return make_copies(
        checked(content, Limits(max_pixels=LIMITS.max_pixels, max_scaled_pixels=16_000_000)),
        recipe,
        ProcessedFormat.PNG,
        digest=digest,
        max_pixels=max_pixels,
        thumbnail_pixels=thumbnail_pixels,
    )


def digest(content: bytes) -> str:
    found = made(content).content
    assert found is not None
    return found


def comment() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", "another one")
    return info


PICTURE = digest(encoded(photo(), "PNG"))


@pytest.mark.parametrize(
    "same",
    [
        encoded(photo(), "PNG", compress_level=1),
        encoded(photo(), "PNG", pnginfo=comment()),
        encoded(photo(), "PNG", exif=exif(1)),
        encoded(photo(), "BMP"),
        encoded(photo(), "TIFF"),
        encoded(photo(), "WEBP", lossless=True),
    ],
    ids=["compression", "comment", "EXIF", "BMP", "TIFF", "lossless WebP"],
)
def test_the_same_pixels_in_another_file_are_the_same_picture(same: bytes) -> None:
    assert digest(same) == PICTURE


def test_a_jpeg_is_known_by_its_pixels_whatever_else_is_in_it() -> None:
    plain, with_exif = encoded(photo(), "JPEG"), encoded(photo(), "JPEG", exif=exif(1))
    assert plain != with_exif
    assert digest(plain) == digest(with_exif) != PICTURE


@pytest.mark.parametrize("orientation", range(2, 9))
def test_pixels_that_exif_turns_are_those_of_the_upright_picture(orientation: int) -> None:
    stored = quarters().transpose(UPRIGHT_TO_STORED[orientation])
    turned = encoded(stored, "PNG", exif=exif(orientation))
    assert digest(turned) == digest(encoded(quarters(), "PNG"))
    assert digest(encoded(stored, "PNG")) != digest(turned)


def test_one_pixel_makes_another_picture() -> None:
    for place in ((0, 0), (319, 239), (160, 120)):
        changed = photo().copy()
        red, green, blue = changed.getpixel(place)  # type: ignore[misc]
        changed.putpixel(place, (red, green, blue ^ 1))
        assert digest(encoded(changed, "PNG")) != PICTURE


def test_size_and_colour_count_even_where_the_bytes_are_the_same() -> None:
    black = [
        Image.new("RGB", (100, 200)),
        Image.new("RGB", (200, 100)),
        Image.new("L", (300, 200)),
        Image.new("L", (100, 200)),
    ]
    digests = {digest(encoded(image, "PNG")) for image in black}
    assert len(digests) == len(black)


def test_rows_are_all_counted_in_a_picture_of_many() -> None:
    pixels = np.zeros((600, 100, 3), np.uint8)
    digests = {digest(encoded(Image.fromarray(pixels), "PNG"))}
    for row in (0, 255, 256, 511, 512, 599):
        marked = pixels.copy()
        marked[row] = 255
        digests.add(digest(encoded(Image.fromarray(marked), "PNG")))
    assert len(digests) == 7
    assert {len(found) for found in digests} == {32}


class TestLargeFiles:
    def test_a_jpeg_too_large_to_be_decoded_whole_is_known_by_its_bytes(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Given
        sizes = []

        def watched(*arguments: object, **named: object) -> Image.Image:
            sizes.append(named["min_size"])
            return decode(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr("lambdas.imaging.copies.decode", watched)
        plain, with_exif = encoded(photo(), "JPEG"), encoded(photo(), "JPEG", exif=exif(1))
        # When
        first, again = made(plain, max_pixels=10_000), made(plain, max_pixels=10_000)
        other = made(with_exif, max_pixels=10_000)
        # Then
        assert first.content == again.content
        assert other.content not in (None, first.content)
        assert first.content != digest(plain)
        assert sizes[0] == (64, 64)

    def test_other_formats_are_decoded_whole_in_any_case(self) -> None:
        assert made(encoded(photo(), "BMP"), max_pixels=10_000).content == PICTURE

    def test_at_the_limit_a_jpeg_is_still_known_by_its_pixels(self) -> None:
        jpeg = encoded(photo(), "JPEG")
        assert made(jpeg, max_pixels=320 * 240).content == digest(jpeg)


class TestCopies:
    @pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
    def test_the_digest_changes_nothing_that_is_made(self, image_format: str) -> None:
        content = encoded(photo(), image_format)
        without, with_digest = made(content, digest=False), made(content)
        assert without.content is None
        assert with_digest.suffix == without.suffix == "png"
        assert with_digest.content_type == without.content_type == "image/png"
        assert (with_digest.rekognition is None) is (without.rekognition is None)
        one, other = opened(with_digest.processed), opened(without.processed)
        assert similarity(one, other) > 0.98

    def test_what_rekognition_cannot_take_gets_a_jpeg_of_the_upright_picture(self) -> None:
        stored = quarters().transpose(UPRIGHT_TO_STORED[6])
        copy = made(encoded(stored, "PNG", exif=exif(6))).rekognition
        assert copy is not None
        assert opened(copy).size == (200, 100)

    def test_an_original_that_rekognition_takes_gets_none(self) -> None:
        assert made(encoded(photo(), "JPEG")).rekognition is None


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image

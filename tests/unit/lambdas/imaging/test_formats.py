"""Every format that comes in is decoded right: its first frame, its size, its name."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, features

from lambdas.imaging.image_file import decode
from tests.images import checked, encoded, photo, similarity


def several(image_format: str, **options: Any) -> bytes:
    """The photo, and two blue frames behind it."""
    others = [Image.new("RGB", (320, 240), "blue") for _ in range(2)]
    return encoded(photo(), image_format, save_all=True, append_images=others, **options)


FILES: dict[str, tuple[bytes, str, float]] = {
    # what: file, format in the result, least similarity
    "JPEG": (encoded(photo(), "JPEG", quality=95), "JPEG", 0.97),
    "progressive JPEG": (encoded(photo(), "JPEG", quality=95, progressive=True), "JPEG", 0.97),
    "MPO": (several("MPO", quality=95), "JPEG", 0.97),
    "PNG": (encoded(photo(), "PNG"), "PNG", 1),
    "animated PNG": (several("PNG"), "PNG", 1),
    "lossy WebP": (encoded(photo(), "WEBP", quality=95), "WEBP", 0.95),
    "lossless WebP": (encoded(photo(), "WEBP", lossless=True), "WEBP", 1),
    "WebP with alpha": (encoded(photo().convert("RGBA"), "WEBP", lossless=True), "WEBP", 1),
    "animated WebP": (several("WEBP", lossless=True), "WEBP", 1),
    "GIF": (encoded(photo(), "GIF"), "GIF", 0.9),
    "animated GIF": (several("GIF"), "GIF", 0.9),
    "TIFF": (encoded(photo(), "TIFF"), "TIFF", 1),
    "TIFF with LZW": (encoded(photo(), "TIFF", compression="tiff_lzw"), "TIFF", 1),
    "TIFF of several pages": (several("TIFF"), "TIFF", 1),
    "BMP": (encoded(photo(), "BMP"), "BMP", 1),
    "AVIF": (encoded(photo(), "AVIF", quality=95), "AVIF", 0.95),
    "HEIC": (encoded(photo(), "HEIF", quality=95), "HEIF", 0.95),
}


def test_this_pillow_has_what_the_formats_need() -> None:
    needed = ("jpg", "zlib", "webp", "libtiff", "avif")
    assert [name for name in needed if not features.check(name)] == []


@pytest.mark.parametrize("what", FILES)
def test_the_first_frame_of_every_format_looks_as_it_was_made(what: str) -> None:
    # Given
    content, image_format, least = FILES[what]
    # When
    file = checked(content)
    image = decode(file, greyscale=False, min_size=(320, 240))
    # Then
    facts = file.facts
    assert (facts.format, facts.width, facts.height, facts.bytes) == (
        *(image_format, 320, 240),
        len(content),
    )
    assert file.orientation == 1
    assert similarity(image, photo()) >= least


@pytest.mark.parametrize("what", [what for what in FILES if "GIF" not in what])
def test_grey_decoding_of_every_format_looks_like_colour_turned_grey(what: str) -> None:
    image = decode(checked(FILES[what][0]), greyscale=True, min_size=(320, 240))
    assert similarity(image, photo().convert("L")) >= 0.95


@pytest.mark.parametrize("what", ["PNG", "lossy WebP", "GIF", "TIFF", "BMP", "AVIF", "HEIC", "MPO"])
def test_a_format_opens_in_a_fresh_process(what: str, tmp_path: Path) -> None:
    """As in a cold container, where no other test has loaded Pillow's plugins before."""
    # Given
    (tmp_path / "image").write_bytes(FILES[what][0])
    program = (
        "import sys; from pathlib import Path\n"
        "from lambdas.imaging.image_file import open_image\n"
        "from lambdas.imaging.limits import Limits\n"
        "limits = Limits(max_pixels=10**6, max_scaled_pixels=10**6)\n"
        "print(open_image(Path(sys.argv[1]).read_bytes(), limits).facts.format)\n"
        "print('pillow_heif' in sys.modules)\n"
    )
    # When
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "image")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[4],
    )
    # Then: decoded, and libheif loaded only for the format that needs it
    assert done.stdout.split() == [FILES[what][1], str(what == "HEIC")], done.stderr


@pytest.mark.parametrize("brand", [b"mif1", b"msf1", b"heix"])
def test_heic_under_its_other_brands_is_known(brand: bytes) -> None:
    content = bytearray(FILES["HEIC"][0])
    content[8:12] = brand
    assert checked(bytes(content)).facts.format == "HEIF"


def test_a_png_header_is_read_without_decoding_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: Pillow looks for EXIF behind the pixels of a PNG by decoding them
    from PIL import PngImagePlugin  # noqa: PLC0415

    def refuse(image: Image.Image) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", refuse)
    # When / Then
    assert checked(encoded(photo(), "PNG")).facts.width == 320


class TestReducedJpeg:
    """A JPEG is decoded at the smallest of 1/1, 1/2, 1/4, 1/8 that suffices."""

    @pytest.mark.parametrize(
        ("needed", "decoded"),
        [
            ((1600, 1200), (1600, 1200)),
            ((801, 600), (1600, 1200)),
            ((800, 600), (800, 600)),
            ((256, 256), (400, 300)),
            ((400, 300), (400, 300)),
            ((200, 150), (200, 150)),
            ((1, 1), (200, 150)),
            ((9999, 9999), (1600, 1200)),
        ],
    )
    @pytest.mark.parametrize("progressive", [True, False])
    def test_no_more_pixels_are_decoded_than_needed_and_never_fewer(
        self, progressive: bool, needed: tuple[int, int], decoded: tuple[int, int]
    ) -> None:
        file = checked(encoded(photo(1600, 1200), "JPEG", progressive=progressive))
        assert decode(file, greyscale=True, min_size=needed).size == decoded
        assert decode(file, greyscale=False, min_size=needed).size == decoded

    @pytest.mark.parametrize("greyscale", [True, False])
    @pytest.mark.parametrize("needed", [(800, 600), (400, 300), (200, 150)])
    def test_a_reduced_image_looks_like_the_full_one_made_smaller(
        self, needed: tuple[int, int], greyscale: bool
    ) -> None:
        # Given
        content = encoded(photo(1600, 1200), "JPEG", quality=92)
        full = Image.open(io.BytesIO(content)).convert("L" if greyscale else "RGB")
        # When
        reduced = decode(checked(content), greyscale=greyscale, min_size=needed)
        # Then
        assert similarity(reduced, full.resize(needed, Image.Resampling.LANCZOS)) >= 0.98

    def test_other_formats_are_decoded_whole(self) -> None:
        file = checked(encoded(photo(800, 600), "PNG"))
        assert decode(file, greyscale=True, min_size=(80, 60)).size == (800, 600)

    @pytest.mark.parametrize("mode", ["L", "CMYK"])
    def test_jpegs_that_hold_no_luma_are_reduced_too(self, mode: str) -> None:
        file = checked(encoded(photo(1600, 1200).convert(mode), "JPEG"))
        image = decode(file, greyscale=True, min_size=(200, 150))
        expected = photo(1600, 1200).convert("L").resize((200, 150), Image.Resampling.LANCZOS)
        assert image.size == (200, 150)
        assert similarity(image, expected) >= 0.95


@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("size", [(1600, 1200), (1500, 997), (640, 480), (300, 1200)])
def test_the_stock_recipe_looks_like_full_decoding_and_the_best_filter(
    size: tuple[int, int], subsampling: int
) -> None:
    from lambdas.imaging.recipe import Recipe  # noqa: PLC0415

    # Given
    content = encoded(photo(*size), "JPEG", quality=92, subsampling=subsampling)
    recipe = Recipe.parse("greyscale,resize:256x256")
    best = Image.open(io.BytesIO(content)).convert("L")
    best = best.resize((256, 256), Image.Resampling.LANCZOS)
    # When
    file = checked(content)
    image = decode(file, greyscale=recipe.starts_grey, min_size=recipe.needed_size(size))
    # Then
    assert similarity(recipe.apply(image), best) >= 0.98

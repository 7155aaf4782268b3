import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from lambdas.imaging.operations import OPERATIONS
from lambdas.imaging.recipe import Recipe
from tests.images import gradient, photo, quarters, similarity

ARGUMENTS = {
    "autocontrast": "2",
    "blur": "2",
    "cover": "64x96",
    "equalize": "",
    "fit": "64x96",
    "greyscale": "",
    "pad": "64x96",
    "resize": "64x96",
    "sharpen": "150",
}
SIZES = {"cover": (64, 96), "fit": (64, 48), "pad": (64, 96), "resize": (64, 96)}


def test_every_operation_is_tested_here() -> None:
    assert ARGUMENTS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_an_operation_keeps_mode_and_promised_size_and_leaves_its_input_alone(
    name: str, mode: str
) -> None:
    # Given
    image = photo().convert(mode)
    before = image.tobytes()
    # When
    changed = OPERATIONS[name].parse(ARGUMENTS[name]).apply(image)
    # Then
    assert changed.mode == ("L" if name == "greyscale" else mode)
    assert changed.size == SIZES.get(name, image.size)
    assert image.tobytes() == before


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("name", ["resize", "fit"])
def test_scaling_in_two_steps_looks_like_the_best_filter_in_one(name: str, mode: str) -> None:
    image = photo(1600, 1200).convert(mode)
    scaled = OPERATIONS[name].parse("320x240").apply(image)
    assert similarity(scaled, image.resize((320, 240), Image.Resampling.LANCZOS)) >= 0.98


def test_greyscale_weighs_the_colours_as_bt601_does() -> None:
    grey = Recipe.parse("greyscale").apply(quarters())
    values = [grey.getpixel(at) for at in ((50, 25), (150, 25), (50, 75), (150, 75))]
    assert values == [76, 150, 29, 255]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_blur_lowers_and_sharpen_raises_the_contrast_of_edges(mode: str) -> None:
    image = photo().convert(mode)

    def edges(of: Image.Image) -> float:
        return float(np.abs(np.diff(np.asarray(of.convert("L")).astype(float), axis=1)).mean())

    assert edges(Recipe.parse("blur:2").apply(image)) < 0.6 * edges(image)
    assert edges(Recipe.parse("sharpen").apply(image)) > 1.2 * edges(image)
    assert edges(Recipe.parse("sharpen:300").apply(image)) > edges(
        Recipe.parse("sharpen:100").apply(image)
    )


def test_blur_is_pillows_gaussian_of_that_radius() -> None:
    expected = photo().filter(ImageFilter.GaussianBlur(3.5))
    assert Recipe.parse("blur:3.5").apply(photo()) == expected


def test_autocontrast_reaches_black_and_white() -> None:
    flat = Image.fromarray((100 + 50 * gradient()).astype(np.uint8))
    assert Recipe.parse("autocontrast").apply(flat).getextrema() == (0, 255)


def test_autocontrast_ignores_the_outliers_it_was_told_to() -> None:
    # Given: a narrow range, and a few pixels of pure black and white
    pixels = (100 + 50 * gradient()).astype(np.uint8)
    pixels[0, :20], pixels[1, :20] = 0, 255
    image = Image.fromarray(pixels)
    # When
    spread = [
        np.asarray(Recipe.parse(recipe).apply(image)).std()
        for recipe in ("autocontrast", "autocontrast:5")
    ]
    # Then
    assert spread[1] > 1.5 * spread[0]


def test_equalize_spreads_brightness_evenly() -> None:
    dark = photo().convert("L").point(lambda value: value // 4)
    levels = np.asarray(Recipe.parse("equalize").apply(dark))
    assert abs(float(np.median(levels)) - 127) < 15
    assert Recipe.parse("equalize").apply(dark) == ImageOps.equalize(dark)


def test_cover_keeps_the_centre_and_the_shape() -> None:
    # Given: a wide image whose left and right thirds differ from its square centre
    image = Image.new("RGB", (300, 100), "red")
    image.paste((0, 0, 255), (100, 0, 200, 100))
    # When
    covered = Recipe.parse("cover:50x50").apply(image)
    # Then
    assert np.asarray(covered)[:, 5:45].mean(axis=(0, 1)).round().tolist() == [0, 0, 255]


@pytest.mark.parametrize(("mode", "black"), [("L", 0), ("RGB", (0, 0, 0))])
def test_pad_centres_the_image_on_black(mode: str, black: int | tuple[int, ...]) -> None:
    padded = Recipe.parse("pad:100x100").apply(Image.new(mode, (200, 100), "white"))
    assert [padded.getpixel((50, y)) for y in (0, 24, 75, 99)] == [black] * 4
    assert np.asarray(padded)[26:74].min() == 255


@pytest.mark.parametrize("name", ["fit", "pad"])
def test_a_small_image_is_not_enlarged(name: str) -> None:
    image = photo(90, 80)
    changed = OPERATIONS[name].parse("500x400").apply(image)
    left, top = (changed.width - 90) // 2, (changed.height - 80) // 2
    assert similarity(changed.crop((left, top, left + 90, top + 80)), image) > 0.999


@pytest.mark.parametrize("name", ["cover", "fit", "pad", "resize"])
@pytest.mark.parametrize("size", [(9000, 80), (80, 9000), (81, 4001)])
def test_a_long_thin_image_does_not_vanish(name: str, size: tuple[int, int]) -> None:
    changed = OPERATIONS[name].parse("64x64").apply(Image.new("L", size, "white"))
    assert min(changed.size) >= 1
    assert changed.getextrema()[1] == 255
    assert changed.size == ((64, 64) if name != "fit" else changed.size)

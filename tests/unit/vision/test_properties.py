import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.ImageColor import colormap, getrgb

from tests.unit.vision.pictures import encoded, photo, plain, sign
from vision.colours import SIMPLIFIED_OF, css_colours
from vision.images import Picture, decode
from vision.properties import dominant_colours, image_properties, quality


def picture(image: Image.Image) -> Picture:
    return decode(encoded(image, "PNG"))


def test_every_css_colour_has_one_of_twelve_simplified_names() -> None:
    assert {getrgb(name) for name in colormap} == set(css_colours().values())
    assert len(set(SIMPLIFIED_OF.values())) == 12


@pytest.mark.parametrize(("colour", "brightness"), [("black", 0), ("white", 100), ("grey", 50.2)])
def test_brightness(colour: str, brightness: float) -> None:
    measured = quality(picture(plain(colour)))
    assert measured["Brightness"] == pytest.approx(brightness, abs=0.1)
    assert (measured["Contrast"], measured["Sharpness"]) == (0, 0)


def test_half_black_half_white_has_full_contrast() -> None:
    image = plain("black")
    image.paste(plain("white", (100, 100)), (0, 0))
    assert quality(picture(image))["Contrast"] == pytest.approx(100)


def test_a_blurred_image_is_less_sharp() -> None:
    sharp = picture(sign("SPEED LIMIT"))
    blurred = Picture(cv2.GaussianBlur(sharp.rgb, (0, 0), 5).astype(np.uint8), "")
    assert quality(blurred)["Sharpness"] < quality(sharp)["Sharpness"] / 2


def test_dominant_colours_are_counted() -> None:
    image = plain("navy")
    image.paste(plain("tomato", (60, 100)), (0, 0))
    first, second = dominant_colours(picture(image), 10)
    assert (first["CSSColor"], first["SimplifiedColor"]) == ("navy", "blue")
    assert first["PixelPercent"] == pytest.approx(70, abs=1)
    assert second == {
        "Red": 255, "Green": 99, "Blue": 71, "HexCode": "#ff6347", "CSSColor": "tomato",
        "SimplifiedColor": "orange", "PixelPercent": pytest.approx(30, abs=1),
    }  # fmt: skip


def test_a_photograph_has_as_many_colours_as_were_asked_for() -> None:
    found = image_properties(decode(encoded(photo("coffee"))), 5)
    percents = [colour["PixelPercent"] for colour in found["DominantColors"]]
    assert len(percents) == 5
    assert percents == sorted(percents, reverse=True)
    assert sum(percents) <= 100
    assert set(found) == {"Quality", "DominantColors"}, "foreground and background are not known"

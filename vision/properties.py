"""Measure brightness, sharpness, contrast and the dominant colours of an image."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.colours import SIMPLIFIED_OF, css_colours
from vision.images import Picture

# The default of MaxDominantColors in Rekognition.
DEFAULT_MAX_COLOURS = 10

_SHARPNESS_SIDE_PIXELS = 1000
_SHARPNESS_HALF = 250.0
_COLOUR_SIDE_PIXELS = 128


def image_properties(picture: Picture, max_colours: int = DEFAULT_MAX_COLOURS) -> dict[str, Any]:
    """Answer Rekognition's `ImageProperties` of the whole image.

    `Foreground` and `Background` are left out: nothing here separates the two.
    """
    return {"Quality": quality(picture), "DominantColors": dominant_colours(picture, max_colours)}


def quality(picture: Picture) -> dict[str, float]:
    """Measure on Rekognition's scale of 0 to 100; its own formulas are not published.

    Brightness is the mean luma, 100 for white. Contrast is the standard deviation of the luma, 100
    for an image half black and half white. Sharpness is `100 v / (v + 250)` for the variance `v` of
    the Laplacian of the luma, with the longer side scaled down to 1,000 px.
    """
    luma = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
    variance = float(cv2.Laplacian(_shrunk(luma, _SHARPNESS_SIDE_PIXELS), cv2.CV_64F).var())
    return {
        "Brightness": float(luma.mean()) / 255 * 100,
        "Sharpness": 100 * variance / (variance + _SHARPNESS_HALF),
        "Contrast": float(luma.std()) / 127.5 * 100,
    }


def dominant_colours(picture: Picture, max_colours: int) -> list[dict[str, Any]]:
    """Answer the commonest CSS colours, each pixel counted for the nearest one in CIE L*a*b*.

    As in Rekognition's answers, the values and the hex code are those of the CSS colour.
    """
    names, values = zip(*css_colours().items(), strict=True)
    palette = _lab(np.array([values], dtype=np.uint8))[0]
    # Sampled, not averaged: averages at edges are colours that the image does not have.
    sample = _shrunk(picture.rgb, _COLOUR_SIDE_PIXELS, cv2.INTER_NEAREST)
    pixels = _lab(sample).reshape(-1, 1, 3)
    nearest = np.linalg.norm(pixels - palette, axis=2).argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(names))
    order = [int(index) for index in np.argsort(-counts, kind="stable") if counts[index]]
    return [
        _colour(names[index], values[index], 100 * float(counts[index]) / nearest.size)
        for index in order[:max_colours]
    ]


def _colour(name: str, rgb: tuple[int, int, int], percent: float) -> dict[str, Any]:
    red, green, blue = rgb
    return {
        "Red": red,
        "Green": green,
        "Blue": blue,
        "HexCode": f"#{red:02x}{green:02x}{blue:02x}",
        "CSSColor": name,
        "SimplifiedColor": SIMPLIFIED_OF[name],
        "PixelPercent": percent,
    }


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return np.asarray(lab, dtype=np.float32)


def _shrunk(pixels: NDArray[Any], side: int, interpolation: int = cv2.INTER_AREA) -> NDArray[Any]:
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=interpolation))

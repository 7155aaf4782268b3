"""Pixel modes: every mode that Pillow decodes to, brought to `L` or `RGB` of 8 bits."""

import math

from PIL import Image

from lambdas.common.errors import RejectedImageError

_ROWS = 256  # laid on white at a time, so that a large image is not held a third time

_GREY_16 = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})


def flattened(image: Image.Image) -> Image.Image:
    """Return the image in mode `L` (bilevel and grey ones) or `RGB` (all others).

    Transparency is laid on white. 16-bit grey keeps its upper 8 bits (and ignores a level that is
    declared transparent); 32-bit and floating-point grey, whose range nothing states, is stretched
    from its darkest to its brightest value. Raises RejectedImageError where that is no number.
    """
    if image.mode in _GREY_16:
        # Only the native byte order can be scaled as it is.
        wide = image if image.mode == "I;16" else image.convert("I")
        return wide.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in ("L", "RGB"):
        return image
    if image.mode in ("I", "F"):
        return _stretched(image)
    return image.convert("L" if image.mode == "1" else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "La":
        image = image.convert("LA")  # Pillow has no direct way from premultiplied grey
    background = Image.new("RGB", image.size, "white")
    for top in range(0, image.height, _ROWS):
        rows = image.crop((0, top, image.width, min(top + _ROWS, image.height)))
        with_alpha = rows if rows.mode == "RGBA" else rows.convert("RGBA")
        background.paste(with_alpha, (0, top), with_alpha)
    return background


def _stretched(image: Image.Image) -> Image.Image:
    floats = image if image.mode == "F" else image.convert("F")  # it would copy
    darkest, brightest = floats.getextrema()
    if not isinstance(darkest, float) or not isinstance(brightest, float):
        raise TypeError(f"expected one band of floats, got {image.mode}")
    if not (math.isfinite(darkest) and math.isfinite(brightest)):
        raise RejectedImageError(
            "the image has pixels that are infinite or no numbers; replace them and upload it again"
        )
    scale = 255 / (brightest - darkest) if brightest > darkest else 0.0
    return floats.point(lambda value: value * scale - darkest * scale).convert("L")

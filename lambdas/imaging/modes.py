"""Pixel modes: every mode that Pillow decodes to, brought to `L` or `RGB` of 8 bits."""

from PIL import Image

_GREY_16 = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})


def flattened(image: Image.Image) -> Image.Image:
    """Return the image in mode `L` (bilevel and grey ones) or `RGB` (all others).

    Transparency is laid on white. 16-bit grey keeps its upper 8 bits; 32-bit and floating-point
    grey, whose range nothing states, is stretched from its darkest to its brightest value.
    """
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in ("L", "RGB"):
        return image
    if image.mode in _GREY_16:
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("I", "F"):
        return _stretched(image)
    return image.convert("L" if image.mode in ("1", "LA", "La") else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    with_alpha = image if image.mode == "RGBA" else image.convert("RGBA")
    background = Image.new("RGB", image.size, "white")
    background.paste(with_alpha, mask=with_alpha)
    return background


def _stretched(image: Image.Image) -> Image.Image:
    floats = image.convert("F")
    darkest, brightest = floats.getextrema()
    if not isinstance(darkest, float) or not isinstance(brightest, float):
        raise TypeError(f"expected one band of floats, got {image.mode}")
    scale = 255 / (brightest - darkest) if brightest > darkest else 0.0
    return floats.point(lambda value: value * scale - darkest * scale).convert("L")

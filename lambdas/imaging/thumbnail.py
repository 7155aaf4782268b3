"""The thumbnail: a small picture in colour for galleries."""

import io

from PIL import Image

from lambdas.imaging.image_file import CheckedImage

_QUALITY = 80
_GAP = 2.0
"""How much larger than the thumbnail the picture is at least that is scaled with a filter; down to
there neighbouring pixels are averaged, which is many times as fast."""


def thumbnail_size(file: CheckedImage, pixels: int) -> tuple[int, int]:
    """Return the upright size (width, height) with a long side of so many pixels, or its own."""
    width, height = file.facts.width, file.facts.height
    ratio = min(1.0, pixels / max(width, height))
    return max(1, round(width * ratio)), max(1, round(height * ratio))


def make_thumbnail(image: Image.Image, size: tuple[int, int], profile: bytes | None) -> bytes:
    """Return an upright image as an sRGB JPEG of `size`, without metadata.

    `profile` is the ICC profile of its colours.
    """
    small = image
    if image.size != size:
        small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=_GAP)
    if profile is not None and small.mode == "RGB":
        small = _in_srgb(small, profile)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    # Loaded only for the images that need it.
    from PIL import ImageCms  # noqa: PLC0415

    try:
        colours = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if colours.profile.xcolor_space.strip() != "RGB":
            return image  # that of CMYK or grey, which decoding has brought to RGB already
        converted = ImageCms.profileToProfile(image, colours, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        # A damaged profile does not make the picture unreadable, only its shades unknown.
        return image
    if converted is None:
        raise TypeError("colours were converted in place")
    converted.info = {}
    return converted

"""The files that cost the most memory among those that the limits admit.

Each has the most pixels that its format may have, in the mode and with the coding that take the
most buffers, and as many bytes as are allowed where the format permits bytes at its end.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import Any

import pillow_heif
from PIL import ExifTags, Image

from benchmarks.photographs import compose
from lambdas.imaging.rekognition_image import CONVERTED_SIDE


@dataclass(frozen=True)
class WorstCase:
    """A kind of file: `encode` takes the sides (width, height) and returns the file."""

    name: str
    encode: Callable[[tuple[int, int]], bytes]
    max_pixels: int
    may_be_padded: bool = True

    @property
    def slug(self) -> str:
        """The name as a part of a file's name."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower())

    def scaled(self, share: float) -> tuple[int, int]:
        """Return a square with a share of the pixels, divisible by 2 as chroma needs."""
        side = isqrt(int(self.max_pixels * share)) & ~1
        return side, side


def worst_cases(*, max_pixels: int, max_scaled_pixels: int) -> list[WorstCase]:
    """Return the cases, JPEG first; each with the share that `lambdas.imaging.limits` gives it."""
    # The largest JPEG of which a copy for Rekognition is made without decoding it reduced.
    unreduced = min(max_scaled_pixels // 2, (2 * CONVERTED_SIDE - 1) ** 2)
    jpegs = [
        WorstCase("JPEG, baseline, 4:2:0", _jpeg("RGB", "4:2:0"), max_scaled_pixels),
        WorstCase(
            "JPEG, progressive, 4:2:0",
            _jpeg("RGB", "4:2:0", progressive=True),
            max_scaled_pixels,
        ),
        WorstCase(
            "JPEG, progressive, 4:4:4",
            _jpeg("RGB", "4:4:4", progressive=True),
            2 * max_scaled_pixels // 3,
        ),
        WorstCase(
            "JPEG, progressive, CMYK, sideways",
            _jpeg("CMYK", "4:4:4", progressive=True, exif=_sideways()),
            max_scaled_pixels // 2,
        ),
        WorstCase(
            "JPEG, progressive, CMYK, sideways, not reduced",
            _jpeg("CMYK", "4:4:4", progressive=True, exif=_sideways()),
            unreduced,
        ),
    ]
    others = [
        ("PNG, RGBA", _saved("PNG", "RGBA", compress_level=1), True),
        ("PNG, RGBA, sideways", _saved("PNG", "RGBA", compress_level=1, exif=_sideways()), True),
        ("PNG, grey and alpha", _saved("PNG", "LA", compress_level=1), True),
        ("PNG, RGB with one transparent colour", _png_with_transparent_colour, True),
        ("PNG, palette with alpha", _saved("PNG", "P", transparency=b"\x00\x80"), True),
        ("PNG, 16-bit grey", _saved("PNG", "I;16", compress_level=1), True),
        ("GIF with transparency", _saved("GIF", "P", transparency=0), True),
        ("TIFF, RGBA, one strip, sideways", _tiff("RGBA", exif=_sideways()), True),
        ("TIFF, floating point, one strip", _tiff("F"), True),
        ("WebP, lossless, RGBA", _saved("WEBP", "RGBA", lossless=True, quality=0, method=0), False),
        ("WebP, lossy, RGBA", _saved("WEBP", "RGBA", method=0), False),
        ("WebP, lossy", _saved("WEBP", "RGB", method=0), False),
        ("AVIF, 4:4:4 with alpha", _saved("AVIF", "RGBA", speed=10, subsampling="4:4:4"), False),
        ("HEIC, 4:4:4 with alpha", _heic, False),
    ]
    return jpegs + [
        WorstCase(
            name,
            encode,
            7 * max_pixels // 10 if name.startswith("WebP") else max_pixels,
            may_be_padded=padded,
        )
        for name, encode, padded in others
    ]


def _picture(mode: str, size: tuple[int, int]) -> Image.Image:
    # Enlarged without interpolation: detail would make these files larger than is allowed.
    small = compose("coffee", (600, 400))
    if mode == "I;16":
        return small.convert("I").point(lambda value: value * 256).convert("I;16").resize(size, 0)
    if mode in ("RGBA", "LA"):
        small = small.convert(mode)
        small.putalpha(Image.linear_gradient("L").resize(small.size))
        return small.resize(size, Image.Resampling.NEAREST)
    return small.convert(mode).resize(size, Image.Resampling.NEAREST)


def _jpeg(mode: str, subsampling: str, **options: Any) -> Callable[[tuple[int, int]], bytes]:
    return _saved("JPEG", mode, subsampling=subsampling, quality=80, **options)


def _saved(kind: str, mode: str, **options: Any) -> Callable[[tuple[int, int]], bytes]:
    def encode(size: tuple[int, int]) -> bytes:
        buffer = io.BytesIO()
        _picture(mode, size).save(buffer, kind, **options)
        return buffer.getvalue()

    return encode


def _tiff(mode: str, **options: Any) -> Callable[[tuple[int, int]], bytes]:
    def encode(size: tuple[int, int]) -> bytes:
        one_strip = {278: size[1]}  # RowsPerStrip: the decoder then needs all of it at once
        return _saved(
            "TIFF", mode, compression="tiff_adobe_deflate", tiffinfo=one_strip, **options
        )(size)

    return encode


def _png_with_transparent_colour(size: tuple[int, int]) -> bytes:
    return _saved("PNG", "RGB", compress_level=1, transparency=(255, 0, 255))(size)


def _heic(size: tuple[int, int]) -> bytes:
    pillow_heif.register_heif_opener()
    return _saved("HEIF", "RGBA", quality=30, chroma=444)(size)


def _sideways() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return exif.tobytes()

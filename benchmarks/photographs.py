"""Photographs of any size with natural detail, made from those that scikit-image carries.

A camera's picture has large structures and fine ones. Enlarging a small photograph gives only the
former, repeating it only the latter. Here one bundled photograph, enlarged, is the scene, and the
others, at their own resolution, give the detail that is finer than the scene's enlarged pixels.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageFilter
from skimage import data

FOLDER = Path(__file__).parent / ".cache"
QUALITY = 88
SCENES = ("astronaut", "coffee", "motorcycle")

_TILE = 300  # shortest side of the bundled photographs
# A Gaussian of this radius, in enlarged pixels, parts structures that the scene still has (longer
# than two of its pixels) from those that enlarging cannot give.
_RADIUS = 1 / 3.75
_MIDDLE_GREY = 128


@dataclass(frozen=True)
class Photograph:
    """A JPEG file of a scene, 4:2:0."""

    scene: str
    width: int
    height: int
    path: Path

    @property
    def bits_per_pixel(self) -> float:
        """Size of the file in bits for each pixel."""
        return self.path.stat().st_size * 8 / (self.width * self.height)


def photograph(
    scene: str, size: tuple[int, int], *, progressive: bool = False, quality: int = QUALITY
) -> Photograph:
    """Return a photograph of a size (width, height), made when it is first asked for."""
    width, height = size
    kind = "progressive" if progressive else "baseline"
    path = FOLDER / f"{scene}-{width}x{height}-{kind}-{quality}-{_version()}.jpg"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        compose(scene, size).save(
            part, "JPEG", quality=quality, subsampling="4:2:0", progressive=progressive
        )
        part.replace(path)
    return Photograph(scene, width, height, path)


def different(number: int, size: tuple[int, int]) -> bytes:
    """Return a JPEG whose pixels no other number has, below one for each pixel.

    The same few scenes, each moved a little further: made quickly. What has the same pixels is
    analysed once and answered from what is kept, so that it would measure something else.
    """
    row, column = divmod(number, size[0])
    buffer = io.BytesIO()
    moved = ImageChops.offset(_scene(SCENES[number % len(SCENES)], size), column, row)
    moved.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


@cache
def _scene(name: str, size: tuple[int, int]) -> Image.Image:
    return compose(name, size)


def compose(scene: str, size: tuple[int, int]) -> Image.Image:
    """Return a scene of a size in RGB."""
    base = _pictures()[scene]
    scale = base.width / size[0], base.height / size[1]
    radius = _RADIUS / scale[0]
    others = [picture for name, picture in _pictures().items() if name != scene]
    composed = Image.new("RGB", size)
    for number, (left, top, right, bottom) in enumerate(_tiles(size)):
        region = left * scale[0], top * scale[1], right * scale[0], bottom * scale[1]
        coarse = base.resize((right - left, bottom - top), Image.Resampling.BICUBIC, region)
        other = _turned(others[number % len(others)], number // len(others))
        fine = other.crop((0, 0, *coarse.size))
        smooth = fine.filter(ImageFilter.GaussianBlur(radius))
        detail = ImageChops.subtract(fine, smooth, offset=_MIDDLE_GREY)
        composed.paste(ImageChops.add(coarse, detail, offset=-_MIDDLE_GREY), (left, top))
    return composed


def _tiles(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    for top in range(0, size[1], _TILE):
        for left in range(0, size[0], _TILE):
            yield left, top, min(left + _TILE, size[0]), min(top + _TILE, size[1])


def _turned(picture: Image.Image, way: int) -> Image.Image:
    ways = (None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180)
    turn = ways[way % len(ways)]
    return picture if turn is None else picture.transpose(turn)


@cache
def _pictures() -> dict[str, Image.Image]:
    arrays = {
        "astronaut": data.astronaut(),
        "coffee": data.coffee(),
        "motorcycle": data.stereo_motorcycle()[0],
        "rocket": data.rocket(),
        "cat": data.chelsea(),
    }
    return {name: Image.fromarray(np.asarray(array)) for name, array in arrays.items()}


@cache
def _version() -> str:
    """Return what tells files of this version of the module from those of another."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]

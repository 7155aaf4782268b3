"""How many pixels may be decoded, by what decoding a format takes in memory."""

from dataclasses import dataclass

from PIL import Image, ImageFile, JpegImagePlugin

from lambdas.common.errors import RejectedImageError
from lambdas.common.recognition.recognition import MIN_SIDE

# MPO is the JPEG with a second picture that phones make; Pillow opens it as JPEG and renames it.
SCALED_FORMATS = frozenset({"JPEG", "MPO"})
"""Formats that can be decoded at a half, quarter or eighth of their size."""

# libwebp's buffers come on top of the pixels: 18.6 bytes a pixel were measured with transparency,
# where other formats take at most 12.7 (benchmarks/memory.py).
_WEBP_SHARE = 0.7

_SCALED_SAMPLES = 2.0

MAX_SCANS = 100
"""Scans of a JPEG. Progressive files have about 10; each takes a pass over all pixels, so that
3,000 empty ones in 700 KB take minutes."""
_START_OF_SCAN = b"\xff\xda"

MAX_TILES = 20_000
"""Tiles or strips of a file: Pillow's time grows with their square, 0.2 s here and 20 s at ten
times as many. A strip for each row is common, and that is `MAX_TILES` rows."""


@dataclass(frozen=True)
class Limits:
    """Pixels that may be decoded: `max_scaled_pixels` of a JPEG, `max_pixels` of all others."""

    max_pixels: int
    max_scaled_pixels: int

    def check(self, image: ImageFile.ImageFile, data: bytes) -> None:
        """Raise RejectedImageError for an image too costly to decode, or too small to label.

        `data` is the whole file; the image's pixels have not been decoded.
        """
        width, height = image.size
        limit = self._limit(image)
        if width * height > limit:
            name = "max_scaled_pixels" if image.format in SCALED_FORMATS else "max_pixels"
            raise RejectedImageError(
                f"the image has {width} x {height} pixels; the limit for this kind of "
                f"{image.format} is {limit / 1e6:.4g} megapixels (setting {name})"
            )
        if isinstance(image, JpegImagePlugin.JpegImageFile) and _scans(image, data) > MAX_SCANS:
            raise RejectedImageError(
                f"the JPEG has over {MAX_SCANS} scans, which take too long to decode; save it anew"
            )
        if len(image.tile) > MAX_TILES:
            raise RejectedImageError(
                f"the {image.format} file has {len(image.tile):,} tiles or strips; at most "
                f"{MAX_TILES:,} can be decoded; save it anew"
            )
        if min(width, height) < MIN_SIDE:
            raise RejectedImageError(
                f"the image has {width} x {height} pixels; Rekognition needs at least "
                f"{MIN_SIDE} x {MIN_SIDE}"
            )

    def _limit(self, image: Image.Image) -> float:
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            return self.max_scaled_pixels * min(1.0, _SCALED_SAMPLES / _samples_per_pixel(image))
        return self.max_pixels * (_WEBP_SHARE if image.format == "WEBP" else 1.0)


def _scans(image: JpegImagePlugin.JpegImageFile, data: bytes) -> int:
    """Return how many scans the decoder reads, at most; the header has just been read."""
    # Pillow has read up to the end of the first scan's header: marker, length, how many components
    # the scan has, two bytes for each, three more.
    end = image.fp.tell() if image.fp else 0
    header = data[max(0, end - 8 - 2 * image.layers) : end]
    has_all = header[:2] == _START_OF_SCAN and header[4:5] == bytes([image.layers])
    if has_all and "progressive" not in image.info:
        return 1  # the decoder reads no further, and counting would take 10 % of its time
    return data.count(_START_OF_SCAN)  # it cannot stand in a scan's data, only in a thumbnail's


def _samples_per_pixel(image: JpegImagePlugin.JpegImageFile) -> float:
    """Return 1.5 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4, 4 for CMYK.

    A JPEG in several scans (a progressive one) makes the decoder hold every coefficient, 2 bytes a
    sample, whatever size it decodes to. In how many scans it is only decoding tells for sure.
    """
    areas = [across * down for _, across, down, _ in image.layer]
    if not any(areas):
        return 1.0  # damaged; decoding says so
    return sum(areas) / max(areas)

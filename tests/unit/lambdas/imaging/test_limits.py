"""Hostile and oversized files: refused before they take memory or time."""

import math
import resource
import struct
import zlib
from functools import cache

import pytest
from PIL import Image

from lambdas.common.errors import RejectedImageError
from lambdas.imaging.image_file import decode, open_image
from lambdas.imaging.limits import Limits
from tests.images import LIMITS, checked, encoded, exif, photo, png, png_chunk

ROWS = zlib.compress(bytes(101 * 100))  # 100 x 100 pixels of 8-bit grey

# Pillow's remarks on what it reads; warnings are errors in tests, and lines on stderr on Lambda.
pytestmark = pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")


@cache
def nothing(length: int) -> bytes:
    """Return that many zero bytes, compressed to about a thousandth."""
    compressor = zlib.compressobj(9)
    part = bytes(1_000_000)
    packed = [compressor.compress(part) for _ in range(length // len(part))]
    packed.append(compressor.compress(bytes(length % len(part))))
    return b"".join(packed) + compressor.flush()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_a_bomb_is_refused_without_being_decoded() -> None:
    # Given: 50,000 x 50,000 black pixels in some 300 KB of PNG, 2.3 GB as pixels
    bomb = png(50_000, 50_000, bits=1, rows=nothing(6251 * 50_000))
    assert len(bomb) < 400_000
    before = peak_megabytes()
    # When
    with pytest.raises(RejectedImageError, match="more pixels than can be decoded safely"):
        open_image(bomb, LIMITS)
    # Then
    assert peak_megabytes() - before < 20


@pytest.mark.parametrize(
    ("image_format", "at", "size"),
    [
        ("GIF", 6, struct.pack("<HH", 65_535, 65_535)),
        ("BMP", 18, struct.pack("<ii", 60_000, 60_000)),
        ("WEBP", 24, (16_382).to_bytes(3, "little") * 2),
    ],
)
def test_a_header_that_claims_more_than_it_holds_costs_no_memory(
    image_format: str, at: int, size: bytes
) -> None:
    # Given: an animated WebP, because the extended header has the canvas that it claims
    more = {"save_all": True, "append_images": [Image.new("RGB", (320, 240))]}
    content = bytearray(encoded(photo(), image_format, **(more if image_format != "BMP" else {})))
    content[at : at + len(size)] = size
    before = peak_megabytes()
    # When
    with pytest.raises(RejectedImageError, match="more pixels than can be decoded safely"):
        open_image(bytes(content), LIMITS)
    # Then
    assert peak_megabytes() - before < 20


@pytest.mark.parametrize("before_pixels", [True, False])
@pytest.mark.parametrize(
    ("kind", "head"), [(b"zTXt", b"c\0\0"), (b"iTXt", b"c\0\1\0\0\0"), (b"iCCP", b"c\0\0")]
)
def test_text_that_unpacks_to_more_than_an_image_is_not_unpacked(
    kind: bytes, head: bytes, before_pixels: bool
) -> None:
    # Given: 200 MB of nothing in 200 KB
    chunk = png_chunk(kind, head + nothing(200_000_000))
    content = png(100, 100, rows=ROWS, chunks=chunk if before_pixels else b"")
    if not before_pixels:
        content = content[:-12] + chunk + content[-12:]
    before = peak_megabytes()
    # When
    with pytest.raises(RejectedImageError, match="damaged"):
        decode(checked(content), greyscale=False, min_size=(1, 1))
    # Then
    assert peak_megabytes() - before < 50


@pytest.mark.parametrize("size", [(79, 500), (500, 79), (1, 1)])
def test_an_image_below_rekognitions_least_size_is_rejected(size: tuple[int, int]) -> None:
    with pytest.raises(RejectedImageError, match=r"needs at least 80 x 80"):
        checked(encoded(Image.new("RGB", size), "PNG"))


def test_the_least_size_is_taken() -> None:
    file = checked(encoded(Image.new("RGB", (80, 80)), "PNG"))
    assert decode(file, greyscale=False, min_size=(1, 1)).size == (80, 80)


@pytest.mark.parametrize(
    ("image_format", "limits", "setting"),
    [
        ("PNG", Limits(max_pixels=76_799, max_scaled_pixels=10**9), "max_pixels"),
        ("WEBP", Limits(max_pixels=109_713, max_scaled_pixels=10**9), "max_pixels"),
        ("JPEG", Limits(max_pixels=10**9, max_scaled_pixels=76_799), "max_scaled_pixels"),
        ("MPO", Limits(max_pixels=10**9, max_scaled_pixels=76_799), "max_scaled_pixels"),
    ],
)
def test_over_its_limit_an_image_is_rejected_with_the_settings_name(
    image_format: str, limits: Limits, setting: str
) -> None:
    # Given: 320 x 240, which is one pixel over the limit
    content = encoded(photo(), image_format)
    # When / Then
    with pytest.raises(RejectedImageError, match=rf"320 x 240 pixels.*\(setting {setting}\)"):
        open_image(content, limits)
    # WebP may have 0.7 of max_pixels: its decoder takes more for each.
    raised = Limits(
        max_pixels=109_715 if image_format == "WEBP" else 76_800, max_scaled_pixels=76_800
    )
    assert open_image(content, raised).facts.width == 320


@pytest.mark.parametrize(
    ("mode", "subsampling", "share"),
    [("RGB", "4:2:0", 1.0), ("RGB", "4:2:2", 1.0), ("RGB", "4:4:4", 2 / 3), ("CMYK", "4:4:4", 0.5)],
)
def test_a_jpeg_of_many_samples_a_pixel_has_a_lower_limit(
    mode: str, subsampling: str, share: float
) -> None:
    # Given: a decoder that may have to hold 2 bytes for each of them
    content = encoded(photo().convert(mode), "JPEG", subsampling=subsampling, progressive=True)
    enough = math.ceil(76_800 / share)
    # When / Then
    assert open_image(content, Limits(10**6, enough)).facts.width == 320
    with pytest.raises(RejectedImageError, match="for this kind of JPEG"):
        open_image(content, Limits(10**6, enough - 2))


@pytest.mark.parametrize("orientation", [5, 6])
def test_a_sideways_image_is_measured_by_all_its_pixels(orientation: int) -> None:
    content = encoded(Image.new("RGB", (79, 400)), "JPEG", exif=exif(orientation))
    with pytest.raises(RejectedImageError, match="79"):
        checked(content)


def test_a_jpeg_of_endless_scans_is_refused_before_it_takes_minutes() -> None:
    # Given: the last scan of a progressive file over and over
    content = encoded(photo(), "JPEG", progressive=True)
    start = content.rindex(b"\xff\xda")
    last_scan = content[start:-2]
    # When / Then
    with pytest.raises(RejectedImageError, match="over 100 scans"):
        open_image(content[:-2] + last_scan * 100 + b"\xff\xd9", LIMITS)
    assert open_image(content[:-2] + last_scan * 80 + b"\xff\xd9", LIMITS).facts.width == 320


def test_what_stands_behind_the_only_scan_of_a_jpeg_is_not_counted() -> None:
    # Given: a second picture or a film behind the first, as phones write them
    content = encoded(photo(), "JPEG") + b"\xff\xda" * 500
    assert open_image(content, LIMITS).facts.width == 320


def test_a_tiff_of_very_many_strips_is_refused_before_it_takes_minutes() -> None:
    assert open_image(_tiff_of_strips(20_000), LIMITS).facts.height == 20_000
    with pytest.raises(RejectedImageError, match="20,001 tiles or strips"):
        open_image(_tiff_of_strips(20_001), LIMITS)


def _tiff_of_strips(count: int) -> bytes:
    """A grey TIFF, 100 pixels wide, whose rows are a strip each and share their bytes."""
    row, start = b"\x80" * 100, 8
    offsets = struct.pack(f"<{count}I", *[start] * count)
    lengths = struct.pack(f"<{count}I", *[len(row)] * count)
    at_offsets = start + len(row)
    at_lengths = at_offsets + len(offsets)
    short, long = 3, 4
    tags = [
        *((256, long, 1, 100), (257, long, 1, count), (258, short, 1, 8), (259, short, 1, 1)),
        *((262, short, 1, 1), (273, long, count, at_offsets), (277, short, 1, 1)),
        *((278, long, 1, 1), (279, long, count, at_lengths)),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    header = b"II*\0" + struct.pack("<I", at_lengths + len(lengths))
    return header + row + offsets + lengths + directory + struct.pack("<I", 0)

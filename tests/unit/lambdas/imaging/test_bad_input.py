"""Damaged and foreign files: refused in words that a person understands."""

import random
from functools import cache

import pytest

from lambdas.common.errors import RejectedImageError
from lambdas.imaging.image_file import decode, open_image
from tests.images import LIMITS, checked, encoded, exif, photo

SMALL = (96, 88)

# Pillow's remarks on what it reads; warnings are errors in tests, and lines on stderr on Lambda.
pytestmark = pytest.mark.filterwarnings("ignore:.*:UserWarning:PIL")

FOREIGN = {
    "empty": b"",
    "one byte": b"\0",
    "text": b"a text named .jpg\n" * 100,
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"/>',
    **{name: encoded(photo(), name) for name in ("PDF", "EPS", "ICO", "PPM", "JPEG2000")},
    "zip": b"PK\x03\x04" + bytes(1000),
    "HEIC's first bytes": b"\0\0\0\x18ftypheic" + bytes(100),
    "AVIF's first bytes": b"\0\0\0\x18ftypavif" + bytes(100),
    "video": b"\0\0\0\x18ftypmp42" + bytes(100),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_image_of_ours_is_refused(what: str) -> None:
    with pytest.raises(RejectedImageError, match=r"no image that can be read|is damaged"):
        open_image(FOREIGN[what], LIMITS)


@pytest.mark.parametrize("share", [0.02, 0.25, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    "whole",
    [
        encoded(photo(), "JPEG"),
        encoded(photo(), "JPEG", progressive=True),
        encoded(photo(), "PNG"),
        encoded(photo(), "WEBP"),
        encoded(photo(), "GIF"),
        encoded(photo(), "TIFF"),
        encoded(photo(), "TIFF", compression="tiff_lzw"),
        encoded(photo(), "BMP"),
        encoded(photo(), "AVIF"),
        encoded(photo(), "HEIF"),
    ],
    ids=["JPEG", "progressive", "PNG", "WebP", "GIF", "TIFF", "LZW", "BMP", "AVIF", "HEIC"],
)
def test_a_file_that_is_cut_off_is_rejected_and_not_half_read(whole: bytes, share: float) -> None:
    cut = whole[: int(len(whole) * share)]
    with pytest.raises(
        RejectedImageError, match=r"damaged( or cut off)?: |no image that can be read"
    ):
        decode(checked(cut), greyscale=False, min_size=(1, 1))


def test_memory_that_is_ours_to_lack_is_not_blamed_on_the_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = checked(encoded(photo(), "PNG"))

    def no_memory(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.Image.core.new", no_memory)
    with pytest.raises(MemoryError):
        decode(file, greyscale=False, min_size=(1, 1))


@cache
def seeds() -> dict[str, bytes]:
    small, other = photo(*SMALL), photo(*SMALL).rotate(90)
    more = {"save_all": True, "append_images": [other]}
    return {
        "JPEG": encoded(small, "JPEG", exif=exif(6)),
        "progressive JPEG": encoded(small, "JPEG", progressive=True),
        "CMYK JPEG": encoded(small.convert("CMYK"), "JPEG"),
        "MPO": encoded(small, "MPO", **more),
        "PNG": encoded(small, "PNG", exif=exif(6)),
        "palette PNG": encoded(small.quantize(64), "PNG", transparency=0),
        "WebP": encoded(small, "WEBP", exif=exif(6)),
        "lossless WebP": encoded(small.convert("RGBA"), "WEBP", lossless=True),
        "animated WebP": encoded(photo(*SMALL), "WEBP", **more),
        "GIF": encoded(photo(*SMALL), "GIF", **more),
        "TIFF": encoded(small, "TIFF", exif=exif(6)),
        "deflated TIFF": encoded(small, "TIFF", compression="tiff_adobe_deflate"),
        "JPEG in TIFF": encoded(small, "TIFF", compression="jpeg"),
        "floats": encoded(small.convert("F"), "TIFF"),
        "BMP": encoded(small, "BMP"),
        "AVIF": encoded(small, "AVIF"),
        "HEIC": encoded(small, "HEIF"),
    }


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Change, cut, insert or delete a few bytes, most often in the header."""
    kind = chance.choice(["header", "anywhere", "cut", "insert", "delete"])
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 8])):
        end = min(len(changed), 200) if kind == "header" else len(changed)
        at = chance.randrange(end)
        if kind in ("header", "anywhere"):
            changed[at] = chance.choice([0, 255, chance.randrange(256), changed[at] ^ 1])
        elif kind == "insert":
            changed[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif len(changed) > 40:
            del changed[max(at, 20) : None if kind == "cut" else at + 8]
    return bytes(changed)


@pytest.mark.parametrize("name", seeds())
def test_a_damaged_file_is_an_image_or_a_rejection_and_nothing_else(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    # Given: the same damage on every run; libtiff's remarks on stderr are not for this report
    chance = random.Random(name)
    outcomes = {"image": 0, "rejected": 0}
    reasons = set()
    for number in range(200):
        content = mutated(seeds()[name], chance)
        # When
        try:
            image = decode(
                open_image(content, LIMITS), greyscale=number % 2 == 0, min_size=(40, 40)
            )
        except RejectedImageError as error:
            outcomes["rejected"] += 1
            reasons.add(str(error))
        else:
            outcomes["image"] += 1
            assert image.mode in ("L", "RGB")
    # Then
    assert outcomes["rejected"] > 20
    assert all(reason.startswith("the ") for reason in reasons)

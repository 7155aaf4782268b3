"""Opening an image safely: what it is, whether it is within limits, and its pixels."""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from lambdas.common.errors import RejectedImageError
from lambdas.common.result import ImageFacts
from lambdas.imaging.limits import SCALED_FORMATS, Limits
from lambdas.imaging.modes import flattened

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
"""What Pillow itself opens; HEIF is added for the images that need it."""

MAX_PROFILE_BYTES = 1_000_000
"""Of an ICC profile: those of cameras and screens have a few hundred bytes, of printers up to 1 MB.
A larger one is ignored."""

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})

# What Pillow's decoders raise on damaged input (RuntimeError: libavif's). MemoryError is not among
# them: that is ours.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    RuntimeError,
    struct.error,
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright, by its EXIF orientation; 1 is upright already."""
_SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True)
class CheckedImage:
    """An image whose header has been read and found acceptable; its pixels not yet.

    `facts` has the upright size, `orientation` is EXIF's 1 to 8, `mode` is Pillow's, `profile` the
    ICC profile of its colours.
    """

    data: bytes
    facts: ImageFacts
    orientation: int
    mode: str
    has_transparency: bool
    profile: bytes | None = None


def open_image(data: bytes, limits: Limits) -> CheckedImage:
    """Read an image's header.

    Raises RejectedImageError when it is no image that we take, is outside the limits, or is
    smaller than Rekognition labels.
    """
    with _opened(data) as image:
        width, height = image.size
        limits.check(image, data)
        orientation = _orientation(image, data)
        if orientation in _SIDEWAYS:
            width, height = height, width
        return CheckedImage(
            data=data,
            facts=ImageFacts(
                format="JPEG" if image.format == "MPO" else str(image.format),
                width=width,
                height=height,
                bytes=len(data),
            ),
            orientation=orientation,
            mode=image.mode,
            has_transparency=image.has_transparency_data,
            profile=_profile(image),
        )


def decode(file: CheckedImage, *, greyscale: bool, min_size: tuple[int, int]) -> Image.Image:
    """Return the first frame, upright, in mode `L` or `RGB`; `L` always when `greyscale`.

    A JPEG is decoded at the smallest of 1/1, 1/2, 1/4 and 1/8 of its size that still has
    `min_size` (upright width and height, pixels); other formats are decoded whole. Transparency
    is laid on white, and metadata is left behind. Raises RejectedImageError for pixels that
    cannot be decoded.
    """
    with _opened(file.data) as image:
        if image.format in SCALED_FORMATS:
            # Only colour that is stored as luma and chroma can be decoded to grey directly.
            mode = "L" if greyscale and image.mode == "RGB" else image.mode
            image.draft(mode, min_size[::-1] if file.orientation in _SIDEWAYS else min_size)
        # One feed of the whole file instead of one for each 64 KB takes 1 to 2 % less time.
        image.decodermaxblock = max(len(file.data), ImageFile.MAXBLOCK)
        try:
            image.load()
        except _DAMAGE as error:
            raise RejectedImageError(
                f"the {file.facts.format} file is damaged or cut off: {error}; upload it again"
            ) from error
    pixels = flattened(image)
    del image  # in another mode `pixels` is a copy, and turning it makes one more
    if greyscale and pixels.mode != "L":  # Pillow copies even where there is nothing to convert
        pixels = pixels.convert("L")
    turn = _UPRIGHT.get(file.orientation)
    upright = pixels if turn is None else pixels.transpose(turn)
    # Comments, profiles and places do not travel into what is made of the image.
    upright.info = {}
    return upright


def _opened(data: bytes) -> ImageFile.ImageFile:
    formats: tuple[str, ...] = FORMATS
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        # Loaded only for the images that need it: libheif costs memory and start-up time.
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener()
        # Named only now: Pillow raises KeyError for a format that nobody has registered.
        formats = (*FORMATS, "HEIF")
    try:
        with warnings.catch_warnings():
            # Pillow warns of large images; our own limits decide, and say so.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise RejectedImageError(
            "the image has more pixels than can be decoded safely; make it smaller"
        ) from error
    except UnidentifiedImageError as error:
        raise RejectedImageError(
            "the file is no image that can be read: JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF and "
            "HEIC are"
        ) from error
    except _DAMAGE as error:
        raise RejectedImageError(f"the file is damaged: {error}; upload it again") from error


def _profile(image: Image.Image) -> bytes | None:
    profile = image.info.get("icc_profile")
    is_small = isinstance(profile, bytes) and 0 < len(profile) <= MAX_PROFILE_BYTES
    return profile if is_small else None


def _orientation(image: Image.Image, data: bytes) -> int:
    if image.format in ("HEIF", "TIFF"):
        return 1  # their decoders turn the pixels upright themselves, whatever EXIF still says
    try:
        if image.format == "PNG" and b"eXIf" not in data:
            # PNG's own `getexif` decodes every pixel to look for a block behind them.
            exif = Image.Image.getexif(image)
        else:
            exif = image.getexif()
        value = exif.get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        # A damaged EXIF block does not make the picture unreadable, only its orientation unknown.
        return 1
    return value if value in _UPRIGHT else 1

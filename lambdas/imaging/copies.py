"""What is made of an original: processed copy, thumbnail, the JPEG for Rekognition, the digest."""

from dataclasses import dataclass

from lambdas.imaging.content import file_digest, pixel_digest
from lambdas.imaging.image_file import CheckedImage, decode
from lambdas.imaging.limits import SCALED_FORMATS
from lambdas.imaging.processed_copy import ProcessedFormat, encode
from lambdas.imaging.recipe import Recipe
from lambdas.imaging.rekognition_image import convert, converted_size, is_accepted
from lambdas.imaging.thumbnail import make_thumbnail, thumbnail_size


@dataclass(frozen=True)
class Copies:
    """The preprocessed copy with its file suffix and content type; the thumbnail, if it was asked
    for; a JPEG for Rekognition if it cannot take the original; and the digest of the content, if it
    was asked for."""

    processed: bytes
    suffix: str
    content_type: str
    thumbnail: bytes | None
    rekognition: bytes | None
    content: str | None


def make_copies(  # noqa: PLR0913
    file: CheckedImage,
    recipe: Recipe,
    processed_format: ProcessedFormat,
    *,
    digest: bool,
    max_pixels: int,
    thumbnail_pixels: int = 0,
) -> Copies:
    """Make everything from one decoding of a file; no thumbnail with 0 `thumbnail_pixels`.

    With `digest` that decodes every pixel. A JPEG of more than `max_pixels`, which memory allows
    to be decoded at a fraction of its size only, is told from others by its bytes.
    """
    accepted = is_accepted(file)
    upright_size = file.facts.width, file.facts.height
    size = upright_size if accepted else converted_size(file)
    content = thumbnail = None
    box = thumbnail_size(file, thumbnail_pixels) if thumbnail_pixels else None
    fits = upright_size[0] * upright_size[1] <= max_pixels
    if digest and (fits or file.facts.format not in SCALED_FORMATS):
        pixels = decode(file, greyscale=False, min_size=upright_size)
        content = pixel_digest(pixels)
    else:
        needed = recipe.needed_size(upright_size)
        if not accepted:
            needed = _larger(needed, size)
        grey = accepted and recipe.starts_grey
        if box is not None and grey and not fits and _is_decoded_whole(file, needed):
            # In colour it would not fit into the memory: only such a picture is decoded twice.
            small = decode(file, greyscale=False, min_size=box)
            thumbnail = make_thumbnail(small, box, file.profile)
            del small
        elif box is not None:
            grey, needed = False, _larger(needed, box)
        pixels = decode(file, greyscale=grey, min_size=needed)
        content = file_digest(file.data) if digest else None
    if box is not None and thumbnail is None:
        thumbnail = make_thumbnail(pixels, box, file.profile)
    suffix, content_type, processed = encode(recipe.apply(pixels), processed_format)
    return Copies(
        processed=processed,
        suffix=suffix,
        content_type=content_type,
        thumbnail=thumbnail,
        rekognition=None if accepted else convert(pixels, size),
        content=content,
    )


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def _is_decoded_whole(file: CheckedImage, needed: tuple[int, int]) -> bool:
    """Return whether not even half of a JPEG's size has the pixels that are needed."""
    return file.facts.width < 2 * needed[0] or file.facts.height < 2 * needed[1]

"""What is made of an original: the preprocessed copy, the JPEG for Rekognition, the digest."""

from dataclasses import dataclass

from lambdas.imaging.content import file_digest, pixel_digest
from lambdas.imaging.image_file import CheckedImage, decode
from lambdas.imaging.limits import SCALED_FORMATS
from lambdas.imaging.processed_copy import ProcessedFormat, encode
from lambdas.imaging.recipe import Recipe
from lambdas.imaging.rekognition_image import convert, converted_size, is_accepted


@dataclass(frozen=True)
class Copies:
    """The preprocessed copy with its file suffix and content type; a JPEG for Rekognition if it
    cannot take the original; and the digest of the content, if it was asked for."""

    processed: bytes
    suffix: str
    content_type: str
    rekognition: bytes | None
    content: str | None


def make_copies(
    file: CheckedImage,
    recipe: Recipe,
    processed_format: ProcessedFormat,
    *,
    digest: bool,
    max_pixels: int,
) -> Copies:
    """Make everything from one decoding of a file.

    With `digest` that decodes every pixel. A JPEG of more than `max_pixels`, which memory allows
    to be decoded at a fraction of its size only, is told from others by its bytes.
    """
    accepted = is_accepted(file)
    upright_size = file.facts.width, file.facts.height
    size = upright_size if accepted else converted_size(file)
    content = None
    if digest and (
        upright_size[0] * upright_size[1] <= max_pixels or file.facts.format not in SCALED_FORMATS
    ):
        pixels = decode(file, greyscale=False, min_size=upright_size)
        content = pixel_digest(pixels)
    else:
        needed = recipe.needed_size(upright_size)
        if not accepted:
            needed = max(needed[0], size[0]), max(needed[1], size[1])
        pixels = decode(file, greyscale=accepted and recipe.starts_grey, min_size=needed)
        content = file_digest(file.data) if digest else None
    suffix, content_type, processed = encode(recipe.apply(pixels), processed_format)
    return Copies(
        processed=processed,
        suffix=suffix,
        content_type=content_type,
        rekognition=None if accepted else convert(pixels, size),
        content=content,
    )

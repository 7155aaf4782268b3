"""What is made of an original, as objects in the processed bucket."""

from dataclasses import dataclass

from lambdas.common.image import ObjectReference, processed_key, rekognition_key, thumbnail_key
from lambdas.common.objects import ObjectStore
from lambdas.common.result import Result
from lambdas.imaging.copies import Copies
from lambdas.imaging.image_file import CheckedImage


@dataclass(frozen=True)
class WrittenCopies:
    """Where the copies of an image are; `image` is what Rekognition reads, maybe the original.

    `content` is the digest of the content, None where it was not asked for.
    """

    processed: ObjectReference
    thumbnail: ObjectReference | None
    image: ObjectReference
    content: str | None


def write_copies(
    objects: ObjectStore, file: CheckedImage, copies: Copies, result: Result, *, is_readable: bool
) -> WrittenCopies:
    """Write the copies of an image; writing them again changes nothing.

    With `is_readable` Rekognition may read the original, unless it needs another format.
    """
    image_id = result.image_id
    processed = objects.write_processed(
        processed_key(image_id, copies.suffix), copies.processed, copies.content_type
    )
    thumbnail = None
    if copies.thumbnail is not None:
        thumbnail = objects.write_processed(thumbnail_key(image_id), copies.thumbnail, "image/jpeg")
    image = result.source
    if copies.rekognition is not None:
        image = objects.write_processed(rekognition_key(image_id), copies.rekognition, "image/jpeg")
    elif not is_readable:
        suffix, kind = ("png", "image/png") if file.facts.format == "PNG" else ("jpg", "image/jpeg")
        image = objects.write_processed(rekognition_key(image_id, suffix), file.data, kind)
    return WrittenCopies(processed, thumbnail, image, copies.content)

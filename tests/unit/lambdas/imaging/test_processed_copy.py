import io

import pytest
from PIL import Image, ImageCms

from lambdas.imaging.image_file import decode
from lambdas.imaging.processed_copy import ProcessedFormat, encode
from tests.images import checked, encoded, exif, photo, similarity


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize(
    ("image_format", "suffix", "content_type", "least"),
    [
        (ProcessedFormat.JPEG, "jpg", "image/jpeg", 0.93),
        (ProcessedFormat.PNG, "png", "image/png", 1),
        (ProcessedFormat.WEBP, "webp", "image/webp", 0.93),
    ],
)
def test_a_copy_is_the_format_it_says_and_looks_the_same(
    image_format: ProcessedFormat, suffix: str, content_type: str, least: float, mode: str
) -> None:
    # Given
    image = photo().convert(mode)
    # When
    copy = encode(image, image_format)
    # Then
    assert copy[:2] == (suffix, content_type)
    reread = Image.open(io.BytesIO(copy[2]))
    assert f"image/{str(reread.format).lower()}" == content_type
    assert similarity(reread.convert(mode), image) >= least


@pytest.mark.parametrize("image_format", ProcessedFormat)
def test_where_a_photo_was_taken_does_not_get_into_its_copy(image_format: ProcessedFormat) -> None:
    # Given: an image that still carries what its file said
    image = Image.open(io.BytesIO(encoded(photo(), "JPEG", exif=exif(6))))
    # When
    _, _, content = encode(image, image_format)
    # Then
    assert not Image.open(io.BytesIO(content)).getexif()
    assert b"Exif" not in content


@pytest.mark.parametrize("image_format", ProcessedFormat)
def test_metadata_of_the_original_does_not_travel(image_format: ProcessedFormat) -> None:
    # Given: a place, a comment and a colour profile
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(photo(), "JPEG", exif=exif(6), comment=b"my address", icc_profile=profile)
    # When
    decoded = decode(checked(content), greyscale=False, min_size=(10, 10))
    _, _, copy = encode(decoded, image_format)
    # Then
    with Image.open(io.BytesIO(copy)) as image:
        image.load()
        assert not {"exif", "comment", "icc_profile"} & set(image.info)
    assert b"my address" not in copy

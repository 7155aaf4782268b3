"""The digest by which two files are recognised as the same picture."""

import hashlib

from PIL import Image

DIGEST_LENGTH = 32
"""Hexadecimal digits: 128 bits, so that two pictures never share one by chance."""

_ROWS = 256  # hashed at a time, so that the pixels are not held a second time


def pixel_digest(upright: Image.Image) -> str:
    """Return the digest of decoded, upright pixels; their size and mode count as well.

    Neither the file's name nor its metadata, format or compression has a part in it.
    """
    digest = hashlib.sha256(f"{upright.mode} {upright.width}x{upright.height}".encode())
    for top in range(0, upright.height, _ROWS):
        rows = upright.crop((0, top, upright.width, min(top + _ROWS, upright.height)))
        digest.update(rows.tobytes())
    return digest.hexdigest()[:DIGEST_LENGTH]


def file_digest(data: bytes) -> str:
    """Return the digest of a whole file, for one too large to be decoded in full."""
    return hashlib.sha256(b"file" + data).hexdigest()[:DIGEST_LENGTH]

"""libvips' own thumbnail operation, which decodes a JPEG reduced."""

import pyvips  # type: ignore[import-not-found]


def set_up() -> None:
    """Forget nothing between images, or the second time would be free."""
    pyvips.cache_set_max(0)


def version() -> str:
    """Return the library's version."""
    return "libvips " + ".".join(str(pyvips.version(part)) for part in range(3))


def thumbnail(data: bytes, kind: str) -> bytes:
    """Return 256 x 256 in grey as `jpeg` or `png`."""
    small = pyvips.Image.thumbnail_buffer(data, 256, height=256, size="force")
    grey = small.colourspace("b-w")
    written = grey.jpegsave_buffer(Q=90) if kind == "jpeg" else grey.pngsave_buffer()
    return bytes(written)

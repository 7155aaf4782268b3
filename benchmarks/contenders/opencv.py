"""OpenCV; its argument is by how much the JPEG decoder reduces: 1, 2, 4 or 8."""

import cv2
import numpy as np

_FLAGS = {
    "1": cv2.IMREAD_GRAYSCALE,
    "2": cv2.IMREAD_REDUCED_GRAYSCALE_2,
    "4": cv2.IMREAD_REDUCED_GRAYSCALE_4,
    "8": cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_chosen: dict[str, int] = {}


def set_up(reduction: str) -> None:
    """Choose the reduction; no threads."""
    cv2.setNumThreads(1)
    _chosen["flag"] = _FLAGS[reduction]


def version() -> str:
    """Return the library's version."""
    return f"OpenCV {cv2.__version__}"


def thumbnail(data: bytes, kind: str) -> bytes:
    """Return 256 x 256 in grey as `jpeg` or `png`."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), _chosen["flag"])
    if image is None:
        raise ValueError("OpenCV cannot decode the file")
    small = cv2.resize(image, (256, 256), interpolation=cv2.INTER_AREA)
    options = [cv2.IMWRITE_JPEG_QUALITY, 90] if kind == "jpeg" else []
    return cv2.imencode(f".{kind}", small, options)[1].tobytes()

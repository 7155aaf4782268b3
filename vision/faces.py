"""Find frontal faces with OpenCV's Haar cascade `frontalface_alt2`."""

from pathlib import Path
from threading import local

import cv2

from vision.images import Picture
from vision.shapes import Box, Detection

# The cascade's cost grows with the area; at 800 px it takes about half a second of CPU.
SEARCH_SIDE_PIXELS = 800
MIN_FACE_PIXELS = 24
MIN_NEIGHBOURS = 3

_CASCADE = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"


class FaceFinder:
    """Find upright frontal faces; may be shared by threads."""

    def __init__(self) -> None:
        self._of_thread = local()

    def find(self, picture: Picture) -> list[Detection]:
        """Answer one `Face` for each group of windows that the cascade accepted.

        Confidence is `100 n / (n + 2)` for `n` overlapping windows that agree (at least 3, so 60
        and up; 18 windows make 90). It orders faces by how sure the cascade is and is not a
        calibrated probability: of 98 faces of LFW that were found, the weakest had 10 windows.
        """
        grey = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, SEARCH_SIDE_PIXELS / max(grey.shape))
        if scale < 1:
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        height, width = grey.shape
        boxes, windows = self._cascade().detectMultiScale2(
            grey, minNeighbors=MIN_NEIGHBOURS, minSize=(MIN_FACE_PIXELS, MIN_FACE_PIXELS)
        )
        return [
            Detection(
                "Face",
                100.0 * int(count) / (int(count) + 2),
                Box(float(x / width), float(y / height), float(w / width), float(h / height)),
            )
            for (x, y, w, h), count in zip(boxes, windows, strict=True)
        ]

    def _cascade(self) -> cv2.CascadeClassifier:
        # A CascadeClassifier keeps buffers between calls: each thread needs its own.
        if not hasattr(self._of_thread, "cascade"):
            cascade = cv2.CascadeClassifier(str(_CASCADE))
            if cascade.empty():
                raise FileNotFoundError(f"OpenCV has no {_CASCADE.name}; 5.0 dropped the cascades.")
            self._of_thread.cascade = cascade
        found: cv2.CascadeClassifier = self._of_thread.cascade
        return found

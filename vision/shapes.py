"""Places and detections, with coordinates relative to the upright image (0 to 1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))


@dataclass(frozen=True)
class Box:
    """An upright rectangle; all four values are fractions of the image's width or height."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def around(cls, points: Iterable[Point]) -> "Box":
        """Bound relative points, clipped to the image."""
        xs, ys = zip(*((_clip(x), _clip(y)) for x, y in points), strict=True)
        return cls(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    @property
    def right(self) -> float:
        """The right edge, as a fraction of the width."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge, as a fraction of the height."""
        return self.top + self.height

    def share_inside(self, other: "Box") -> float:
        """Say how much of this box's area lies in `other`, from 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        area = self.width * self.height
        return max(0.0, width) * max(0.0, height) / area if area else 0.0

    def as_rekognition(self) -> dict[str, float]:
        """Answer Rekognition's `BoundingBox`."""
        return {"Width": self.width, "Height": self.height, "Left": self.left, "Top": self.top}


def geometry(polygon: Iterable[Point]) -> dict[str, Any]:
    """Answer Rekognition's `Geometry` of relative points, clockwise from the top left."""
    points = [(_clip(x), _clip(y)) for x, y in polygon]
    return {
        "BoundingBox": Box.around(points).as_rekognition(),
        "Polygon": [{"X": x, "Y": y} for x, y in points],
    }


@dataclass(frozen=True)
class Detection:
    """One thing that a recogniser found; `confidence` is a percentage, from 0 to 100."""

    name: str
    confidence: float
    box: Box

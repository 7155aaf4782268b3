"""Answer `DetectText` from the lines that were read."""

from collections.abc import Mapping, Sequence
from typing import Any

from vision.errors import UnsupportedFeatureError
from vision.shapes import Box, geometry
from vision.text import Line, Word

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
MAX_WORDS = 100
# The default of WordFilter.MinConfidence in Rekognition.
DEFAULT_MIN_CONFIDENCE = 80.0


def text_detections(lines: Sequence[Line], filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `TextDetections`: the lines first, then their words, as Rekognition orders them.

    `filters` is Rekognition's `Filters`. A word has the confidence of its line. A line is left out
    when none of its words is kept. At most 100 words are answered, in reading order.
    """
    word_filter = filters.get("WordFilter", {})
    regions = [_region(region) for region in filters.get("RegionsOfInterest", ())]
    kept: list[tuple[Line, list[Word]]] = []
    remaining = MAX_WORDS
    for line in lines:
        if line.confidence < word_filter.get("MinConfidence", DEFAULT_MIN_CONFIDENCE):
            continue
        words = [word for word in line.words if _passes(word.box, word_filter, regions)][:remaining]
        remaining -= len(words)
        if words:
            kept.append((line, words))

    detections = [
        {
            "DetectedText": line.text,
            "Type": "LINE",
            "Id": line_id,
            "Confidence": line.confidence,
            "Geometry": geometry(line.polygon),
        }
        for line_id, (line, _) in enumerate(kept)
    ]
    for line_id, (line, words) in enumerate(kept):
        detections += [
            {
                "DetectedText": word.text,
                "Type": "WORD",
                "Id": len(detections) + position,
                "ParentId": line_id,
                "Confidence": line.confidence,
                "Geometry": geometry(_corners(word.box)),
            }
            for position, word in enumerate(words)
        ]
    return detections


def _region(region: Mapping[str, Any]) -> Box:
    if "Polygon" in region or "BoundingBox" not in region:
        raise UnsupportedFeatureError(
            "RegionsOfInterest is supported with a BoundingBox only, not with a Polygon."
        )
    box = region["BoundingBox"]
    return Box(
        box.get("Left", 0.0), box.get("Top", 0.0), box.get("Width", 0.0), box.get("Height", 0.0)
    )


def _passes(box: Box, word_filter: Mapping[str, Any], regions: Sequence[Box]) -> bool:
    if box.height < word_filter.get("MinBoundingBoxHeight", 0.0):
        return False
    if box.width < word_filter.get("MinBoundingBoxWidth", 0.0):
        return False
    # Rekognition keeps a word that is more than half in any of the regions.
    return not regions or any(box.share_inside(region) > 0.5 for region in regions)


def _corners(box: Box) -> list[tuple[float, float]]:
    return [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]

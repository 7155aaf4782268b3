"""Compose Rekognition's `Labels` from what the recognisers found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from vision.shapes import Box, Detection
from vision.taxonomy import entry_of
from vision.text import Line

# The default of MinConfidence in Rekognition's DetectLabels.
DEFAULT_MIN_CONFIDENCE = 55.0
# The default and upper limit of MaxLabels in Rekognition's DetectLabels.
MAX_LABELS = 1000


def text_as_detections(lines: Iterable[Line]) -> list[Detection]:
    """Answer one `Text` for each line that was read, with the line's confidence."""
    return [Detection("Text", line.confidence, Box.around(line.polygon)) for line in lines]


def compose_labels(
    detections: Iterable[Detection], parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Group detections into labels, the surest first.

    `parameters` are those of `DetectLabels`: `MinConfidence` (default 55), `MaxLabels` and the
    filters of `Settings.GeneralLabels`. A label has the confidence of its surest instance; a
    parent that of its surest child, and no instances, for nothing measured where the parent is.
    """
    min_confidence = parameters.get("MinConfidence", DEFAULT_MIN_CONFIDENCE)
    instances: dict[str, list[Detection]] = defaultdict(list)
    confidences: dict[str, float] = defaultdict(float)
    for detection in detections:
        if detection.confidence < min_confidence:
            continue
        instances[detection.name].append(detection)
        entry = entry_of(detection.name)
        for name in (detection.name, *(entry.parents if entry.implies_parents else ())):
            confidences[name] = max(confidences[name], detection.confidence)

    labels = [
        _label(name, confidence, instances.get(name, []))
        for name, confidence in sorted(confidences.items(), key=lambda item: (-item[1], item[0]))
    ]
    filters = parameters.get("Settings", {}).get("GeneralLabels", {})
    limit = min(parameters.get("MaxLabels", MAX_LABELS), MAX_LABELS)
    return [label for label in labels if _passes(label, filters)][:limit]


def _label(name: str, confidence: float, instances: Iterable[Detection]) -> dict[str, Any]:
    entry = entry_of(name)
    return {
        "Name": name,
        "Confidence": confidence,
        "Instances": [
            {"BoundingBox": found.box.as_rekognition(), "Confidence": found.confidence}
            for found in sorted(instances, key=lambda found: -found.confidence)
        ],
        "Parents": [{"Name": parent} for parent in entry.parents],
        "Aliases": [{"Name": entry.alias}] if entry.alias else [],
        "Categories": [{"Name": entry.category}] if entry.category else [],
    }


def _passes(label: Mapping[str, Any], filters: Mapping[str, list[str]]) -> bool:
    name = label["Name"]
    categories = {category["Name"] for category in label["Categories"]}
    if name in filters.get("LabelExclusionFilters", ()):
        return False
    if categories.intersection(filters.get("LabelCategoryExclusionFilters", ())):
        return False
    names = filters.get("LabelInclusionFilters", ())
    wanted = filters.get("LabelCategoryInclusionFilters", ())
    return not (names or wanted) or name in names or bool(categories.intersection(wanted))

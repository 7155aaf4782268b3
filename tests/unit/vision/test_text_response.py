from typing import Any

import pytest

from vision.errors import UnsupportedFeatureError
from vision.shapes import Box
from vision.text import Line, Word
from vision.text_response import text_detections


def line(text: str, top: float = 0.1, confidence: float = 95.0) -> Line:
    words = tuple(
        Word(word, Box(0.1 + 0.2 * index, top, 0.15, 0.05))
        for index, word in enumerate(text.split())
    )
    polygon = ((0.1, top), (0.9, top), (0.9, top + 0.05), (0.1, top + 0.05))
    return Line(text, confidence, polygon, words)


def texts(lines: list[Line], filters: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found["Type"], found["DetectedText"]) for found in text_detections(lines, filters)]


def test_words_follow_the_lines_and_name_their_parents() -> None:
    found = text_detections([line("SPEED LIMIT"), line("STOP", top=0.5)], {})
    assert [(d["Id"], d["Type"], d["DetectedText"], d.get("ParentId")) for d in found] == [
        (0, "LINE", "SPEED LIMIT", None),
        (1, "LINE", "STOP", None),
        (2, "WORD", "SPEED", 0),
        (3, "WORD", "LIMIT", 0),
        (4, "WORD", "STOP", 1),
    ]
    assert found[3]["Geometry"]["BoundingBox"]["Left"] == pytest.approx(0.3)
    assert len(found[3]["Geometry"]["Polygon"]) == 4


def test_at_most_100_words_are_answered() -> None:
    lines = [line("one two three", top=index / 50) for index in range(40)]
    found = texts(lines, {})
    assert sum(kind == "WORD" for kind, _ in found) == 100
    assert sum(kind == "LINE" for kind, _ in found) == 34


@pytest.mark.parametrize(
    ("word_filter", "kept"),
    [
        ({"MinConfidence": 96}, False),
        ({"MinConfidence": 95}, True),
        ({"MinBoundingBoxHeight": 0.06}, False),
        ({"MinBoundingBoxHeight": 0.04}, True),
        ({"MinBoundingBoxWidth": 0.2}, False),
    ],
)
def test_words_are_filtered(word_filter: dict[str, float], kept: bool) -> None:
    assert bool(texts([line("STOP")], {"WordFilter": word_filter})) == kept


def test_words_more_than_half_in_a_region_are_kept() -> None:
    regions = [{"BoundingBox": {"Left": 0.0, "Top": 0.0, "Width": 0.2, "Height": 1.0}}]
    found = texts([line("SPEED LIMIT")], {"RegionsOfInterest": regions})
    assert found == [("LINE", "SPEED LIMIT"), ("WORD", "SPEED")]


def test_a_polygon_region_is_refused_and_not_ignored() -> None:
    region = {"Polygon": [{"X": 0, "Y": 0}, {"X": 1, "Y": 0}, {"X": 1, "Y": 1}]}
    with pytest.raises(UnsupportedFeatureError, match="Polygon"):
        texts([line("STOP")], {"RegionsOfInterest": [region]})

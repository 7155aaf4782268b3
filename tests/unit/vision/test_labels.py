from typing import Any

import pytest

from vision.labels import compose_labels
from vision.shapes import Box, Detection

BOX = Box(0.1, 0.2, 0.3, 0.4)
FOUND = [
    Detection("Text", 90.0, BOX),
    Detection("Text", 95.0, BOX),
    Detection("Face", 80.0, BOX),
    Detection("License Plate", 88.0, BOX),
    Detection("Forklift", 60.0, BOX),
    Detection("Pallet", 40.0, BOX),
]


def names(parameters: dict[str, Any]) -> list[str]:
    return [label["Name"] for label in compose_labels(FOUND, parameters)]


def test_labels_are_grouped_and_the_surest_is_first() -> None:
    assert names({}) == ["Text", "License Plate", "Face", "Head", "Person", "Forklift"]


def test_a_label_has_every_key_of_rekognition() -> None:
    text, plate, face, head, person, forklift = compose_labels(FOUND, {})
    assert text["Confidence"] == 95.0
    assert [found["Confidence"] for found in text["Instances"]] == [95.0, 90.0]
    assert text["Instances"][0]["BoundingBox"] == {
        "Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4,
    }  # fmt: skip
    assert face["Parents"] == [{"Name": "Head"}, {"Name": "Person"}]
    assert head["Instances"] == [], "a face's box is not the head's"
    assert (person["Aliases"], person["Confidence"]) == ([{"Name": "Human"}], 80.0)
    assert person["Categories"] == [{"Name": "Person Description"}]
    assert plate["Parents"] == [{"Name": "Transportation"}, {"Name": "Vehicle"}]
    assert (forklift["Parents"], forklift["Categories"]) == ([], []), "nothing is guessed"


def test_a_plate_does_not_claim_a_vehicle_and_a_car_does() -> None:
    assert "Vehicle" not in names({})
    car = compose_labels([Detection("Car", 97.0, BOX)], {})
    assert [label["Name"] for label in car] == ["Car", "Transportation", "Vehicle"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"MaxLabels": 2}, ["Text", "License Plate"]),
        ({"MaxLabels": 0}, []),
        ({"MinConfidence": 85}, ["Text", "License Plate"]),
        ({"MinConfidence": 30, "MaxLabels": 50}, None),
    ],
)
def test_limits(parameters: dict[str, Any], expected: list[str] | None) -> None:
    assert names(parameters) == (expected if expected is not None else [*names({}), "Pallet"])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"LabelInclusionFilters": ["Text", "Face"]}, ["Text", "Face"]),
        ({"LabelExclusionFilters": ["Text"]}, names({})[1:]),
        ({"LabelCategoryInclusionFilters": ["Person Description"]}, ["Face", "Head", "Person"]),
        (
            {"LabelCategoryExclusionFilters": ["Person Description"]},
            ["Text", "License Plate", "Forklift"],
        ),
        (
            {"LabelInclusionFilters": ["Text", "Face"], "LabelExclusionFilters": ["Text"]},
            ["Face"],
        ),
    ],
)
def test_filters(filters: dict[str, list[str]], expected: list[str]) -> None:
    assert names({"Settings": {"GeneralLabels": filters}}) == expected

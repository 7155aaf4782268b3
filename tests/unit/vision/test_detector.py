from pathlib import Path

import numpy as np
import pytest

from tests.unit.vision.onnx_models import colour_model, constant_model
from tests.unit.vision.pictures import encoded, plain
from vision.detector import ObjectDetector
from vision.errors import DetectorError
from vision.images import Picture, decode
from vision.shapes import Box

NAMES = "{0: 'car', 1: 'hot dog'}"


def picture(colour: str = "black", size: tuple[int, int] = (200, 100)) -> Picture:
    return decode(encoded(plain(colour, size), "PNG"))


def detector(folder: Path, model: bytes, names: str | None = None) -> ObjectDetector:
    (folder / "model.onnx").write_bytes(model)
    if names is not None:
        (folder / "names.txt").write_text(names)
    return ObjectDetector(folder / "model.onnx", folder / "names.txt" if names else None, 1)


@pytest.mark.parametrize(
    ("colour", "name"), [("red", "Red"), ("lime", "Traffic Green"), ("blue", "Blue")]
)
def test_the_model_sees_rgb_from_0_to_1(tmp_path: Path, colour: str, name: str) -> None:
    model = colour_model((32, 32, 64, 64), 64)
    assert len(model) < 2048
    (found,) = detector(tmp_path, model).find(picture(colour, (100, 100)))
    assert found.name == name
    assert found.confidence == pytest.approx(100)
    assert found.box == Box(0, 0, 1, 1)


def test_the_letterbox_is_grey_and_taken_off_the_boxes(tmp_path: Path) -> None:
    # Of 64 x 64, an image of 200 x 100 fills the upper half; the rest is grey 114.
    (found,) = detector(tmp_path, colour_model((32, 16, 32, 16), 64)).find(picture("red"))
    assert found.confidence == pytest.approx(100 * (1 + 114 / 255) / 2, abs=0.1)
    assert found.box == Box(0.25, 0.25, 0.5, 0.5)


def columns(*candidates: tuple[float, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(candidates, dtype=np.float32).T[np.newaxis]


def test_overlapping_boxes_of_a_class_are_one(tmp_path: Path) -> None:
    output = columns(
        (20, 16, 20, 16, 0.9, 0.1),
        (21, 16, 20, 16, 0.8, 0.1),  # the same car
        (20, 16, 20, 16, 0.1, 0.7),  # another class in the same place
        (50, 16, 20, 16, 0.6, 0.1),  # another car
        (40, 16, 20, 16, 0.2, 0.1),  # too weak
    )
    found = detector(tmp_path, constant_model(output, NAMES)).find(picture())
    assert sorted((one.name, round(one.confidence)) for one in found) == [
        ("Car", 60), ("Car", 90), ("Hot Dog", 70),
    ]  # fmt: skip


def test_objectness_multiplies_the_score(tmp_path: Path) -> None:
    output = np.array(
        [[[32, 16, 32, 16, 0.9, 0.1, 0.8], [10, 10, 4, 4, 0.2, 0.9, 0.1]]], np.float32
    )
    (found,) = detector(tmp_path, constant_model(output, NAMES)).find(picture())
    assert found.name == "Hot Dog"
    assert found.confidence == pytest.approx(72)
    assert found.box == Box(0.25, 0.25, 0.5, 0.5)


def test_rows_of_a_suppressing_model(tmp_path: Path) -> None:
    output = np.zeros((1, 300, 6), np.float32)
    output[0, 0] = (16, 8, 48, 24, 0.85, 1)
    (found,) = detector(tmp_path, constant_model(output, NAMES)).find(picture())
    assert found.name == "Hot Dog"
    assert found.confidence == pytest.approx(85)
    assert found.box == Box(0.25, 0.25, 0.5, 0.5)


def test_names_from_a_file_come_first(tmp_path: Path) -> None:
    output = columns((32, 16, 32, 16, 0.9, 0.1))
    (found,) = detector(tmp_path, constant_model(output, NAMES), "truck\n\nbus\n").find(picture())
    assert found.name == "Truck"


def test_the_version_names_the_file_and_its_content(tmp_path: Path) -> None:
    output = columns((32, 16, 32, 16, 0.9, 0.1))
    version = detector(tmp_path, constant_model(output, NAMES)).version
    assert version.startswith("detector-model-")
    assert version != detector(tmp_path, constant_model(output + 1, NAMES)).version


FINE = columns((32, 16, 32, 16, 0.9, 0.1))


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (b"not a model", "not an ONNX model"),
        (constant_model(FINE), "no `names`"),
        (constant_model(FINE, "os.getcwd()"), "cannot be read"),
        (constant_model(FINE, "{1: 'car'}"), "neither a list"),
        (constant_model(FINE, "['car']"), r"shape \[1, 6, 1\] and there are 1 class"),
        (constant_model(FINE[0], NAMES), r"shape \[6, 1\]"),
        (constant_model(FINE, NAMES, (1, 3, 64, 32)), "fixed side"),
        (constant_model(FINE, NAMES, (1, 1, 64, 64)), "fixed side"),
        (constant_model(FINE, NAMES, (1, 3, "h", "w")), "fixed side"),
        (constant_model(FINE, NAMES, (3, 64, 64)), "fixed side"),
    ],
)
def test_other_models_are_refused(tmp_path: Path, model: bytes, reason: str) -> None:
    with pytest.raises(DetectorError, match=reason):
        detector(tmp_path, model)


def test_an_empty_file_of_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match="no class names"):
        detector(tmp_path, constant_model(FINE), "\n")

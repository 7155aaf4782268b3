from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.unit.vision.onnx_models import colour_model
from tests.unit.vision.pictures import encoded, photo, plain, qr_code, sign
from vision.errors import (
    ImageTooLargeError,
    InvalidParameterError,
    RecognitionError,
    UnsupportedFeatureError,
)
from vision.images import MAX_S3_BYTES
from vision.recognizer import Recognizer, RecognizerSettings
from vision.text import TextReader


@pytest.fixture(scope="module")
def street() -> bytes:
    image = sign("SPEED LIMIT 30", "Parking 6 am to 8 pm", "AB12 CDE")
    image.paste(qr_code("https://example.org", 180), (690, 290))
    return encoded(image)


def named(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {label["Name"]: label for label in answer["Labels"]}


def test_a_street_sign_has_text_a_plate_and_a_qr_code(
    recognizer: Recognizer, street: bytes
) -> None:
    answer = recognizer.detect_labels(street)
    labels = named(answer)
    assert set(labels) == {"Text", "License Plate", "QR Code"}
    assert len(labels["Text"]["Instances"]) == 3
    plate = labels["License Plate"]["Instances"][0]["BoundingBox"]
    assert plate["Top"] == pytest.approx(300 / 500, abs=0.05)
    assert 80 <= labels["License Plate"]["Confidence"] <= 100
    assert "ImageProperties" not in answer


def test_the_lines_and_words_of_a_sign(recognizer: Recognizer, street: bytes) -> None:
    answer = recognizer.detect_text(street)
    found = answer["TextDetections"]
    lines = [text["DetectedText"] for text in found if text["Type"] == "LINE"]
    words = [text["DetectedText"] for text in found if text["Type"] == "WORD"]
    assert lines == ["SPEED LIMIT 30", "Parking 6 am to 8 pm", "AB12 CDE"]
    assert words == " ".join(lines).split()
    limit = found[len(lines) + 1]["Geometry"]["BoundingBox"]
    assert limit["Left"] == pytest.approx(258 / 900, abs=0.03), "LIMIT is where it was drawn"
    assert all(80 <= text["Confidence"] <= 100 for text in found)


def test_a_portrait_shows_a_face_and_a_person(recognizer: Recognizer) -> None:
    labels = named(recognizer.detect_labels(encoded(photo("astronaut"))))
    assert {"Face", "Head", "Person"} <= set(labels)
    assert len(labels["Face"]["Instances"]) == 1


def test_an_empty_image_has_no_labels_and_no_text(recognizer: Recognizer) -> None:
    content = encoded(plain("white"))
    assert recognizer.detect_labels(content)["Labels"] == []
    assert recognizer.detect_text(content)["TextDetections"] == []


def test_single_characters_are_not_text(recognizer: Recognizer) -> None:
    assert recognizer.detect_text(encoded(sign("X", font_pixels=150)))["TextDetections"] == []


def test_versions_say_that_they_are_local(recognizer: Recognizer) -> None:
    assert recognizer.label_model_version.startswith("local-opencv-4.")
    assert recognizer.text_model_version.startswith("local-rapidocr-")


def test_image_properties_alone_do_not_read_the_text(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextReader, "read", None)
    parameters = {
        "Features": ["IMAGE_PROPERTIES"],
        "Settings": {"ImageProperties": {"MaxDominantColors": 1}},
    }
    answer = recognizer.detect_labels(encoded(plain("tomato")), parameters)
    assert "Labels" not in answer
    (colour,) = answer["ImageProperties"]["DominantColors"]
    assert colour["CSSColor"] == "tomato"


def test_labels_and_text_of_an_image_cost_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = []
    read = TextReader.read

    def counting(self: TextReader, picture: Any) -> Any:
        readings.append(picture.digest)
        return read(self, picture)

    monkeypatch.setattr(TextReader, "read", counting)
    recognizer = Recognizer(RecognizerSettings(threads=1))
    content = encoded(sign("ONE READING"))
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(recognizer.detect_labels, content) for _ in range(2)]
        calls += [pool.submit(recognizer.detect_text, content) for _ in range(2)]
        assert all(call.result() for call in calls)
    assert len(readings) == 1


def test_a_users_detector_adds_its_labels(tmp_path: Path) -> None:
    model = tmp_path / "colours.onnx"
    model.write_bytes(colour_model((32, 32, 64, 64), 64))
    recognizer = Recognizer(RecognizerSettings(threads=1, detector=model))
    labels = named(recognizer.detect_labels(encoded(plain("red", (100, 100)))))
    assert set(labels) == {"Red"}
    assert "detector-colours-" in recognizer.label_model_version


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"Features": ["MODERATION"]}, UnsupportedFeatureError),
        ({"HumanLoopConfig": {}}, UnsupportedFeatureError),
        ({"Features": ["IMAGE_PROPERTIES"], "MinConfidence": 60}, InvalidParameterError),
    ],
)
def test_what_is_not_there_is_an_error(
    recognizer: Recognizer, parameters: dict[str, Any], error: type[RecognitionError]
) -> None:
    with pytest.raises(error):
        recognizer.detect_labels(encoded(plain("red")), parameters)


def test_labels_need_80_pixels_and_text_does_not(recognizer: Recognizer) -> None:
    content = encoded(plain("white", (79, 79)))
    with pytest.raises(InvalidParameterError, match="80 x 80"):
        recognizer.detect_labels(content)
    assert recognizer.detect_text(content)["TextDetections"] == []


def test_an_image_in_s3_may_have_15_megabytes(recognizer: Recognizer) -> None:
    content = encoded(plain("white")) + b"\x00" * (6 * 1024 * 1024)
    with pytest.raises(ImageTooLargeError, match="5,242,880"):
        recognizer.detect_text(content)
    assert recognizer.detect_text(content, max_bytes=MAX_S3_BYTES)["TextDetections"] == []

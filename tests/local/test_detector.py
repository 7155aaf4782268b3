"""A detector of the user's own, and with it the stock rule: `Car` at 90 or more is read.

A stack of its own: the detector is chosen when the processes start.
"""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from lambdas.common.status import Status
from local.endpoint import LocalStack
from local.paths import StackFiles
from local.stop import stop
from tests.local.deployed import Deployed
from tests.local.ports import free_port
from tests.local.test_cli import sightline
from tests.unit.vision.onnx_models import colour_model


@pytest.fixture(scope="module")
def with_detector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A stack with the stock rule, where what is red is a car, and what is blue is sky."""
    folder = tmp_path_factory.mktemp("detector")
    model, names, port = folder / "colours.onnx", folder / "names.txt", free_port()
    model.write_bytes(colour_model((32, 32, 64, 64), 64))
    names.write_text("car\ntree\nsky\n")
    try:
        done = sightline(
            *("local", "up", "--port", port, "-c", "text_rule=Car:90"),
            *("--detector", model, "--detector-names", names),
        )
        assert done.returncode == 0, done.stderr
        stack = LocalStack.find(port)
        yield Deployed(stack, stack.outputs())
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)


def _coloured(colour: str) -> bytes:
    image = Image.new("RGB", (800, 800), colour)
    font = ImageFont.load_default(60)
    ImageDraw.Draw(image).text((200, 360), "TAXI 42", font=font, fill="white")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_car_is_read(with_detector: Deployed) -> None:
    image = with_detector.upload("red.png", _coloured("red"))
    record = with_detector.wait_for(image)

    labels = {label["name"]: label["confidence"] for label in record["labels"]}
    assert labels["Car"] >= 90
    assert record["text"] == ["TAXI 42"]
    assert record["status"] == Status.DONE


def test_what_is_no_car_is_not_read(with_detector: Deployed) -> None:
    image = with_detector.upload("blue.png", _coloured("blue"))
    record = with_detector.wait_for(image)

    assert "Sky" in {label["name"] for label in record["labels"]}
    assert record["text"] == []
    assert set(record["models"]) == {"labels"}


def test_a_file_that_is_no_detector_is_refused_with_a_sentence(tmp_path: Path) -> None:
    port = free_port()
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"no model")

    done = sightline("local", "up", "--port", port, "--detector", wrong)
    shutil.rmtree(StackFiles(port).root, ignore_errors=True)

    assert done.returncode == 1
    assert "The recognition process ended by itself" in done.stderr
    assert "wrong.onnx" in done.stderr

"""A detector of the user's own, and with it the stock rule: `Car` at 90 or more is read.

A stack of its own: the detector is chosen when the processes start. It is deployed once more, with
the rule set as a user sets it: -c text_rule=…
"""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from cli.samples import write_samples
from lambdas.common.status import Status
from local.endpoint import LocalStack
from local.paths import StackFiles
from local.stop import stop
from tests.local.deployed import Deployed
from tests.local.ports import free_port
from tests.local.test_cli import sightline
from tests.patience import eventually
from tests.unit.vision.onnx_models import colour_model


@dataclass(frozen=True)
class Stack:
    """How the command line starts the stack under test, on which port."""

    port: int
    detector: tuple[object, ...]

    def up(self, rule: str) -> subprocess.CompletedProcess[str]:
        setting = f"text_rule={rule}"
        return sightline(
            "local", "up", "--no-console", "--port", self.port, "-c", setting, *self.detector
        )

    def find(self) -> Deployed:
        stack = LocalStack.find(self.port)
        return Deployed(stack, stack.outputs())


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A detector for which what is red is a car, and what is blue is sky."""
    folder = tmp_path_factory.mktemp("detector")
    model, names, port = folder / "colours.onnx", folder / "names.txt", free_port()
    model.write_bytes(colour_model((32, 32, 64, 64), 64))
    names.write_text("car\ntree\nsky\n")
    try:
        yield Stack(port, ("--detector", model, "--detector-names", names))
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)


@pytest.fixture(scope="module")
def with_detector(stack: Stack) -> Deployed:
    """The stack with the stock rule."""
    done = stack.up("Car:90")
    assert done.returncode == 0, done.stderr
    return stack.find()


@pytest.fixture(scope="module")
def with_rule(stack: Stack, with_detector: Deployed) -> Deployed:
    """The same stack afterwards, with a rule on a label that the local recognisers give."""
    changed = stack.up("Text:90")
    assert changed.returncode == 0, changed.stderr
    assert stack.find().stack.record.pid == with_detector.stack.record.pid
    return stack.find()


def _coloured(colour: str, text: str = "TAXI 42") -> bytes:
    image = Image.new("RGB", (800, 800), colour)
    font = ImageFont.load_default(60)
    ImageDraw.Draw(image).text((200, 360), text, font=font, fill="white")
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

    done = sightline("local", "up", "--no-console", "--port", port, "--detector", wrong)
    shutil.rmtree(StackFiles(port).root, ignore_errors=True)

    assert done.returncode == 1
    assert "The recognition process ended by itself" in done.stderr
    assert "wrong.onnx" in done.stderr


def test_ten_images_of_a_bucket_are_a_batch_that_reports_cars_with_text(
    with_detector: Deployed, tmp_path: Path
) -> None:
    # Given: 1.jpg to 10.jpg; three cars with a number, one without, and six of the sky
    texts = {2: "TAXI 42", 4: "TAXI 17", 10: "TAXI 99", 5: ""}
    s3 = with_detector.client("s3")
    s3.create_bucket(Bucket="street")
    for number in range(1, 11):
        colour = "red" if number in texts else "blue"
        body = _coloured(colour, texts.get(number, f"SKY {number}"))
        s3.put_object(Bucket="street", Key=f"monday/{number}.jpg", Body=body)
    # When
    port = ("--port", with_detector.port)
    done = sightline("batch", "s3://street/monday/", "--name", "monday", "--yes", *port)
    # Then: how many there are and what they may cost is said first, the report in the end
    assert done.returncode == 0, done.stderr
    assert "10 images" in done.stdout + done.stderr
    assert "at most $0.01 for labels and $0.01 for text" in done.stderr
    report = sightline("batch", "report", "monday", *port)
    assert report.stdout.splitlines() == ["2: TAXI 42", "4: TAXI 17", "10: TAXI 99"]
    # Then: CSV and JSON say the same
    sightline("batch", "report", "monday", "--save", tmp_path, *port)
    (table,) = tmp_path.rglob("*.csv")
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"), newline="")))
    assert [(row["index"], row["key"], row["text"]) for row in rows] == [
        (str(number), f"monday/{number}.jpg", texts[number]) for number in (2, 4, 10)
    ]
    assert all(row["labels"].startswith("Car") for row in rows)
    (summary,) = tmp_path.rglob("*.json")
    counts = json.loads(summary.read_text(encoding="utf-8"))
    assert counts["images"] == 10
    assert counts["with_text"] == 3
    # Then: a message announced it, and the digest made an email of that
    mails = with_detector.mails("you@example.com")
    eventually(
        lambda: [m for m in with_detector.mails("you@example.com") if "Batch monday" in m.subject],
        f"there is an email about the batch among {[mail.subject for mail in mails]}",
    )


def test_an_image_with_the_label_of_a_new_rule_is_read(with_rule: Deployed, tmp_path: Path) -> None:
    write_samples(tmp_path)

    image = with_rule.upload("rule/sign.png", (tmp_path / "street-sign.png").read_bytes())
    record = with_rule.wait_for(image)

    assert record["status"] == Status.DONE
    assert record["text"] == ["MAPLE STREET"]
    assert set(record["models"]) == {"labels", "text"}
    assert record["labelled_at"]


def test_an_image_without_it_is_not_read(with_rule: Deployed) -> None:
    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).save(buffer, "JPEG")

    image = with_rule.upload("rule/astronaut.jpg", buffer.getvalue())
    record = with_rule.wait_for(image)

    assert record["status"] == Status.DONE
    assert set(record["models"]) == {"labels"}
    assert "labelled_at" not in record


@pytest.mark.usefixtures("with_rule")
def test_a_wrong_rule_is_refused_with_the_sentence_of_the_synth(stack: Stack) -> None:
    done = stack.up("Car:lots")

    assert done.returncode == 1
    assert "'Car:lots' needs a confidence from 0 to 100" in done.stderr

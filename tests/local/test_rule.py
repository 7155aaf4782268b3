"""The rule that sends images to the text stage, set as a user sets it: -c text_rule=…"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from cli.samples import write_samples
from lambdas.common.status import Status
from tests.local.deployed import Deployed
from tests.local.test_cli import sightline


@pytest.fixture(scope="module")
def ruled(deployed: Deployed) -> Iterator[Deployed]:
    """The stack with a rule on a label that the local recognisers give."""
    changed = sightline("local", "up", "--port", deployed.port, "-c", "text_rule=Text:90")
    assert changed.returncode == 0, changed.stderr
    yield deployed
    back = sightline("local", "up", "--port", deployed.port)
    assert back.returncode == 0, back.stderr


def test_an_image_with_the_label_is_read(ruled: Deployed, tmp_path: Path) -> None:
    write_samples(tmp_path)

    image = ruled.upload("rule/sign.png", (tmp_path / "street-sign.png").read_bytes())
    record = ruled.wait_for(image)

    assert record["status"] == Status.DONE
    assert record["text"] == ["MAPLE STREET"]
    assert set(record["models"]) == {"labels", "text"}
    assert record["labelled_at"]


def test_an_image_without_it_is_not_read(ruled: Deployed) -> None:
    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).save(buffer, "JPEG")

    image = ruled.upload("rule/astronaut.jpg", buffer.getvalue())
    record = ruled.wait_for(image)

    assert record["status"] == Status.DONE
    assert set(record["models"]) == {"labels"}
    assert "labelled_at" not in record


def test_a_wrong_setting_is_refused_with_the_sentence_of_the_synth(ruled: Deployed) -> None:
    done = sightline("local", "up", "--port", ruled.port, "-c", "text_rule=Car:lots")

    assert done.returncode == 1
    assert "'Car:lots' needs a confidence from 0 to 100" in done.stderr

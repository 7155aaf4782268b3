"""The benchmarks' stand-in for AWS serves the real handler: an image comes to its end there."""

from pathlib import Path

from PIL import Image

from benchmarks.fake_aws import fake_aws
from benchmarks.memory import measure
from lambdas.common.rules import TextRule
from stacks.settings import Settings


def test_a_file_is_handled_to_its_end_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    Image.new("RGB", (120, 90), "red").save(path)
    settings = Settings(text_rule=TextRule.parse("never"))

    with fake_aws() as fake:
        handled = measure(fake, settings, path, "a small file", 120 * 90)

    assert handled.status == "done"
    assert handled.peak_mb >= handled.imported_mb > 0

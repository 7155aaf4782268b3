import json
import os
from pathlib import Path

from local.console.outputs import Outputs


def test_outputs_are_read_again_when_they_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "outputs.json"
    outputs = Outputs(path)
    assert outputs.read() == {}
    path.write_text(json.dumps({"Sightline-dev": {"ApiId": "one"}}))
    assert outputs.read() == {"ApiId": "one"}
    path.write_text(json.dumps({"Sightline-dev": {"ApiId": "two"}}))
    os.utime(path, ns=(1, 1))
    assert outputs.read() == {"ApiId": "two"}
    path.write_text('{"Sightline-dev": {"ApiId": "thr')
    assert outputs.read() == {"ApiId": "two"}
    path.unlink()
    assert outputs.read() == {}

"""The layers that the synthesis built: for Lambda's machine, and the same every time."""

import hashlib
import struct
from pathlib import Path

import pytest

import layers.build
from layers.build import LAYERS, LayerTarget, build
from tests.infrastructure.conftest import Template

AARCH64 = 183  # e_machine in an ELF header


def test_compiled_files_are_for_lambdas_processor_and_python(template: Template) -> None:
    libraries = [
        path
        for layer in template.assembly.glob("asset.*/python")
        for path in layer.rglob("*.so*")
        if path.is_file()
    ]

    assert len(libraries) > 5
    for path in libraries:
        (machine,) = struct.unpack_from("<H", path.read_bytes()[:20], 18)
        assert machine == AARCH64, path.name
        assert "cpython-" not in path.name or "cpython-313-aarch64" in path.name, path.name


def test_layers_hold_what_the_functions_import(template: Template) -> None:
    packages = {
        path.name for layer in template.assembly.glob("asset.*/python") for path in layer.iterdir()
    }

    assert {"PIL", "pillow_heif", "aws_lambda_powertools", "pydantic"} <= packages
    # Lambda's own are newer than what a layer would freeze.
    assert not {"boto3", "botocore"} & packages


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_built_the_same_every_time(
    layer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees = []
    for attempt in ("first", "second"):
        monkeypatch.setattr(layers.build, "_BUILT", tmp_path / attempt)
        trees.append(_tree(build(layer, LayerTarget.LAMBDA)))

    assert trees[0] == trees[1]
    assert trees[0]


def _tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        + oct(path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

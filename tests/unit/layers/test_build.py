"""Building layers, with a pretended uv: no network. That uv itself works is tested by deploying."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from layers import build as layers_build
from layers.build import LAYERS, LayerBuildError, LayerTarget, build

Install = Callable[[Path], None]


def install(folder: Path) -> None:
    """What an installer leaves behind: a package, and things that differ or serve nobody."""
    files = {
        "PIL/__init__.py": "x = 1",
        "PIL/tests/test_x.py": "",
        "PIL/__pycache__/x.pyc": str(os.urandom(4)),
        "bin/tool": "#!/usr/bin/python",
        "pillow-13.dist-info/METADATA": "Name: pillow",
        "pillow-13.dist-info/RECORD": "bin/tool,sha256=…",
        "pillow-13.dist-info/INSTALLER": "uv",
        "pillow-13.dist-info/REQUESTED": "",
        "pillow-13.dist-info/direct_url.json": "{}",
        "pillow-13.dist-info/uv_cache.json": str(os.urandom(4)),
        ".lock": "",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


class FakeUv:
    """Stands in for subprocess.run: notes the command, and installs or fails."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.install: Install = install
        self.error = ""

    def __call__(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        if not self.error:
            self.install(Path(command[command.index("--target") + 1]))
        return subprocess.CompletedProcess(command, int(bool(self.error)), "", self.error)


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    fake = FakeUv()
    monkeypatch.setattr(subprocess, "run", fake)
    return fake


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A layers folder of its own, with one layer."""
    (tmp_path / "imaging").mkdir()
    (tmp_path / "imaging" / "requirements.txt").write_text("pillow==13.0.0\n")
    monkeypatch.setattr(layers_build, "_HERE", tmp_path)
    monkeypatch.setattr(layers_build, "_BUILT", tmp_path / "build")
    return tmp_path


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_layer_pins_all_that_it_installs() -> None:
    folder = Path(layers_build.__file__).parent
    for layer in LAYERS:
        lines = (folder / layer / "requirements.txt").read_text().splitlines()
        wanted = [line for line in lines if line and not line.startswith("#")]
        assert wanted
        assert [line for line in wanted if "==" not in line] == []


def test_a_layer_holds_its_packages_where_lambda_looks_and_nothing_that_varies(
    house: Path, uv: FakeUv
) -> None:
    folder = build("imaging", LayerTarget.LAMBDA)
    assert folder == house / "build" / "lambda" / "imaging"
    assert tree(folder) == {
        "python/PIL/__init__.py": "x = 1",
        "python/pillow-13.dist-info/METADATA": "Name: pillow",
    }


def test_the_same_requirements_give_the_same_files_in_another_place(
    house: Path, uv: FakeUv, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    first = tree(build("imaging", LayerTarget.HOST))
    # When
    monkeypatch.setattr(layers_build, "_BUILT", house / "elsewhere")
    second = tree(build("imaging", LayerTarget.HOST))
    # Then
    assert len(uv.commands) == 2
    assert first == second


def test_only_wheels_for_the_target_are_installed(house: Path, uv: FakeUv) -> None:
    # When
    build("imaging", LayerTarget.LAMBDA)
    build("imaging", LayerTarget.HOST)
    # Then
    for command in uv.commands:
        assert command[1:3] == ["pip", "install"]
        assert "--no-deps" in command
        assert command[command.index("--only-binary") + 1] == ":all:"
    lambda_command, host_command = uv.commands
    assert "aarch64-manylinux_2_28" in lambda_command
    assert lambda_command[lambda_command.index("--python-version") + 1] == "3.13"
    assert "--python-platform" not in host_command


def test_an_unchanged_layer_is_left_as_it_is(house: Path, uv: FakeUv) -> None:
    folder = build("imaging", LayerTarget.LAMBDA)
    before = folder.stat().st_mtime_ns
    assert build("imaging", LayerTarget.LAMBDA) == folder
    assert folder.stat().st_mtime_ns == before
    assert len(uv.commands) == 1


def test_changed_requirements_build_the_layer_anew(house: Path, uv: FakeUv) -> None:
    # Given
    folder = build("imaging", LayerTarget.LAMBDA)
    (folder / "python" / "left-over.py").write_text("")
    # When
    (house / "imaging" / "requirements.txt").write_text("pillow==13.0.1\n")
    build("imaging", LayerTarget.LAMBDA)
    # Then: and nothing of the old one is left
    assert len(uv.commands) == 2
    assert "python/left-over.py" not in tree(folder)


def test_a_layer_whose_folder_is_gone_is_built_again(house: Path, uv: FakeUv) -> None:
    folder = build("imaging", LayerTarget.LAMBDA)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    assert tree(build("imaging", LayerTarget.LAMBDA))
    assert len(uv.commands) == 2


def test_a_build_that_fails_leaves_the_old_layer_and_says_why(house: Path, uv: FakeUv) -> None:
    # Given
    folder = build("imaging", LayerTarget.LAMBDA)
    before = tree(folder)
    (house / "imaging" / "requirements.txt").write_text("pillow==99\n")
    uv.error = "error: no version of pillow==99\n"
    # When
    with pytest.raises(LayerBuildError) as caught:
        build("imaging", LayerTarget.LAMBDA)
    # Then
    assert "imaging/requirements.txt could not be built for lambda" in str(caught.value)
    assert "is the package index reachable?" in str(caught.value)
    assert str(caught.value).endswith("error: no version of pillow==99")
    assert tree(folder) == before
    assert {path.name for path in folder.parent.iterdir()} == {
        *("imaging", "imaging.lock", "imaging.stamp"),
    }
    # And when: it is not taken for built
    uv.error = ""
    build("imaging", LayerTarget.LAMBDA)
    assert len(uv.commands) == 3


def test_a_package_index_that_never_answers_is_a_failure_in_words(house: Path, uv: FakeUv) -> None:
    def hang(folder: Path) -> None:
        raise subprocess.TimeoutExpired(["uv"], 600)

    uv.install = hang
    with pytest.raises(LayerBuildError, match="could not be built for lambda"):
        build("imaging", LayerTarget.LAMBDA)


def test_a_build_cut_short_before_its_stamp_is_not_taken_for_the_old_one(
    house: Path, uv: FakeUv, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a new build that ended just before its stamp was written
    old = (house / "imaging" / "requirements.txt").read_text()
    build("imaging", LayerTarget.LAMBDA)
    (house / "imaging" / "requirements.txt").write_text("pillow==14\n")

    def end(*arguments: object) -> int:
        raise KeyboardInterrupt

    uv.install = lambda folder: (folder / "PIL").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", end)
        with pytest.raises(KeyboardInterrupt):
            build("imaging", LayerTarget.LAMBDA)
    # When: the change is taken back
    (house / "imaging" / "requirements.txt").write_text(old)
    uv.install = install
    folder = build("imaging", LayerTarget.LAMBDA)
    # Then
    assert "python/PIL/__init__.py" in tree(folder)


def test_each_layer_is_built_for_the_target_on_the_command_line(
    house: Path,
    uv: FakeUv,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given
    monkeypatch.setattr(layers_build, "LAYERS", ("imaging",))
    monkeypatch.setattr("sys.argv", ["build.py", "host"])
    # When
    layers_build.main()
    # Then
    assert capsys.readouterr().out == f"{house / 'build' / 'host' / 'imaging'}\n"

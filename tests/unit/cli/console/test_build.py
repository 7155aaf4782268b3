"""Building the console once, and installing its packages once."""

import sys
from pathlib import Path

import pytest

from cli.console import build as building
from cli.console import packages
from cli.console.build import build, fingerprint
from cli.console.packages import ConsoleBuildError, install, run_npm
from local.progress import Progress


class Npm:
    """Notes what it is asked, and builds a page of the sources."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.builds = True

    def __call__(self, web: Path, log: Path, seconds: float, *arguments: str) -> None:
        self.asked.append(arguments[0])
        if arguments[0] == "ci":
            (web / "node_modules").mkdir(exist_ok=True)
        elif self.builds:
            (web / "dist").mkdir(exist_ok=True)
            (web / "dist" / "index.html").write_text((web / "src" / "main.tsx").read_text())


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Npm:
    found = Npm()
    monkeypatch.setattr(packages, "run_npm", found)
    monkeypatch.setattr(building, "run_npm", found)
    for module in (packages, building):
        monkeypatch.setattr(module, "STACKS", tmp_path / "stacks")
    return found


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.tsx").write_text("one")
    (folder / "package-lock.json").write_text("{}")
    (folder / ".npmrc").write_text("a=b")
    return folder


def built(web: Path) -> str:
    folder = build(web, web.parent / "build.log", Progress())
    assert folder == web / "dist"
    return (folder / "index.html").read_text()


def test_it_is_built_once_for_each_state_of_its_sources(npm: Npm, web: Path) -> None:
    assert built(web) == built(web) == "one"
    assert npm.asked == ["ci", "run"]
    npm.asked.clear()
    (web / "src" / "main.tsx").write_text("two")
    assert built(web) == "two"
    assert npm.asked == ["run"]


@pytest.mark.parametrize("name", ["index.html", "other.js"])
def test_a_build_that_somebody_changed_is_made_anew(npm: Npm, web: Path, name: str) -> None:
    built(web)
    npm.asked.clear()
    (web / "dist" / name).write_text("changed")
    built(web)
    assert npm.asked == ["run"]


def test_a_build_that_leaves_nothing_is_no_build(npm: Npm, web: Path) -> None:
    npm.builds = False
    for _ in range(2):
        with pytest.raises(ConsoleBuildError, match=r"left no dist/index\.html"):
            built(web)
    npm.builds = True
    assert built(web) == "one"


def test_what_matters_and_what_does_not(npm: Npm, web: Path) -> None:
    first = fingerprint(web)
    for name in ("node_modules/x/index.js", "dist/index.html", "dev/mock.js", ".cache/x"):
        path = web / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert fingerprint(web) == first
    (web / "src" / "main.tsx").touch()
    assert fingerprint(web) == first
    for name in (
        "src/dist/index.ts",
        "src/main.tsx",
        "package-lock.json",
        ".npmrc",
        "vite.config.ts",
    ):
        before = fingerprint(web)
        (web / name).parent.mkdir(exist_ok=True)
        (web / name).write_text(f"changed {name}")
        assert fingerprint(web) != before, name


def test_packages_are_installed_when_the_lock_file_has_changed(npm: Npm, web: Path) -> None:
    assert install(web, web.parent / "log")
    assert not install(web, web.parent / "log")
    (web / "package-lock.json").write_text('{"a": 1}')
    assert install(web, web.parent / "log")
    assert npm.asked == ["ci", "ci"]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is called npm."""
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    monkeypatch.setattr(sys, "executable", str(program.with_name("python")))
    return program


def _write(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_what_npm_said_last_is_told(command: Path, tmp_path: Path) -> None:
    _write(command, "echo 'no such package'; exit 7")
    with pytest.raises(ConsoleBuildError, match=r"failed with status 7[^|]*\| no such package"):
        run_npm(tmp_path, tmp_path / "npm.log", 10, "ci")


def test_of_npms_own_errors_the_first_are_told(command: Path, tmp_path: Path) -> None:
    _write(command, "echo 'npm error code EUSAGE'; for n in 1 2 3 4 5 6 7 8 9 10 11 12 13; do "
           "echo npm error usage $n; done; exit 1")  # fmt: skip
    with pytest.raises(ConsoleBuildError, match="EUSAGE") as told:
        run_npm(tmp_path, tmp_path / "npm.log", 10, "ci")
    assert "usage 13" not in str(told.value)


def test_npm_that_hangs_is_ended_with_what_it_started(command: Path, tmp_path: Path) -> None:
    _write(command, "sleep 60 & wait")
    with pytest.raises(ConsoleBuildError, match="took longer than 0 s"):
        run_npm(tmp_path, tmp_path / "npm.log", 0.3, "run", "build")

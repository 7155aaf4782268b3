"""Installs the libraries that are only compared with, into this folder and nowhere else."""

import json
import os
import subprocess
import sys
from pathlib import Path

from uv import find_uv_bin

from benchmarks.progress import say

HERE = Path(__file__).parent
_BIN = Path(sys.executable).parent
NODE = _BIN / "node"
PYTHON = HERE / ".venv" / "bin" / "python"


def install_pyvips() -> Path:
    """Return the Python that has pyvips."""
    return _install("libvips", HERE / "requirements.txt", HERE / ".venv")


def install_locust() -> Path:
    """Return the Python that has Locust."""
    return _install("Locust", HERE / "load-requirements.txt", HERE / "load" / ".venv")


def install_sharp() -> Path:
    """Return the Node that finds sharp from this folder."""
    package = HERE / "node_modules" / "sharp" / "package.json"
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]["sharp"]
    if not package.exists() or json.loads(package.read_text())["version"] != wanted:
        say("installing sharp (package-lock.json) into benchmarks/node_modules")
        _run(str(_BIN / "npm"), "ci", "--silent", "--no-audit", "--no-fund")
    return NODE


def _install(what: str, requirements: Path, environment: Path) -> Path:
    """Make an environment that has what a file of requirements names; return its Python."""
    python, stamp = environment / "bin" / "python", environment / "installed.txt"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        say(f"installing {what} ({requirements.name}) into {environment.relative_to(HERE.parent)}")
        uv = find_uv_bin()
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
        _run(
            *(uv, "pip", "install", "--quiet", "--no-deps", "--python", str(python)),
            *("--requirement", str(requirements)),
        )
        stamp.write_text(requirements.read_text())
    return python


def _run(*command: str) -> None:
    path = os.pathsep.join([str(_BIN), os.environ.get("PATH", os.defpath)])
    subprocess.run(command, cwd=HERE, env={**os.environ, "PATH": path}, check=True, timeout=600)

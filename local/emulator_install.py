"""The emulator's own virtual environment, made once and again when its requirements change."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import uv

from local.errors import LocalError
from local.paths import CHECKOUT

HOME = CHECKOUT / ".venv-emulator"
PYTHON = HOME / "bin" / "python"
REQUIREMENTS = CHECKOUT / "requirements" / "emulator.txt"
INSTALL_TIMEOUT_SECONDS = 300


def is_installed() -> bool:
    """Is what requirements/emulator.txt asks for what is installed, with this Python?"""
    return PYTHON.exists() and _stamp().exists() and _stamp().read_text() == _wanted()


def install(log: Path) -> None:
    """Make the environment anew: the emulator, and what a Lambda function may import."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if HOME.exists():
        shutil.rmtree(HOME)
    uv_binary = uv.find_uv_bin()
    _run(log, uv_binary, "venv", "--quiet", "--python", sys.executable, str(HOME))
    _run(
        log, uv_binary, "pip", "install", "--quiet", "--no-deps", "--compile-bytecode",
        "--python", str(PYTHON), "-r", str(REQUIREMENTS),
    )  # fmt: skip
    _stamp().write_text(_wanted())


def _stamp() -> Path:
    return HOME / "sightline-installed"


def _wanted() -> str:
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info.major}.{sys.version_info.minor} {sys.base_prefix}\n"


def _run(log: Path, *command: str) -> None:
    with log.open("ab") as output:
        try:
            done = subprocess.run(
                command, stdout=output, stderr=output, timeout=INSTALL_TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise LocalError(
                "Installing the emulator took too long; check the network and try again.", log
            ) from error
    if done.returncode:
        raise LocalError("The emulator could not be installed; the log says why.", log)


if __name__ == "__main__":
    if not is_installed():
        install(CHECKOUT / ".sightline" / "emulator-install.log")

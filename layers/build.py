"""Builds Lambda layers with uv, without Docker: `python -m layers.build [lambda|host]`.

A layer is built for a target: `lambda` is Amazon Linux 2023 on arm64 with Python 3.13; `host` is
this machine and its Python, for the emulator, which runs functions as local processes. A layer
whose requirements have not changed is left as it is; the same requirements give the same files.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path

from uv import find_uv_bin

from lambdas.common.errors import SightlineError

LAYERS = ("api", "imaging", "powertools")
_HERE = Path(__file__).parent
_BUILT = _HERE / "build"
_STAMP = "built-from.txt"


class LayerTarget(StrEnum):
    """What a layer's compiled files are for."""

    LAMBDA = "lambda"
    HOST = "host"


# glibc 2.28 is the newest platform tag that Pillow's wheels carry; Amazon Linux 2023 has 2.34.
_ARGUMENTS = {
    LayerTarget.LAMBDA: ["--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.13"],
    LayerTarget.HOST: ["--python", sys.executable],
}

# What differs between two installs of the same package, or serves no function at run time.
_VOLATILE = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json")


class LayerBuildError(SightlineError):
    """A layer could not be built; the text has the installer's own words."""


def build(layer: str, target: LayerTarget) -> Path:
    """Return the folder of a built layer, building it first if it is missing or stale.

    Raises LayerBuildError when a package cannot be fetched for the target.
    """
    requirements = _HERE / layer / "requirements.txt"
    folder = _BUILT / target / layer
    stamp = _fingerprint(requirements, target)
    stamp_file = folder.with_suffix(".stamp")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        # Two syntheses at once: the second waits, and finds the layer built.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp_file.is_file() and stamp_file.read_text() == stamp and folder.is_dir()):
            _rebuild(requirements, target, folder)
            stamp_file.write_text(stamp)
    return folder


def _rebuild(requirements: Path, target: LayerTarget, folder: Path) -> None:
    # Built aside and moved into place, so that a build cut short leaves nothing half made.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        fresh = Path(scratch) / "layer"
        _install(requirements, target, fresh / "python")
        _tidy(fresh)
        # Until the new one is written, so that no other state is ever taken for built.
        folder.with_suffix(".stamp").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def _fingerprint(requirements: Path, target: LayerTarget) -> str:
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update(Path(__file__).read_bytes())
    arguments = " ".join(_ARGUMENTS[target])
    version = sys.version if target is LayerTarget.HOST else ""
    return f"{digest.hexdigest()} {arguments} {version}\n"


def _install(requirements: Path, target: LayerTarget, folder: Path) -> None:
    command = [
        *(find_uv_bin(), "pip", "install", "--quiet", "--requirement", str(requirements)),
        *("--target", str(folder), "--no-deps", "--only-binary", ":all:", "--no-compile-bytecode"),
        *_ARGUMENTS[target],
    ]
    failed = (
        f"the layer of {requirements} could not be built for {target}; is the package index "
        "reachable?\n"
    )
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    except subprocess.TimeoutExpired as error:
        raise LayerBuildError(f"{failed}{error}") from error
    if done.returncode != 0:
        raise LayerBuildError(failed + done.stderr.strip())


def _tidy(folder: Path) -> None:
    for unwanted in ("__pycache__", "bin", "tests"):
        for path in folder.glob(f"python/**/{unwanted}"):
            shutil.rmtree(path)
    for name in _VOLATILE:
        for path in folder.glob(f"python/*.dist-info/{name}"):
            path.unlink()
    for path in folder.glob("python/.lock"):
        path.unlink()


def main() -> None:
    """Build every layer for the target named on the command line, `lambda` if none is."""
    target = LayerTarget(sys.argv[1]) if len(sys.argv) > 1 else LayerTarget.LAMBDA
    for layer in LAYERS:
        sys.stdout.write(f"{build(layer, target)}\n")


if __name__ == "__main__":
    main()

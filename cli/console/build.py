"""Building the console, once for each state of its sources."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from cli.console.packages import (
    BUILD_SECONDS,
    INSTALL_SECONDS,
    ConsoleBuildError,
    install_held,
    run_npm,
)
from local.lock import hold
from local.paths import STACKS
from local.progress import Progress

# What is made, and what only developers of the console run.
_NOT_SOURCES = {"node_modules", "dist", "coverage", "dev", "README.md"}
_GENERATED = "schema.d.ts"  # types of the API, which a build does not look at


def build(web: Path, log: Path, progress: Progress) -> Path:
    """Return the folder with the built console; it is built if a source has changed since.

    Two commands at once build one after the other. Raises ConsoleBuildError.
    """
    with hold(STACKS / "web.lock", INSTALL_SECONDS + BUILD_SECONDS, "the console's build"):
        built, stamp = web / "dist", STACKS / "console-built"
        sources = fingerprint(web)
        if is_built(built, stamp, sources):
            return built
        log.unlink(missing_ok=True)
        stamp.unlink(missing_ok=True)
        began = time.time()
        with progress.step("Installed the console's packages"):
            install_held(web, log)
        with progress.step("Built the console"):
            run_npm(web, log, BUILD_SECONDS, "run", "build")
        index = built / "index.html"
        if not index.exists() or index.stat().st_mtime < began - 1:
            raise ConsoleBuildError(f"npm run build left no dist/index.html in web/; see {log}")
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(f"{sources} {_contents(built)}", "ascii")
        return built


def is_built(built: Path, stamp: Path, sources: str) -> bool:
    """Is what was built of these sources there, unchanged?"""
    if not (built / "index.html").exists() or not stamp.exists():
        return False
    return stamp.read_text("ascii") == f"{sources} {_contents(built)}"


def fingerprint(web: Path) -> str:
    """Changes with the content of what the console is built from, not with its times."""
    return _digest(web, lambda name: name in _NOT_SOURCES or name.startswith("."))


def _contents(built: Path) -> str:
    return _digest(built, lambda _name: False)


def _digest(folder: Path, is_left_out: Callable[[str], bool]) -> str:
    digest = hashlib.sha256()
    for directory, names, files in os.walk(folder):
        top = Path(directory) == folder
        names[:] = sorted(name for name in names if not (top and is_left_out(name)))
        for name in sorted(files):
            if name == _GENERATED or (top and is_left_out(name) and name != ".npmrc"):
                continue
            path = Path(directory, name)
            digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()

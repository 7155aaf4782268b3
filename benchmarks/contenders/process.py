"""Starts a contender in a process of its own, on one core, and asks it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_ONE_THREAD = {"VIPS_CONCURRENCY": "1", "OMP_NUM_THREADS": "1", "UV_THREADPOOL_SIZE": "1"}


@dataclass(frozen=True)
class Contender:
    """A program to compare: its name for a reader, and its command."""

    name: str
    command: tuple[str, ...]

    @classmethod
    def of_python(
        cls, name: str, module: str, *arguments: str, python: str = sys.executable
    ) -> "Contender":
        """Return a contender that is a module beside this one."""
        return cls(name, (python, str(_HERE / "worker.py"), module, *arguments))

    @classmethod
    def of_node(cls, name: str, script: str, node: Path) -> "Contender":
        """Return a contender that is a script beside this one."""
        return cls(name, (str(node), str(_HERE / script)))


@contextmanager
def _one_core() -> Iterator[None]:
    """Have processes that are started here run on one core; only Linux can, elsewhere nothing."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


class ContenderProcess:
    """A running contender; use it as a context manager."""

    def __init__(self, contender: Contender) -> None:
        self.name = contender.name
        with _one_core():
            self._process = subprocess.Popen(
                contender.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": str(_HERE.parents[1])},
            )
        self.version: str = self._answer()["version"]

    def __enter__(self) -> "ContenderProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def cpu_ms(self, path: Path, repeat: int) -> float:
        """Return the CPU milliseconds of one thumbnail, averaged over `repeat`."""
        return float(self._ask(path=str(path), repeat=repeat)["ms"])

    def write_pixels(self, path: Path, png: Path) -> None:
        """Have it write its thumbnail without loss."""
        self._ask(path=str(path), png=str(png))

    def _ask(self, **request: Any) -> dict[str, Any]:
        stdin = self._process.stdin
        if stdin is None:
            raise ValueError("the process was started without a pipe")
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        stdout = self._process.stdout
        line = stdout.readline() if stdout else ""
        if not line:
            raise RuntimeError(f"{self.name} ended; its message is above")
        answer: dict[str, Any] = json.loads(line)
        return answer

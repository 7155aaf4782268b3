"""What the supervisor writes down about the stack, for the commands that come later."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from local.paths import StackFiles
from local.processes import is_alive

Phase = Literal["running", "stopped", "failed"]


@dataclass
class Child:
    """One process of the stack."""

    pid: int
    started: float
    ready: bool = False


@dataclass
class Record:
    """The stack's processes and how they fare. Written by the supervisor alone."""

    pid: int
    started: float
    options: dict[str, Any]
    phase: Phase = "running"
    reason: str = ""
    since: float = field(default_factory=time.time)
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Is the supervisor that wrote this still there?"""
        return is_alive({"pid": self.pid, "started": self.started})

    def write(self, files: StackFiles) -> None:
        """Replace what was written before."""
        write_json(files.record, asdict(self))


def read_record(files: StackFiles) -> Record | None:
    """The last record of the stack on this port, if there ever was one."""
    found = read_json(files.record)
    if found is None:
        return None
    children = {name: Child(**child) for name, child in found.pop("children").items()}
    return Record(**found, children=children)


def read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object from a file, or nothing where there is no file."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def write_json(path: Path, document: Mapping[str, Any], mode: int = 0o666) -> None:
    """Write a JSON object so that a reader sees the old one or the new one, never half.

    The file has `mode`, less what the umask takes, whoever made the one before.
    """
    partial = path.with_suffix(".part")
    # What a killed process left may be open to others.
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=1) + "\n")
    partial.replace(path)

"""Objects as the emulator keeps them on disk: a file of bytes, and one beside it that describes it.

Each is written at once, but not both: a process that is killed in between leaves the new bytes with
the old description, or with none.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

SIDECAR = ".meta.json"
VERSIONS = ".versions"
ENCODED_KEYS = ".ministack-keys"


def repair(objects: Path) -> int:
    """Undo what was half written when the emulator was killed; how many files that were.

    Such an upload was never answered. The object is what it was before, or as new as its bytes.
    """
    repaired = 0
    for account in objects.iterdir() if objects.is_dir() else ():
        if account.name == VERSIONS:
            continue
        for bucket in account.iterdir():
            for data in _data_files(bucket):
                repaired += _repair(data, objects / VERSIONS / account.name / bucket.name)
    return repaired


def _data_files(bucket: Path) -> Iterator[Path]:
    for path in sorted(bucket.rglob("*")):
        if path.is_file() and not path.name.endswith((SIDECAR, ".tmp")):
            yield path


def _repair(data: Path, versions: Path) -> bool:
    sidecar = data.with_name(data.name + SIDECAR)
    if not sidecar.exists():
        data.unlink()
        return True
    if data.stat().st_mtime_ns <= sidecar.stat().st_mtime_ns:
        return False
    # The bytes were replaced and the description was not.
    described = json.loads(sidecar.read_text(encoding="utf-8"))
    version = described.get("version_id")
    before = _version_file(versions / str(version), described.get("key", ""))
    if version and before is not None:
        shutil.copyfile(before, data)
    else:
        # The emulator reads what these say from the bytes, if they are missing.
        described.pop("etag", None)
        described.pop("size", None)
    sidecar.write_text(json.dumps(described), encoding="utf-8")
    return True


def _version_file(version: Path, key: str) -> Path | None:
    """Where a version of a key is kept: under its name, or alone among the encoded ones."""
    found = [version / key, *(version / ENCODED_KEYS).glob("*")] if version.is_dir() else []
    return next((path for path in found if path.is_file()), None)

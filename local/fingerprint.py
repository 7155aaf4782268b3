"""What a deployment depends on, so that an unchanged one is not repeated."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

# Nothing in these reaches the template or an asset.
_IRRELEVANT = {
    *("__pycache__", "build", "cdk.out", "node_modules"),
    *("benchmarks", "cli", "docs", "local", "tests", "web"),
}


def fingerprint(app_directory: Path, context: Mapping[str, str]) -> str:
    """Changes when a setting or a file of the app changes (by name, size and time)."""
    digest = hashlib.sha256(repr(sorted(context.items())).encode())
    for directory, names, files in os.walk(app_directory):
        names[:] = sorted(n for n in names if n not in _IRRELEVANT and not n.startswith("."))
        for name in sorted(files):
            path = Path(directory, name)
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()

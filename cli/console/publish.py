"""Putting the built console into its bucket, so that at every moment a whole one is served.

Files whose names hold their content go first; index.html, which names them, goes last. A page that
is open loads its parts later, so the files of the build before stay; older ones go.
"""

import hashlib
import json
import mimetypes
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.console.site import Site
from cli.deployment import Deployment
from lambdas.common.errors import SightlineError

INDEX, CONFIG, BUILDS = "index.html", "config.json", "builds.json"
_HASHED = "assets/"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_AT_ONCE = 8
# S3 deletes so many at a time.
_DELETED_AT_ONCE = 1000
# Python's own list differs from machine to machine.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Published:
    """What was done: how many files were sent and removed. Nothing if all was there."""

    uploaded: int
    removed: int


def publish(deployment: Deployment, built: Path, site: Site) -> Published:
    """Make the console's bucket hold this build, configured for its stack.

    It can be repeated, and stopped anywhere: until index.html is replaced, the old console is
    served, and all of it is there.
    """
    bucket = Bucket(deployment.client("s3"), deployment.output("ConsoleBucketName"))
    files = _files(built, site)
    present, live = bucket.sizes(), bucket.live_build()
    build = _id(files)
    builds = bucket.builds()
    before = live if live in builds and live != build else _other(builds, build)
    kept = {build: sorted(files)} | ({before: builds[before]} if before else {})
    wanted = [name for name in files if name.startswith(_HASHED)]
    missing = [name for name in wanted if present.get(name) != len(files[name])]
    others = sorted(set(files) - set(wanted) - {INDEX})
    recorded = next(iter(builds), None) == build
    if live == build and recorded and all(present.get(n) == len(files[n]) for n in files):
        return Published(0, bucket.delete(set(present) - _named(kept)))
    bucket.upload({name: files[name] for name in missing})
    bucket.upload({name: files[name] for name in others})
    bucket.put(BUILDS, json.dumps(kept).encode())
    # Nothing has to be told to CloudFront: it asks S3 for what says `no-cache` a second later.
    bucket.put(INDEX, files[INDEX], build=build)
    removed = bucket.delete(set(present) - _named(kept))
    return Published(len(missing) + len(others) + 1, removed)


class Bucket:
    """The console's bucket."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3, self._name = s3, name

    def sizes(self) -> dict[str, int]:
        """Return the objects there are, with their bytes."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name)
        return {found["Key"]: found["Size"] for page in pages for found in page.get("Contents", [])}

    def live_build(self) -> str | None:
        """Return the build whose index.html is served; None for none."""
        answer = self._get(INDEX)
        return answer["Metadata"].get("build") if answer else None

    def builds(self) -> dict[str, list[str]]:
        """Return the files of the builds that are kept, newest first."""
        answer = self._get(BUILDS)
        builds: dict[str, list[str]] = json.loads(answer["Body"].read()) if answer else {}
        return builds

    def upload(self, files: Mapping[str, bytes]) -> None:
        """Put several files at a time."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(lambda item: self.put(*item), files.items()):
                pass  # What was raised is raised here.

    def put(self, name: str, content: bytes, **metadata: str) -> None:
        """Put one file, with its type and how long it may be kept."""
        self._s3.put_object(
            Bucket=self._name,
            Key=name,
            Body=content,
            ContentType=content_type(name),
            CacheControl=_FOREVER if name.startswith(_HASHED) else _ASK_FIRST,
            Metadata=metadata,
        )

    def delete(self, names: Iterable[str]) -> int:
        """Delete files and return how many."""
        doomed = sorted(names)
        for start in range(0, len(doomed), _DELETED_AT_ONCE):
            keys = [{"Key": name} for name in doomed[start : start + _DELETED_AT_ONCE]]
            answer = self._s3.delete_objects(
                Bucket=self._name, Delete={"Objects": keys, "Quiet": True}
            )
            if failed := answer.get("Errors"):
                raise SightlineError(
                    f"the console is published, but {failed[0]['Key']} of an older one could not "
                    f"be removed: {failed[0]['Message']}"
                )
        return len(doomed)

    def _get(self, name: str) -> Any:
        try:
            return self._s3.get_object(Bucket=self._name, Key=name)
        except self._s3.exceptions.NoSuchKey:
            return None


def content_type(name: str) -> str:
    """Return what a browser is told that a file is."""
    known = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
    return known or "application/octet-stream"


def _files(built: Path, site: Site) -> dict[str, bytes]:
    index = built / INDEX
    if not index.exists():
        raise SightlineError(f"there is no built console in {built}; leave out --no-build")
    files = {
        path.relative_to(built).as_posix(): path.read_bytes()
        for path in sorted(built.rglob("*"))
        if path.is_file()
    }
    files[INDEX] = site.index_html(index.read_text("utf-8"))
    files[CONFIG] = site.config_json()
    if BUILDS in files:
        raise SightlineError(f"the console has a file {BUILDS}, which is taken")
    return files


def _id(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name} {hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()[:32]


def _other(builds: Iterable[str], build: str) -> str | None:
    return next((known for known in builds if known != build), None)


def _named(builds: Mapping[str, list[str]]) -> set[str]:
    return {BUILDS, *(name for files in builds.values() for name in files)}

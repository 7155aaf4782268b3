"""Uploading a person's files to the input bucket, and waiting for what becomes of them."""

import mimetypes
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cli.deployment import Deployment
from lambdas.common.errors import SightlineError
from lambdas.common.image import ObjectReference, image_id
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.status import Status

SUFFIXES = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".gif"),
        *(".tif", ".tiff", ".bmp", ".dib", ".avif", ".heic", ".heif"),
    }
)
"""Files that a folder is searched for; a file that is named itself is sent whatever it is."""

_UPLOADS_AT_ONCE = 8
_POLL_SECONDS = 0.5
_RECORDS_A_SECOND = 1000
"""Records that polling reads at most: thousands of files are looked at less often."""


@dataclass(frozen=True)
class Upload:
    """A file, and the key that it gets in the input bucket."""

    path: Path
    key: str


@dataclass(frozen=True)
class UnreadableFile:
    """A file that could not be read, and why."""

    path: Path
    why: str


def find_files(paths: Iterable[Path]) -> list[Upload]:
    """Return the images of these files and folders, in order, with keys under one new prefix.

    Raises SightlineError when there is none.
    """
    prefix = f"uploads/{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    uploads = []
    for path in paths:
        if path.is_dir():
            uploads += [
                Upload(
                    found, f"{prefix}/{path.resolve().name}/{found.relative_to(path).as_posix()}"
                )
                for found in sorted(path.rglob("*"))
                if found.is_file() and found.suffix.lower() in SUFFIXES
            ]
        elif path.is_file():
            uploads.append(Upload(path, f"{prefix}/{path.name}"))
        else:
            raise SightlineError(f"{path} is neither a file nor a folder")
    if not uploads:
        names = ", ".join(str(path) for path in paths)
        raise SightlineError(f"no image files in {names}; looked for {', '.join(sorted(SUFFIXES))}")
    return _distinct(uploads)


def _distinct(uploads: list[Upload]) -> list[Upload]:
    """Number the keys of files that have the same name, such as a/1.jpg and b/1.jpg."""
    seen: dict[str, int] = {}
    distinct = []
    for upload in uploads:
        count = seen.get(upload.key, 0)
        seen[upload.key] = count + 1
        folder, _, name = upload.key.rpartition("/")
        key = f"{folder}/{count + 1}/{name}" if count else upload.key
        distinct.append(Upload(upload.path, key))
    return distinct


def upload_all(
    deployment: Deployment, uploads: list[Upload], uploaded: Callable[[], None]
) -> list[str | UnreadableFile]:
    """Upload the files, a few at once; return their image ids in the same order.

    A file that cannot be read stands there as what is wrong with it; the others are uploaded.
    """
    s3 = deployment.client("s3")
    bucket = deployment.output("InputBucketName")

    def send(upload: Upload) -> str | UnreadableFile:
        content_type = mimetypes.guess_type(upload.path.name)[0] or "application/octet-stream"
        try:
            body = upload.path.open("rb")
        except OSError as error:
            uploaded()
            return UnreadableFile(upload.path, error.strerror or str(error))
        with body:
            answer = s3.put_object(
                Bucket=bucket, Key=upload.key, Body=body, ContentType=content_type
            )
        uploaded()
        return image_id(ObjectReference(bucket, upload.key, answer["VersionId"]))

    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        return list(pool.map(send, uploads))


def wait_for_end(
    deployment: Deployment, image_ids: list[str], *, timeout: float
) -> Iterator[Record | None]:
    """Yield each record as its image ends; a None between polls lets the caller show progress.

    Stops when all have ended or `timeout`, in seconds, is over.
    """
    queries = RecordQueries(deployment.client("dynamodb"), deployment.output("RecordTableName"))
    pending = list(image_ids)
    deadline = time.monotonic() + timeout
    while pending and time.monotonic() < deadline:
        for record in queries.get(pending).values():
            if Status(record["status"]).is_terminal:
                pending.remove(record["image_id"])
                yield record
        yield None
        if pending:
            time.sleep(max(_POLL_SECONDS, len(pending) / _RECORDS_A_SECOND))

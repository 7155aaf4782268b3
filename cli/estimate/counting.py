"""How many images files, folders or buckets have; memory does not grow with their number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, NoCredentialsError

from cli.upload import SUFFIXES
from lambdas.common.errors import SightlineError

S3_SCHEME = "s3://"
_REFUSED = frozenset({"AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId"})


@dataclass
class Count:
    """Images and their bytes; `others` are files that a folder has and nobody would upload."""

    images: int = 0
    bytes: int = 0
    others: int = 0


def count_files(path: Path, count: Count, counted: Callable[[int], None]) -> None:
    """Count what `sightline analyze` would send of a file or folder.

    A file that is named itself counts whatever it is, a folder's only with an image's suffix.
    `counted` is told of more images as they are found. Raises SightlineError for what is neither.
    """
    if path.is_file():
        _add(count, path.stat().st_size, counted)
    elif path.is_dir():
        # Not sorted: a list of ten million names would have to be held for it.
        for found in path.rglob("*"):
            if not found.is_file():
                continue
            if found.suffix.lower() in SUFFIXES:
                _add(count, found.stat().st_size, counted)
            else:
                count.others += 1
    else:
        raise SightlineError(f"{path} is neither a file nor a folder")


def count_objects(
    uri: str,
    count: Count,
    counted: Callable[[int], None],
    *,
    client: Callable[[], Any],
    unsigned_client: Callable[[], Any],
) -> None:
    """Count every object under an `s3://bucket/prefix`, whatever its name, as a batch takes them.

    A bucket that refuses these credentials, or for which there are none, is tried without: it may
    be public. Raises SightlineError when both fail.
    """
    bucket, _, prefix = uri.removeprefix(S3_SCHEME).partition("/")
    if not bucket:
        raise SightlineError(f"{uri} names no bucket; write s3://bucket or s3://bucket/prefix")
    try:
        first, pages = _pages(client(), bucket, prefix)
    except NoCredentialsError:
        first, pages = _unsigned_pages(unsigned_client(), bucket, prefix)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _REFUSED:
            raise
        first, pages = _unsigned_pages(unsigned_client(), bucket, prefix)
    _add_page(count, first, counted)
    for page in pages:
        _add_page(count, page, counted)


def _unsigned_pages(
    s3: Any, bucket: str, prefix: str
) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    try:
        return _pages(s3, bucket, prefix)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _REFUSED:
            raise
        raise SightlineError(
            f"s3://{bucket} may not be listed with these credentials, and is not public; "
            "s3:ListBucket is what it takes"
        ) from error


def _pages(s3: Any, bucket: str, prefix: str) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """Return the first page, so that a refusal shows at once, and the others."""
    pages = iter(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix))
    return next(pages), pages


def _add_page(count: Count, page: dict[str, Any], counted: Callable[[int], None]) -> None:
    # A key with a slash at its end is what the S3 console makes for a folder: no image.
    sizes = [one["Size"] for one in page.get("Contents", []) if not one["Key"].endswith("/")]
    count.images += len(sizes)
    count.bytes += sum(sizes)
    counted(len(sizes))


def _add(count: Count, size: int, counted: Callable[[int], None]) -> None:
    count.images += 1
    count.bytes += size
    counted(1)

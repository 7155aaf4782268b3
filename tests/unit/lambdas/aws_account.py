"""One account in memory for many worlds: starting one takes longer than a whole run."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from moto import mock_aws

from lambdas.common.image import ObjectReference
from tests.images import encoded, photo
from tests.unit.lambdas.conftest import INPUT, client, create_buckets


@contextmanager
def account() -> Iterator[None]:
    """An account in memory with the buckets; each world makes a table of its own in it."""
    with mock_aws():
        create_buckets(client("s3"))
        yield
    uploaded.cache_clear()


@cache
def original_file() -> bytes:
    return encoded(photo(), "JPEG")


@cache
def uploaded(data: bytes) -> ObjectReference:
    """A file in the input bucket: the same object, and so the same image id, in every world."""
    version = client("s3").put_object(Bucket=INPUT, Key="car.jpg", Body=data)["VersionId"]
    return ObjectReference(INPUT, "car.jpg", version)

"""The pages of a batch's listing, and the other objects of a batch, in the processed bucket."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.batches.batch import batch_folder
from lambdas.common.image import ObjectReference
from lambdas.common.result import JsonObject

MANIFEST_SCHEMA = "sightline.batch-manifest/1"

_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""It is there, or another writes it at this moment."""


@dataclass(frozen=True)
class Manifest:
    """A page of a listing: its images, of which the first has the number `first` in the batch.

    `token` is the last key that the listing looked at, and its version where there are versions;
    `is_last` says that none follows, `size` is in bytes.
    """

    first: int
    sources: tuple[ObjectReference, ...]
    size: int
    token: tuple[str, str]
    is_last: bool

    def to_json(self) -> str:
        """Return the object's content."""
        return json.dumps(
            {
                "schema": MANIFEST_SCHEMA,
                "first": self.first,
                "size": self.size,
                "token": self.token,
                "is_last": self.is_last,
                "sources": [source.to_document() for source in self.sources],
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """Read what `to_json` wrote."""
        document = json.loads(text)
        return cls(
            first=document["first"],
            sources=tuple(ObjectReference.from_document(found) for found in document["sources"]),
            size=document["size"],
            token=(document["token"][0], document["token"][1]),
            is_last=document["is_last"],
        )


class BatchObjects:
    """A batch's objects: the pages of its listing, and the parts of its report."""

    def __init__(self, s3: Any, processed_bucket: str) -> None:
        self._s3 = s3
        self._bucket = processed_bucket

    def write_manifest(self, batch_id: str, page: int, manifest: Manifest) -> Manifest:
        """Write a page unless it is there; return the one that stands, which was the first."""
        key = _manifest_key(batch_id, page)
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=manifest.to_json().encode(),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _CONFLICTS:
                return self.read_manifest(batch_id, page)
            raise
        return manifest

    def read_manifest(self, batch_id: str, page: int) -> Manifest:
        """Return a page of the listing."""
        return Manifest.from_json(self._read(_manifest_key(batch_id, page)))

    def write_part(self, batch_id: str, report: int, page: int, rows: list[JsonObject]) -> None:
        """Write the rows of a report, of this round, that a page of the listing gives."""
        self._s3.put_object(
            Bucket=self._bucket,
            Key=_part_key(batch_id, report, page),
            Body=json.dumps(rows).encode(),
            ContentType="application/json",
        )

    def read_part(self, batch_id: str, report: int, page: int) -> list[JsonObject]:
        """Return what `write_part` wrote."""
        rows: list[JsonObject] = json.loads(self._read(_part_key(batch_id, report, page)))
        return rows

    def _read(self, key: str) -> bytes:
        with self._s3.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
            return bytes(body.read())


def _manifest_key(batch_id: str, page: int) -> str:
    return f"{batch_folder(batch_id)}manifest/{page:06}.json"


def _part_key(batch_id: str, report: int, page: int) -> str:
    return f"{batch_folder(batch_id)}parts/{report}/{page:06}.json"

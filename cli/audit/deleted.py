"""Images that people deleted: deletions that stopped half-way, and what is left of the others."""

import re
import shlex
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from cli.audit.findings import Finding, Kind
from cli.audit.image import AuditedImage, Surroundings, moment_of
from cli.audit.period import Period
from cli.audit.stores import Stores
from lambdas.common.image import (
    ID_LENGTH,
    processed_key,
    rekognition_key,
    result_key,
    thumbnail_key,
)
from lambdas.common.records.queries import Record
from lambdas.common.status import Status

_PAGE = 1000
_COPY = re.compile(rf"[a-z]+/([0-9a-f]{{{ID_LENGTH}}})\.[a-z]+")
FOLDERS = tuple(
    f"{key.partition('/')[0]}/"
    for key in (processed_key("", ""), rekognition_key(""), result_key(""), thumbnail_key(""))
)
"""Where the processed bucket has what was made of images."""


def is_deleted(record: Record) -> bool:
    """Return whether somebody has deleted an image, or has begun to."""
    return bool(record["status"] == Status.DELETED)


def compare_deleted(image: AuditedImage, record: Record, around: Surroundings) -> Iterator[Finding]:
    """Yield what is wrong with an image that is deleted, or is being deleted."""
    if "deletion_due" in record:
        yield _unfinished(image, record, around)
        return
    if image.arrived_at is not None and image.source is not None and not image.is_gone:
        source = image.source
        where = ("--bucket", source.bucket, "--key", source.key)
        remedy = shlex.join((*where, "--version-id", source.version or "null"))
        what = "it was deleted, and its original is there"
        yield image.finding(Kind.CONTRADICTORY, what, f"aws s3api delete-object {remedy}")
    if letters := around.letters.get(image.image_id):
        what = f"it was deleted, and has a dead letter ({letters[0].cause})"
        do = f"{image.redrive} (which finds it deleted, and brings nothing back)"
        yield image.finding(Kind.NOTE, what, do)


def _unfinished(image: AuditedImage, record: Record, around: Surroundings) -> Finding:
    if float(record.get("lease_until", 0)) >= around.now.timestamp():
        do = "wait (--wait), then audit again"
        return image.finding(Kind.ON_THE_WAY, "it is being deleted", do)
    begun = f"which {record['deleted_by']} began at {record['deleted_at'][:19]}"
    what = f"its deletion, {begun}, stopped half-way"
    return image.finding(Kind.STUCK, what, f"sightline delete {image.image_id}")


def unfinished(stores: Stores, period: Period) -> Iterator[str]:
    """Yield the images whose deletion was begun before the end of a period and is not finished.

    They are in no list by day any more.
    """
    before = None
    while True:
        page = stores.records.page(limit=_PAGE, status=Status.DELETED, before=before)
        for record in page.records:
            # One that is finished meanwhile is none of them when it is read again.
            if moment_of(record["deleted_at"]) <= period.until:
                yield str(record["image_id"])
        before = page.next
        if before is None:
            return


@dataclass
class _Left:
    """What is left of deleted images in a folder: `shown` are the first of `count`."""

    objects: int = 0
    count: int = 0
    shown: list[tuple[str, list[str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Leftovers:
    """Looks for objects that were made of images, and are there although those were deleted.

    `is_known` says of an image that this audit has seen it, and not deleted, which spares a look at
    its record. Held in memory: of each folder a page of at most 1,000 keys, the records of those of
    their images that are not known, and the first `limit` of what is found.
    """

    stores: Stores
    period: Period
    is_known: Callable[[str], bool]
    limit: int

    def find(self, pool: ThreadPoolExecutor) -> Iterator[tuple[int, int, list[Finding]]]:
        """Yield a folder's objects of the period, its images with leftovers, and their findings.

        The first two are counts; there are findings for the first `limit` images.
        """
        for left in pool.map(self._look, FOLDERS):
            yield left.objects, left.count, [self._finding(*one) for one in left.shown]

    def _look(self, folder: str) -> _Left:
        left = _Left()
        for page in self._listed(folder):
            found = [one["Key"] for one in page if self.period.holds(one["LastModified"])]
            left.objects += len(found)
            by_image: dict[str, list[str]] = {}
            for key in found:
                copy = _COPY.fullmatch(key)
                if copy and not self.is_known(copy[1]):
                    by_image.setdefault(copy[1], []).append(key)
            for image_id in self._deleted(by_image):
                # The page may be older than the deletion.
                if keys := [key for key in by_image[image_id] if self._is_there(key)]:
                    left.count += 1
                    if len(left.shown) < self.limit:
                        left.shown.append((image_id, keys))
        return left

    def _deleted(self, image_ids: Collection[str]) -> list[str]:
        records = self.stores.records.get(list(image_ids))
        return [
            found
            for found, record in records.items()
            if is_deleted(record) and "deletion_due" not in record
        ]

    def _is_there(self, key: str) -> bool:
        # Not by HeadObject, for which one has to be allowed to read pictures.
        listed = self.stores.s3.list_objects_v2(Bucket=self.stores.processed, Prefix=key, MaxKeys=1)
        return any(one["Key"] == key for one in listed.get("Contents", []))

    def _listed(self, folder: str) -> Iterator[list[dict[str, Any]]]:
        pages = self.stores.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.stores.processed, Prefix=folder
        )
        for page in pages:
            yield page.get("Contents", [])

    def _finding(self, image_id: str, keys: list[str]) -> Finding:
        uri = f"s3://{self.stores.processed}/{keys[0]}"
        others = "" if len(keys) == 1 else f" and {len(keys) - 1} more"
        what = f"it was deleted, and {keys[0]}{others} is there"
        do = f"sightline delete {image_id} (which deletes what is left)"
        return Finding(Kind.CONTRADICTORY, image_id, uri, what, do)

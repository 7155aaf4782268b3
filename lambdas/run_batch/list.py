"""Listing: which images a batch consists of, page by page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.batches.batch import MAX_IMAGES, Batch, State
from lambdas.common.batches.table import BatchTable
from lambdas.common.errors import RetryableError
from lambdas.common.image import ObjectReference
from lambdas.run_batch.manifests import BatchObjects, Manifest

_DENIED = frozenset({"AccessDenied", "AllAccessDisabled", "403"})
_PERMANENT = _DENIED | {"NoSuchBucket", "InvalidBucketName", "404"}


class UnlistableError(Exception):
    """A batch cannot be listed, whatever is tried; the text says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Lister:
    """Lists batches; safe to kill anywhere, and to run twice at once.

    `s3` signs its requests, and what `make_unsigned` makes does not: that one reads the list of
    public buckets, which no policy of ours names.
    """

    table: BatchTable
    objects: BatchObjects
    s3: Any
    make_unsigned: Callable[[], Any]
    input_bucket: str
    processed_bucket: str
    now: Callable[[], str]
    page_size: int = 1_000
    """Objects that a request lists; S3 gives no more at once."""

    def list_pages(self, batch: Batch, out_of_time: Callable[[], bool]) -> Batch | None:
        """List pages until time is over; return the batch as it is then.

        None when there is nothing to do for this message: another one is listing, or the batch
        has been cancelled.
        """
        try:
            return self._list_pages(batch, out_of_time)
        except UnlistableError as error:
            return self.table.fail(batch.id, str(error), at=self.now())

    def _list_pages(self, batch: Batch, out_of_time: Callable[[], bool]) -> Batch | None:
        if batch.bucket == self.processed_bucket:
            raise UnlistableError(
                f"{batch.bucket} is where Sightline writes its own copies and results; they are "
                "not analysed again"
            )
        while batch.state is State.LISTING:
            batch, page = self._page(batch)
            # What stands is what the first listing of this page saw: all go on from there.
            page = self.objects.write_manifest(batch.id, batch.pages, page)
            if batch.images + len(page.sources) > MAX_IMAGES:
                raise UnlistableError(
                    f"{batch.uri} has more than {MAX_IMAGES:,} images; make a batch for each of "
                    "several longer prefixes"
                )
            counted = self.table.add_page(
                batch,
                images=len(page.sources),
                size=page.size,
                token=page.token,
                is_last=page.is_last,
            )
            if counted is None:
                return None
            batch = counted
            if out_of_time():
                break
        return batch

    def _page(self, batch: Batch) -> tuple[Batch, Manifest]:
        try:
            return batch, self._request(batch)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _DENIED and not batch.unsigned:
                return self._page(replace(batch, unsigned=True))
            if code in _PERMANENT:
                raise UnlistableError(_why(batch, code)) from error
            raise

    def _request(self, batch: Batch) -> Manifest:
        s3 = self.make_unsigned() if batch.unsigned else self.s3
        where = {"Bucket": batch.bucket, "Prefix": batch.prefix, "MaxKeys": self.page_size}
        if batch.bucket == self.input_bucket:
            # Its objects have versions, which are part of an image's identity: the batch's images
            # are those that their uploads announced.
            after = {"KeyMarker": batch.token, "VersionIdMarker": batch.token_version}
            answer = s3.list_object_versions(**where, **_given(after))
            found = [entry for entry in answer.get("Versions", []) if entry["IsLatest"]]
            token = answer.get("NextKeyMarker", ""), answer.get("NextVersionIdMarker", "")
        else:
            # By key and not by S3's token, which may expire while a batch stands still.
            answer = s3.list_objects_v2(**where, **_given({"StartAfter": batch.token}))
            found = answer.get("Contents", [])
            token = found[-1]["Key"] if found else "", ""
        if answer["IsTruncated"] and token == (batch.token, batch.token_version):
            raise RetryableError(f"S3 does not get ahead in the listing of {batch.uri}")
        images = [entry for entry in found if not entry["Key"].endswith("/")]
        return Manifest(
            first=batch.images,
            sources=tuple(_source(batch.bucket, entry) for entry in images),
            size=sum(entry["Size"] for entry in images),
            token=token,
            is_last=not answer["IsTruncated"],
        )


def _given(arguments: dict[str, str]) -> dict[str, str]:
    """Return what is not empty: S3 refuses an empty marker."""
    return {name: value for name, value in arguments.items() if value}


def _source(bucket: str, entry: dict[str, Any]) -> ObjectReference:
    if "IsLatest" in entry:
        return ObjectReference(bucket, entry["Key"], entry["VersionId"])
    return ObjectReference(bucket, entry["Key"], None, entry["ETag"])


def _why(batch: Batch, code: str) -> str:
    if code not in _DENIED:
        return f"there is no bucket {batch.bucket} ({code})"
    return (
        f"the bucket {batch.bucket} cannot be listed ({code}): name it in the setting "
        f'batch_buckets and deploy again, as with make deploy CONTEXT="-c '
        f'batch_buckets={batch.bucket}", then go on with sightline batch start {batch.id}; '
        "a bucket of another account has to let Sightline in by its own policy too"
    )

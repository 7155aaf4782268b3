"""Objects in S3: originals are read with bounds, results and copies are written."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.errors import RejectedImageError
from lambdas.common.image import ObjectReference, result_key
from lambdas.common.result import Result
from lambdas.common.telemetry import logger

_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"})
# MethodNotAllowed is S3's answer when the version asked for is a delete marker.
_REFUSED = frozenset({"301", "400", "403", "AccessDenied", "Forbidden"})
"""In another region, encrypted with a key of the client's, or not the caller's to read. The answer
to a HEAD has no body: of it botocore knows the number only."""
DELETED = "the object was deleted before it could be read; upload it again"
"""Why an image is rejected whose original is gone."""

CHANGED = "the object was overwritten after it was listed; run the batch again"
"""Why an image of a batch is rejected whose bucket keeps no versions."""

_ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes that nothing is read from until it is restored."""

_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404"})
# The last two: what it was made from has been deleted.


class ObjectStore:
    """The originals and the processed bucket, as the functions use them.

    `public_s3` gives a client without credentials, for buckets that are not ours but public.
    """

    def __init__(
        self, s3: Any, processed_bucket: str, public_s3: Callable[[], Any] | None = None
    ) -> None:
        self._s3 = s3
        self._processed_bucket = processed_bucket
        self._public_s3 = public_s3
        self._public_buckets: set[str] = set()

    def read(self, source: ObjectReference, *, max_bytes: int) -> bytes:
        """Return an original's bytes.

        Raises RejectedImageError when it is empty, larger than `max_bytes`, changed or gone.
        """
        try:
            answer = self._original(source)
        except ClientError as error:
            if _code(error) in _GONE:
                raise RejectedImageError(DELETED) from error
            if _code(error) == "PreconditionFailed":
                raise RejectedImageError(CHANGED) from error
            if _code(error) == "InvalidObjectState":
                raise RejectedImageError(
                    "the object is archived in Glacier; restore it and upload it again"
                ) from error
            raise
        size = int(answer["ContentLength"])
        with answer["Body"] as body:
            if size == 0:
                raise RejectedImageError("the file is empty (0 bytes)")
            if size > max_bytes:
                raise RejectedImageError(
                    f"the file has {size:,} bytes; the limit is {max_bytes:,} (setting max_bytes)"
                )
            return bytes(body.read())

    def _original(self, source: ObjectReference) -> Any:
        arguments = _arguments(source)
        if source.etag is not None:
            arguments["IfMatch"] = source.etag
        if source.bucket not in self._public_buckets:
            try:
                return self._s3.get_object(**arguments)
            except ClientError as error:
                # Only objects of batches have an ETag: they may lie in anybody's public bucket.
                if _code(error) != "AccessDenied" or source.etag is None or not self._public_s3:
                    raise
        if self._public_s3 is None:
            raise ValueError(f"there is no client for the public bucket {source.bucket}")
        answer = self._public_s3().get_object(**arguments)
        self._public_buckets.add(source.bucket)
        return answer

    def exists(self, reference: ObjectReference) -> bool:
        """Return whether an object, in this version if it has one, is there."""
        try:
            self._s3.head_object(**_arguments(reference))
        except ClientError as error:
            if _code(error) in _GONE:
                return False
            raise
        return True

    def is_at_hand(self, reference: ObjectReference, *, is_foreign: bool = False) -> bool:
        """Return whether an object can be read now: there, as it was, not archived or restored.

        One of a foreign bucket may also be refused: its owner says who reads it.
        """
        try:
            answer = self._s3.head_object(**_arguments(reference))
        except ClientError as error:
            if _code(error) in _GONE:
                return False
            if is_foreign and _code(error) in _REFUSED:
                logger.info(
                    "an original may not be read", bucket=reference.bucket, answer=_code(error)
                )
                return False
            raise
        if reference.etag is not None and answer["ETag"] != reference.etag:
            return False
        is_archived = answer.get("StorageClass") in _ARCHIVES
        return not is_archived or 'ongoing-request="false"' in answer.get("Restore", "")

    def current(self, bucket: str, key: str) -> ObjectReference | None:
        """Return the newest version of an object, None where there is none."""
        try:
            answer = self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        return ObjectReference(bucket, key, answer.get("VersionId"))

    def write_processed(self, key: str, data: bytes, content_type: str) -> ObjectReference:
        """Write an object to the processed bucket and return where it lies."""
        self._s3.put_object(
            Bucket=self._processed_bucket, Key=key, Body=data, ContentType=content_type
        )
        return ObjectReference(self._processed_bucket, key)

    def write_result(self, result: Result) -> bool:
        """Write an image's full result as JSON in place of the one that it was made from.

        Returns False, and changes nothing, when another delivery has written one meanwhile.
        """
        body = json.dumps(result.to_document(), ensure_ascii=False, separators=(",", ":"))
        condition = {"IfNoneMatch": "*"} if result.etag is None else {"IfMatch": result.etag}
        try:
            self._s3.put_object(
                Bucket=self._processed_bucket,
                Key=result_key(result.image_id),
                Body=body.encode(),
                ContentType="application/json; charset=utf-8",
                **condition,
            )
        except ClientError as error:
            if _code(error) in _CONFLICTS:
                return False
            raise
        return True

    def read_result(self, image_id: str) -> Result | None:
        """Return the result written last for an image; None when there is none."""
        try:
            answer = self._s3.get_object(Bucket=self._processed_bucket, Key=result_key(image_id))
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        with answer["Body"] as body:
            return Result.from_document(json.loads(body.read())).changed(etag=answer["ETag"])

    def result_reference(self, image_id: str) -> ObjectReference:
        """Return where the result of an image lies, or will lie."""
        return ObjectReference(self._processed_bucket, result_key(image_id))


def _arguments(source: ObjectReference) -> dict[str, str]:
    arguments = {"Bucket": source.bucket, "Key": source.key}
    if source.version:
        arguments["VersionId"] = source.version
    return arguments


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))

"""Read the image that a request names in S3."""

import logging
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.recognition.aws import Credentials, Emulator
from local.recognition.errors import ApiError, internal_error
from local.recognition.identity import Caller
from vision.errors import ImageTooLargeError
from vision.images import MAX_S3_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MAX_CLIENTS = 32
_log = logging.getLogger(__name__)


class Objects:
    """Reads objects as the caller, so that the emulator decides as AWS does.

    Rekognition reads with the caller's permissions: the role needs `s3:GetObject`, or
    `s3:GetObjectVersion` for a version, and the bucket's policy has its say.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._clients: OrderedDict[tuple[Credentials, str], S3Client] = OrderedDict()
        self._lock = Lock()

    def read(self, caller: Caller, region: str, reference: dict[str, str]) -> bytes:
        """Answer the bytes of an `S3Object` (Bucket, Name, Version).

        Raises InvalidS3ObjectException for an object that is missing or that the caller may not
        read, as Rekognition does, and ImageTooLargeException above 15 MB.
        """
        request: dict[str, Any] = {"Bucket": reference["Bucket"], "Key": reference["Name"]}
        if "Version" in reference:
            request["VersionId"] = reference["Version"]
        try:
            found = self._client(caller.credentials, region).get_object(**request)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise internal_error(f"S3 did not answer: {error}") from error
            _log.warning("s3://%s/%s was not read: %s", request["Bucket"], request["Key"], error)
            raise ApiError(
                "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access "
                "permissions.",
            ) from error
        with found["Body"] as body:
            if found["ContentLength"] > MAX_S3_BYTES:
                raise ImageTooLargeError(
                    f"Image size is too large: {found['ContentLength']:,} bytes, and the limit is "
                    f"{MAX_S3_BYTES:,}."
                )
            return body.read()

    def _client(self, credentials: Credentials, region: str) -> "S3Client":
        key = (credentials, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._emulator.objects(credentials, region)
                while len(self._clients) > _MAX_CLIENTS:
                    self._clients.popitem(last=False)
            self._clients.move_to_end(key)
            return self._clients[key]

"""Writing an object that is larger than memory, and going on with it after a pause."""

from typing import Any

from lambdas.common.result import JsonObject

PART_BYTES = 8 * 1024 * 1024
"""A part of an upload; S3 takes 5 MB at least, and 10,000 parts at most."""


class GrowingObject:
    """An object that is written bit by bit; small ones are written at once at the end.

    `state` is what another function needs to go on after the last part that was sent.
    """

    def __init__(  # noqa: PLR0913
        self,
        s3: Any,
        bucket: str,
        key: str,
        content_type: str,
        *,
        state: JsonObject | None = None,
        part_bytes: int = PART_BYTES,
    ) -> None:
        self._s3 = s3
        self._where = {"Bucket": bucket, "Key": key}
        self._content_type = content_type
        self._part_bytes = part_bytes
        self._buffer: list[bytes] = []
        self._size = 0
        self._upload_id: str | None = state["upload"] if state else None
        self._etags: list[str] = list(state["etags"]) if state else []

    @property
    def state(self) -> JsonObject | None:
        """How far the upload is; None when nothing has been sent."""
        if self._upload_id is None:
            return None
        return {"upload": self._upload_id, "etags": self._etags}

    def write(self, text: str) -> None:
        """Take more of the content."""
        data = text.encode()
        self._buffer.append(data)
        self._size += len(data)

    def send_part(self) -> bool:
        """Send what was written if it is enough for a part; return whether it was."""
        if self._size < self._part_bytes:
            return False
        if self._upload_id is None:
            created = self._s3.create_multipart_upload(
                **self._where, ContentType=self._content_type
            )
            self._upload_id = created["UploadId"]
        self._send()
        return True

    def finish(self) -> None:
        """Send the rest; the object is there afterwards."""
        if self._upload_id is None:
            body = b"".join(self._buffer)
            self._s3.put_object(**self._where, Body=body, ContentType=self._content_type)
            return
        if self._size:
            self._send()
        parts = [
            {"PartNumber": number, "ETag": etag} for number, etag in enumerate(self._etags, start=1)
        ]
        self._s3.complete_multipart_upload(
            **self._where, UploadId=self._upload_id, MultipartUpload={"Parts": parts}
        )

    def _send(self) -> None:
        answer = self._s3.upload_part(
            **self._where,
            UploadId=self._upload_id,
            PartNumber=len(self._etags) + 1,
            Body=b"".join(self._buffer),
        )
        self._etags.append(answer["ETag"])
        self._buffer, self._size = [], 0

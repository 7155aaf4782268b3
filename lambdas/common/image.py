"""An image's identity and where objects lie."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal, get_args

ID_LENGTH = 32
"""Hexadecimal digits of an image id: 128 bits, so that two sources never share one by chance."""

ContentType = Literal[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/heif",
    "image/avif",
    "image/tiff",
    "image/bmp",
    "image/gif",
]
CONTENT_TYPES: tuple[str, ...] = get_args(ContentType)
"""What `POST /upload` takes, and the console offers: the formats that the pipeline decodes."""

MAX_NAME_CHARACTERS = 255
"""Of the name of an uploaded file: as file systems have it."""
UPLOADS = "uploads/"
"""Where the input bucket has what came through the API; only the API writes there."""
_UPLOAD = re.compile(rf"uploads/([0-9a-f-]{{36}})/([0-9a-f]{{{ID_LENGTH}}})/([^/]+)")


@dataclass(frozen=True)
class ObjectReference:
    """An object in S3; `version` is None for an unversioned bucket.

    There `etag` says which content is meant, where one must: S3's own, in quotes.
    """

    bucket: str
    key: str
    version: str | None = None
    etag: str | None = None

    @property
    def uri(self) -> str:
        """`s3://bucket/key`, without the version."""
        return f"s3://{self.bucket}/{self.key}"

    def to_document(self) -> dict[str, str | None]:
        """Return the reference as it stands in messages and results; `etag` if there is one."""
        document = {"bucket": self.bucket, "key": self.key, "version": self.version}
        return document if self.etag is None else {**document, "etag": self.etag}

    @classmethod
    def from_document(cls, document: dict[str, str | None]) -> "ObjectReference":
        """Read what `to_document` wrote."""
        return cls(
            bucket=str(document["bucket"]),
            key=str(document["key"]),
            version=document.get("version"),
            etag=document.get("etag"),
        )


def image_id(source: ObjectReference) -> str:
    """Return the id of an image: the same for the same bucket, key and version, always.

    In a bucket without versions the ETag stands for the version.
    """
    # NUL cannot stand in any of the three, so no two sources join to the same text.
    identity = "\0".join((source.bucket, source.key, source.version or source.etag or ""))
    return hashlib.sha256(identity.encode()).hexdigest()[:ID_LENGTH]


def processed_key(image_id: str, suffix: str) -> str:
    """Return where the preprocessed copy of an image lies in the processed bucket."""
    return f"processed/{image_id}.{suffix}"


def rekognition_key(image_id: str, suffix: str = "jpg") -> str:
    """Return where the copy made for Rekognition lies, for an original it cannot take itself."""
    return f"rekognition/{image_id}.{suffix}"


def result_key(image_id: str) -> str:
    """Return where the full result of an image lies in the processed bucket."""
    return f"results/{image_id}.json"


def thumbnail_key(image_id: str) -> str:
    """Return where the thumbnail of an image lies in the processed bucket."""
    return f"thumbnails/{image_id}.jpg"


@dataclass(frozen=True)
class Upload:
    """A file uploaded through the API: the user's `sub`, the task's id, the file's name."""

    owner: str
    task_id: str
    name: str

    @property
    def key(self) -> str:
        """Where it lies in the input bucket."""
        return f"{UPLOADS}{self.owner}/{self.task_id}/{self.name}"


def upload_in(key: str) -> Upload | None:
    """Return the upload that a key of the input bucket names; None for any other object."""
    found = _UPLOAD.fullmatch(key)
    return None if found is None else Upload(*found.groups())

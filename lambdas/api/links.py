"""Presigned links: images travel between browser and S3, never through a function."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from lambdas.common.image import ObjectReference

LINK_SECONDS = 15 * 60
"""How long a link to an image works: long enough to look at a page, too short to pass on."""

_SHOWN_BY_BROWSERS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}
_UNSAFE = re.compile(r"[^\w.() -]", re.ASCII)


@dataclass(frozen=True)
class Links:
    """Makes links; `s3` signs them with the function's own credentials, without a request."""

    s3: Any

    def read(
        self,
        reference: ObjectReference | None,
        *,
        shown_as: str | None = None,
        saved_as: str | None = None,
    ) -> str | None:
        """Return a link to an object, None for none.

        `shown_as` is the content type that a browser is told, whatever the object says of itself;
        with `saved_as` it saves the file under that name.
        """
        if reference is None:
            return None
        arguments = {"Bucket": reference.bucket, "Key": reference.key}
        if reference.version is not None:
            arguments["VersionId"] = reference.version
        if shown_as is not None:
            arguments["ResponseContentType"] = shown_as
        if saved_as is not None:
            arguments["ResponseContentDisposition"] = _attachment(saved_as)
        link: str = self.s3.generate_presigned_url(
            "get_object", Params=arguments, ExpiresIn=LINK_SECONDS
        )
        return link

    def write(
        self, bucket: str, key: str, *, content_type: str, max_bytes: int, seconds: int
    ) -> tuple[str, dict[str, str]]:
        """Return where a form that uploads a file goes, and its fields.

        S3 takes exactly this key and content type, and 1 to `max_bytes` bytes, until `seconds`
        from now.
        """
        # A key with `${filename}` would be completed by the browser.
        if "${" in key:
            raise ValueError(f"the key {key!r} has a variable of S3's forms")
        form = self.s3.generate_presigned_post(
            Bucket=bucket,
            Key=key,
            Fields={"Content-Type": content_type},
            Conditions=[
                {"Content-Type": content_type},
                ["content-length-range", 1, max_bytes],
            ],
            ExpiresIn=seconds,
        )
        return str(form["url"]), dict(form["fields"])


def shown_as(file_format: str | None) -> str | None:
    """Return the content type of a format that browsers show; None for one that they do not."""
    return _SHOWN_BY_BROWSERS.get(file_format or "")


def until(now: float, seconds: float = LINK_SECONDS) -> str:
    """Return when a link that is made now ends, ISO 8601."""
    return datetime.fromtimestamp(now + seconds, UTC).isoformat(timespec="seconds")


def _attachment(name: str) -> str:
    base = PurePosixPath(name).name
    # Both forms: the plain one for what does not know RFC 5987.
    return f"attachment; filename=\"{_UNSAFE.sub('_', base)}\"; filename*=UTF-8''{quote(base)}"

"""Links to S3 in the API's answers, made to lead through the proxy."""

import re

# `https://BUCKET.localhost:4566/key?...` or `https://localhost:4566/BUCKET/key?...`, as a whole
# JSON string: what somebody wrote into a text or a comment stays as it is.
_LINK = r'(?<=")https://((?:[a-z0-9-]+\.)?localhost):{port}/'


def rewrite(body: bytes, emulator_port: int, origin: str) -> bytes:
    """Return a JSON document with the emulator's links as `{origin}/s3/HOST/...`."""
    pattern = re.compile(_LINK.format(port=emulator_port).encode())
    return pattern.sub(rb"%s/s3/\1/" % origin.encode(), body)

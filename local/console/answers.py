"""Which headers of an answer reach the browser, and which are added.

S3 is another origin on AWS. Here it shares the console's, so that a file which somebody uploaded
must not become a page or a script of it.
"""

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset({
    *("connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te"),
    *("trailer", "transfer-encoding", "upgrade", "content-length", "date", "server"),
})  # fmt: skip
# Cookies of localhost go to every port of it; the console has one origin, which needs no CORS; a
# browser would keep HTTPS for localhost for whatever else listens there.
_NOT_HERE = frozenset({"set-cookie", "strict-transport-security", "alt-svc"})
_KEPT: dict[str, frozenset[str]] = {
    "s3": frozenset({
        *("content-type", "etag", "last-modified", "accept-ranges", "content-range"),
        *("content-disposition", "content-encoding", "cache-control", "x-amz-request-id"),
    }),
    "cognito": frozenset({
        *("content-type", "x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage"),
    }),
}  # fmt: skip
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
}
_INERT = {"content-security-policy": "default-src 'none'; sandbox"}


def answer_headers(kind: str, headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers for the browser, without the length, which the caller knows better."""
    kept = _KEPT.get(kind)
    found = [
        (name, value)
        for name, value in ((name.lower(), value) for name, value in headers)
        if name not in _HOP_BY_HOP | _NOT_HERE
        and not name.startswith("access-control-")
        and (kept is None or name in kept)
    ]
    given = {name for name, _ in found}
    added = _ALWAYS if kind == "page" else {**_ALWAYS, **_INERT}
    found += [(name, value) for name, value in added.items() if name not in given]
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found]

"""Which operation of which service a request calls, and whose access key signed it."""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl

Scope = MutableMapping[str, Any]

JSON, QUERY, S3 = "json", "query", "s3"
# By the name with which a service's requests are signed.
PROTOCOLS = {
    "s3": S3, "dynamodb": JSON, "sqs": JSON, "sns": QUERY, "rekognition": JSON, "logs": JSON,
}  # fmt: skip

_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/\d{8}/(?P<region>[^/,\s]+)/"
    r"(?P<service>[^/,\s]+)/aws4_request"
)

# S3's operations, by method and by whether the request names an object. The first whose query
# parameters (and headers, written `header:name`) are all there is meant; more of them come first.
_S3_OPERATIONS: dict[tuple[str, bool], tuple[tuple[str, tuple[str, ...]], ...]] = {
    ("GET", True): (
        ("GetObjectTagging", ("tagging",)),
        ("GetObjectAttributes", ("attributes",)),
        ("ListParts", ("uploadId",)),
        ("GetObjectAcl", ("acl",)),
        ("GetObject", ()),
    ),
    ("HEAD", True): (("HeadObject", ()),),
    ("PUT", True): (
        ("UploadPartCopy", ("partNumber", "header:x-amz-copy-source")),
        ("UploadPart", ("partNumber",)),
        ("PutObjectTagging", ("tagging",)),
        ("PutObjectAcl", ("acl",)),
        ("CopyObject", ("header:x-amz-copy-source",)),
        ("PutObject", ()),
    ),
    ("POST", True): (
        ("CreateMultipartUpload", ("uploads",)),
        ("CompleteMultipartUpload", ("uploadId",)),
    ),
    ("DELETE", True): (
        ("AbortMultipartUpload", ("uploadId",)),
        ("DeleteObjectTagging", ("tagging",)),
        ("DeleteObject", ()),
    ),
    ("GET", False): (
        ("ListObjectsV2", ("list-type",)),
        ("ListObjectVersions", ("versions",)),
        ("ListMultipartUploads", ("uploads",)),
        ("GetBucketLocation", ("location",)),
        ("GetBucketVersioning", ("versioning",)),
    ),
    ("HEAD", False): (("HeadBucket", ()),),
    ("POST", False): (("DeleteObjects", ("delete",)),),
}
S3_OPERATIONS = frozenset(name for names in _S3_OPERATIONS.values() for name, _ in names)


@dataclass(frozen=True)
class Signed:
    """What the Authorization header of a request says."""

    access_key: str
    region: str
    service: str


def headers_of(scope: Scope) -> dict[str, str]:
    """A request's headers, with names in lower case."""
    pairs = scope["headers"]
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def signed_by(headers: MutableMapping[str, str]) -> Signed | None:
    """Whose key signed a request to one of the services known here; None for all other requests."""
    found = _CREDENTIAL.match(headers.get("authorization", ""))
    if found is None or found["service"] not in PROTOCOLS:
        return None
    return Signed(found["key"], found["region"], found["service"])


def target_of(scope: Scope) -> str:
    """The path and query of a request, as they were sent."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def operation_of(service: str, scope: Scope, headers: MutableMapping[str, str], body: bytes) -> str:
    """The operation that a request calls, as in AWS's API; empty if it is none known here.

    `body` is needed for the query protocol only.
    """
    protocol = PROTOCOLS[service]
    if protocol == JSON:
        return headers.get("x-amz-target", "").rpartition(".")[2]
    if protocol == QUERY:
        parameters = parse_qs(body.decode("utf-8", "replace"))
        return parameters.get("Action", [""])[0]
    return _s3_operation(scope, headers)


def _s3_operation(scope: Scope, headers: MutableMapping[str, str]) -> str:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    given = {name for name, _ in query} | {f"header:{name}" for name in headers}
    known = _S3_OPERATIONS.get((scope["method"], _names_object(scope, headers)), ())
    for name, needed in known:
        if given.issuperset(needed):
            return name
    return ""


def _names_object(scope: Scope, headers: MutableMapping[str, str]) -> bool:
    """Is there a key after the bucket, which is in the path or in the host's name?"""
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    in_host = host.endswith(".localhost")
    path = scope["path"].lstrip("/")
    return bool(path if in_host else path.partition("/")[2])

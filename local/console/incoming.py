"""A request as it came, with a path that means the same to everybody who reads it."""

import re
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.console.refused import Refused

# RFC 3986's characters of a path. Others reach a server only from who writes requests by hand.
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_QUERY = re.compile(r"[\x21-\x7e]*")
# One reader splits the path before it decodes, the next one after.
_AMBIGUOUS = re.compile(r"%2f|%5c|%[01][0-9a-f]|%7f", re.IGNORECASE)
MAX_TARGET = 16 * 1024


@dataclass(frozen=True)
class Incoming:
    """Method, path and query as they were written, and the headers by lower-case name."""

    method: str
    path: str
    query: str
    headers: dict[str, list[str]]

    @classmethod
    def of(cls, scope: MutableMapping[str, Any]) -> "Incoming":
        """Read an ASGI scope. Raises `Refused` for a path that could be read in two ways."""
        headers: dict[str, list[str]] = {}
        for name, value in _pairs(scope["headers"]):
            headers.setdefault(name.lower(), []).append(value)
        path = bytes(scope["raw_path"]).decode("latin-1")
        query = bytes(scope["query_string"]).decode("latin-1")
        if not _is_plain(path) or not _QUERY.fullmatch(query):
            raise Refused(400, "This is not an address of the console.")
        if len(path) + len(query) > MAX_TARGET:
            raise Refused(414, "This address is too long.")
        return cls(str(scope["method"]).upper(), path, query, headers)

    def header(self, name: str) -> str | None:
        """The value of a header, None without; `Refused` when it is there twice."""
        values = self.headers.get(name, [])
        if len(values) > 1:
            raise Refused(400, f"The header {name} was sent {len(values)} times.")
        return values[0] if values else None


def _pairs(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _is_plain(path: str) -> bool:
    if not _PATH.fullmatch(path) or _AMBIGUOUS.search(path):
        return False
    if "%" in _ENCODED.sub("", path):
        return False
    return not any(unquote(part) in {".", ".."} for part in path.split("/"))

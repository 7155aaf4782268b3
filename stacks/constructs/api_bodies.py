"""The shapes of the API's bodies, as JSON Schema draft 4, which is what API Gateway knows.

Only what no client can mean otherwise: names, kinds, and what is far too long. Everything else the
function checks, which says what is wrong with which value. Lengths are generous: API Gateway may
count a character beyond Unicode's first plane as two, the function counts one.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_DRAFT = "http://json-schema.org/draft-04/schema#"
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "number", "minimum": 0}


def _text(longest: int) -> Schema:
    return {"type": "string", "maxLength": longest}


def _text_or_null(longest: int) -> Schema:
    return {"type": ["string", "null"], "maxLength": longest}


def _texts(most: int, longest: int) -> Schema:
    return {"type": "array", "maxItems": most, "items": _text(longest)}


def _body(title: str, properties: Mapping[str, Schema], *required: str) -> Schema:
    # Draft 4 takes no empty list of what is required.
    needed = {"required": list(required)} if required else {}
    return {
        "$schema": _DRAFT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
        **needed,
    }


_NAME, _COMMENT, _LINE = 1_000, 4_000, 1_000
_SEEN: Mapping[str, Schema] = {"seen": _COUNT, "seen_finished_at": _text_or_null(100)}
"""Which state of an image was looked at."""

BODIES: Mapping[tuple[str, str], Schema] = {
    ("POST", "/upload"): _body(
        "Upload",
        {
            "name": _text(_NAME),
            "content_type": _text(100),
            # Draft 4 has no whole number that is written 5.0, as JSON may.
            "bytes": {"type": "number", "minimum": 1},
        },
        "name",
        "content_type",
        "bytes",
    ),
    ("POST", "/reviews/{id}/decision"): _body(
        "Decision",
        {
            "decision": _text(100),
            "comment": _text_or_null(_COMMENT),
            "add_labels": _texts(1_000, _LINE),
            "remove_labels": _texts(1_000, _LINE),
            "text": {**_texts(1_000, _LINE), "type": ["array", "null"]},
            **_SEEN,
        },
        "decision",
        "seen",
    ),
    ("POST", "/reviews/{id}/undo"): _body(
        "Undo", {"comment": _text_or_null(_COMMENT), **_SEEN}, "seen"
    ),
    ("POST", "/batches"): _body(
        "Batch",
        {
            "bucket": _text(100),
            "prefix": _text(4_000),
            "name": _text_or_null(_NAME),
            "again": _FLAG,
        },
        "bucket",
    ),
}
"""The body of each route that takes one."""

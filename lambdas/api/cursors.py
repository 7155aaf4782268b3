"""Cursors: a place in a list as an opaque text.

It says where to go on, never what may be seen: that is decided anew for each page.
"""

import base64
import binascii
import json
import re
from datetime import datetime

from lambdas.api.errors import InvalidRequestError
from lambdas.common.image import ID_LENGTH
from lambdas.common.records.queries import Position

_ID = re.compile(f"[0-9a-f]{{{ID_LENGTH}}}")
_TIME = re.compile(r"[0-9:.T+-]{10,40}", re.ASCII)


def write_cursor(position: Position | None) -> str | None:
    """Return a place as a text; None where a list ends."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> Position | None:
    """Read what `write_cursor` wrote; raises InvalidRequestError for any other text."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        received_at, image_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, TypeError, ValueError) as error:
        raise _not_ours() from error
    if not isinstance(received_at, str) or not isinstance(image_id, str):
        raise _not_ours()
    if not _ID.fullmatch(image_id) or not _TIME.fullmatch(received_at):
        raise _not_ours()
    try:
        datetime.fromisoformat(received_at)
    except ValueError as error:
        raise _not_ours() from error
    return received_at, image_id


def _not_ours() -> InvalidRequestError:
    return InvalidRequestError(
        "query.cursor", "this is no `next` of an earlier page; leave it out to begin anew"
    )

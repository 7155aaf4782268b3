"""Cursors: a place in a list as an opaque text.

It says where to go on, never what may be seen: that is decided anew for each page.
"""

import base64
import binascii
import json

from lambdas.api.errors import InvalidRequestError
from lambdas.common.image import ID_LENGTH
from lambdas.common.records.queries import Position


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
    if len(image_id) != ID_LENGTH or not 0 < len(received_at) < 40:
        raise _not_ours()
    return received_at, image_id


def _not_ours() -> InvalidRequestError:
    return InvalidRequestError(
        "query.cursor", "this is no `next` of an earlier page; leave it out to begin anew"
    )

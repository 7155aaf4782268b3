"""The pictures of these tests: few, since their paid answers are kept and serve again."""

import io
import secrets
from dataclasses import dataclass
from typing import Any

from PIL import Image

from tests.local.api.people import Person
from tests.unit.vision.pictures import encoded, sign

WORD = "HARBOUR"
SIGN = encoded(sign("HARBOUR ROAD"))
"""A sign whose letters begin 60 pixels from the left and from the top, of 900 x 500."""


def plain() -> bytes:
    """Return a picture on which no label is found, so that it goes into review."""
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 120, 150)).save(buffer, "JPEG")
    return buffer.getvalue()


def unseen_name(stem: str) -> str:
    """Return a file name that no other test has."""
    return f"{stem}-{secrets.token_hex(3)}.jpg"


@dataclass(frozen=True)
class Shown:
    """Results of images that are there to be looked at."""

    sign: dict[str, Any]
    in_review: dict[str, Any]


def upload_all(person: Person) -> Shown:
    sent = {
        "sign": person.send("harbour.jpg", SIGN),
        "in_review": person.send("wall.jpg", plain()),
    }
    return Shown(**{name: person.result(task) for name, task in sent.items()})


def upload_for_review(person: Person, stem: str = "wall") -> dict[str, Any]:
    """Upload a picture that waits for a person then."""
    image = person.upload(unseen_name(stem), plain())
    assert image["status"] == "in_review", image
    return image

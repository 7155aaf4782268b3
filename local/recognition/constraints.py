"""Check what botocore's own validator leaves out: maxima, enumerations, patterns."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, Shape, StructureShape


def problems(value: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """Answer one sentence for each violation, in the words of AWS's `ValidationException`.

    botocore's validator comes first, so names and types are right here.
    The length of a blob is not checked here: Rekognition has an exception of its own for it.
    """
    if isinstance(shape, StructureShape):
        for name, item in value.items():
            where = f"{path}.{name}" if path else name
            yield from problems(item, shape.members[name], where)
    elif isinstance(shape, ListShape):
        yield from _length(value, shape, path)
        for index, item in enumerate(value):
            yield from problems(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "string":
        yield from _length(value, shape, path)
        yield from _text(value, shape, path)
    elif shape.type_name in ("integer", "float") and value > shape.metadata.get("max", value):
        yield _problem(value, path, f"value less than or equal to {shape.metadata['max']}")


def _length(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if len(value) > shape.metadata.get("max", len(value)):
        yield _problem(value, path, f"length less than or equal to {shape.metadata['max']}")


def _text(value: str, shape: Shape, path: str) -> Iterator[str]:
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield (
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(enum)}]"
        )
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield (
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy "
            f"regular expression pattern: {pattern}"
        )


def _problem(value: Any, path: str, what: str) -> str:
    shown = str(value)
    return (
        f"Value '{shown[:100]}' at '{path}' failed to satisfy constraint: Member must have {what}"
    )

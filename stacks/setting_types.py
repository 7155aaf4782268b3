"""The types of settings, and how each is read from the CDK context."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NewType

from lambdas.common.rules import ReviewRule, TextRule
from lambdas.imaging.processed_copy import ProcessedFormat
from lambdas.imaging.recipe import Recipe
from layers.build import LayerTarget

_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")


class ArchiveClass(StrEnum):
    """Storage class that originals go to, by S3's own name."""

    INSTANT = "GLACIER_IR"
    FLEXIBLE = "GLACIER"
    DEEP = "DEEP_ARCHIVE"

    @property
    def minimum_days(self) -> int:
        """Days that S3 bills for at least, however soon an object is deleted (S3 pricing)."""
        return {"GLACIER_IR": 90, "GLACIER": 90, "DEEP_ARCHIVE": 180}[self.value]


class Removal(StrEnum):
    """What becomes of buckets, table and logs when the stack is deleted."""

    RETAIN = "retain"
    DESTROY = "destroy"


class Mfa(StrEnum):
    """Whether people sign in with a code of their authenticator app as well."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


Emails = tuple[str, ...]

BucketNames = NewType("BucketNames", tuple[str, ...])
"""Names of buckets; `*` alone stands for all of the account's."""
NO_BUCKETS = BucketNames(())
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

RecipeText = NewType("RecipeText", str)
"""A recipe as it is written, known to be one that parses."""

STOCK_RECIPE = RecipeText("greyscale,resize:256x256")


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\s*-?\d+\s*", str(value)):
        raise ValueError(f"expected a whole number, got {value!r}")
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(f"expected a number, got {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected a number, got {value!r}") from error


def _boolean(value: Any) -> bool:
    words = {"true": True, "false": False}
    if str(value).lower() not in words:
        raise ValueError(f"expected true or false, got {value!r}")
    return words[str(value).lower()]


def _emails(value: Any) -> Emails:
    entries = value if isinstance(value, list) else str(value).split(",")
    emails = tuple(str(entry).strip() for entry in entries if str(entry).strip())
    wrong = [email for email in emails if not _EMAIL.fullmatch(email)]
    if wrong:
        raise ValueError(f"not an email address: {', '.join(wrong)}")
    if len(set(emails)) != len(emails):
        raise ValueError("an address is there twice")
    return emails


def _buckets(value: Any) -> BucketNames:
    entries = value if isinstance(value, list) else str(value).split(",")
    names = tuple(str(entry).strip() for entry in entries if str(entry).strip())
    if names == ("*",):
        return BucketNames(names)
    wrong = [name for name in names if not _BUCKET.fullmatch(name)]
    if wrong:
        raise ValueError(
            f"not the name of a bucket: {', '.join(wrong)} (without s3://; * alone for all)"
        )
    return BucketNames(names)


def _recipe(value: Any) -> RecipeText:
    Recipe.parse(str(value))
    return RecipeText(str(value))


def _choice(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    def parse(value: Any) -> StrEnum:
        try:
            return kind(str(value))
        except ValueError as error:
            raise ValueError(f"expected one of {', '.join(kind)}, got {value!r}") from error

    return parse


PARSERS: dict[Any, Callable[[Any], Any]] = {
    str: str,
    RecipeText: _recipe,
    int: _integer,
    float: _number,
    bool: _boolean,
    Emails: _emails,
    BucketNames: _buckets,
    TextRule: lambda value: TextRule.parse(str(value)),
    ReviewRule: lambda value: ReviewRule.parse(str(value)),
    **{kind: _choice(kind) for kind in (Removal, ArchiveClass, ProcessedFormat, LayerTarget, Mfa)},
}

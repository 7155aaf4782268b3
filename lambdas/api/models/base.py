"""What all shapes share."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lambdas.common.image import ID_LENGTH

ID_PATTERN = f"^[0-9a-f]{{{ID_LENGTH}}}$"
Time = Annotated[str, Field(description="ISO 8601 in UTC.", examples=["2026-11-21T09:30:00+00:00"])]
Fraction = Annotated[float, Field(description="Of the upright picture's width or height.")]
Confidence = Annotated[float, Field(ge=0, le=100, description="From 0 to 100.")]


def _whole(value: object) -> object:
    """Return 5.0 as 5: in JSON these are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""To be named after the bounds, which the document lacks otherwise."""


class Asked(BaseModel):
    """A request's body: what is not known is refused, so that no wrong name goes unnoticed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answered(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(extra="forbid")

"""Problem details, as RFC 9457 has them."""

from typing import Annotated

from pydantic import BaseModel, Field


class Wrong(BaseModel):
    """A value that is wrong."""

    where: str
    problem: str


class Problem(BaseModel):
    """What went wrong, for people in `detail`."""

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="A sentence that says what to do.")]
    instance: str
    errors: list[Wrong] | None = None

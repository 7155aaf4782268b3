"""The result document; docs/messages.md describes it, docs/schemas/result-1.json is its schema."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lambdas.api.models.base import Time
from lambdas.api.models.images import Decision, Detected, File, Label, Source, Text

_FOR_ADMINS = "For admins: it says whether there was the same picture before."


class Uploaded(BaseModel):
    """Whose it is, of what came through the API."""

    owner: Annotated[str, Field(description="The user's `sub`.")]
    task_id: str
    name: str


class ResultDocument(BaseModel):
    """Everything known of one image, as it is kept; versions to come may add to it."""

    model_config = ConfigDict(extra="allow")

    version: Annotated[Literal["sightline.result/1"], Field(alias="schema")]
    image_id: str
    source: Source
    status: str
    reason: str | None
    cause: str | None
    content: Annotated[str | None, Field(description=_FOR_ADMINS)] = None
    run: str | None
    paid: Annotated[list[str] | None, Field(description=_FOR_ADMINS)] = None
    received_at: Time
    finished_at: Time | None
    image: File | None
    labels: list[Label]
    text: list[Text]
    text_expected: bool
    properties: dict[str, Any] | None
    review_reasons: list[str]
    models: dict[str, str]
    processed: Source | None
    rekognition_image: Source | None
    thumbnail: Source | None
    upload: Uploaded | None
    review: Decision | None
    detected: Detected | None

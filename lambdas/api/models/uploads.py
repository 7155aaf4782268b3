"""`POST /upload`."""

from typing import Annotated

from pydantic import Field

from lambdas.api.models.base import WHOLE, Answered, Asked, Time
from lambdas.common.image import MAX_NAME_CHARACTERS, ContentType


class UploadRequest(Asked):
    """The file that is about to be sent."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_NAME_CHARACTERS,
            # No folders, no control characters.
            pattern=r"^[^/\\\x00-\x1f\x7f-\x9f]+$",
            description="The file's name, without folders.",
            examples=["street-sign.jpg"],
        ),
    ]
    content_type: Annotated[ContentType, Field(description="What the file is.")]
    bytes: Annotated[int, Field(ge=1, description="Its size; the link takes no larger one."), WHOLE]


class UploadAnswer(Answered):
    """Where to send the file: a form of `fields`, in this order, with the file as `file`, last."""

    task_id: Annotated[str, Field(description="Names the image from now on: /results/{task_id}.")]
    url: Annotated[str, Field(description="Where the form goes, by POST.")]
    fields: Annotated[dict[str, str], Field(description="The form's fields.")]
    max_bytes: Annotated[int, Field(description="The largest file that the link takes.")]
    expires_at: Time

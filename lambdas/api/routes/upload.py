"""Uploads: the image goes from the browser to S3, and never through a function."""

import unicodedata
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from lambdas.api.errors import InvalidRequestError
from lambdas.api.links import until
from lambdas.api.models.uploads import UploadAnswer, UploadRequest
from lambdas.api.routes.context import ApiRouter, answers
from lambdas.common.image import Upload
from lambdas.common.tasks import Task, new_task_id

_MAX_NAME_BYTES = 900
"""With the folders before it, a key stays within S3's 1,024 bytes."""

_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of characters, line breaks. Joiners and wide blanks are common."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn text around: `gpj.exe` would be read as `exe.jpg`."""

router = ApiRouter()


@router.post(
    "/upload",
    summary="Ask for an upload",
    description="Answers with a form that takes one file of this type and at most this size, until "
    "it expires. The image's result is at /results/{task_id}. A user may ask for a "
    "number of uploads a day; then the answer is 429, with `Retry-After`.",
    tags=["images"],
    status_code=HTTPStatus.CREATED,
    operation_id="askForUpload",
    responses=answers(UploadAnswer, status=201, description="Where to send the file."),
)
def ask_for_upload(upload: Annotated[UploadRequest, Body()]) -> Response[UploadAnswer]:
    """Make a task, and the form for its file."""
    services = router.services
    limit = services.env.max_bytes
    if upload.bytes > limit:
        raise InvalidRequestError(
            "body.bytes", f"the file has {upload.bytes:,} bytes; the limit is {limit:,}"
        )
    name = _checked_name(upload.name)
    services.allowance.take(router.caller.sub)
    now, seconds = services.now(), services.env.upload_minutes * 60
    task = Task(Upload(router.caller.sub, new_task_id(), name), now, now + seconds)
    services.tasks.add(task)
    url, form = services.links.write(
        services.env.input_bucket,
        task.upload.key,
        content_type=upload.content_type,
        max_bytes=upload.bytes,
        seconds=seconds,
    )
    return Response(
        status_code=HTTPStatus.CREATED,
        content_type="application/json",
        # From /v1/upload, whatever the stage is called: /v1/results/...
        headers={"Location": f"results/{task.id}"},
        body=UploadAnswer(
            task_id=task.id,
            url=url,
            fields=form,
            max_bytes=upload.bytes,
            expires_at=until(now, seconds),
        ),
    )


def _checked_name(name: str) -> str:
    """Return a file's name; raises InvalidRequestError for what should not stand in a key."""
    if "/" in name or "\\" in name or name in (".", ".."):
        raise InvalidRequestError("body.name", "give the file's name without folders")
    if "${" in name or any(map(_is_refused, name)):
        raise InvalidRequestError("body.name", "it has characters that a file's name cannot have")
    if len(name.encode()) > _MAX_NAME_BYTES:
        raise InvalidRequestError("body.name", f"it is longer than {_MAX_NAME_BYTES} bytes")
    return name


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED or character in _TURNING

"""Images: found, looked at, deleted."""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from lambdas.api.cursors import read_cursor, write_cursor
from lambdas.api.errors import NotFoundError
from lambdas.api.finding import Record, moment, search_words
from lambdas.api.models.base import ID_PATTERN
from lambdas.api.models.images import Image, Images
from lambdas.api.models.results import ResultDocument
from lambdas.api.pictures import source_of
from lambdas.api.problems import CONTENT_TYPE, problem
from lambdas.api.routes.context import CONFLICT, NOT_FOUND, ApiRouter, answers
from lambdas.common.image import ObjectReference, result_key
from lambdas.common.result import Result
from lambdas.common.status import Status
from lambdas.common.telemetry import logger

YOUNG_DAYS = 7
"""Until then nothing of an image expires: the shortest retention that the settings take."""
MAX_LIMIT = 100
MAX_READ = 300
"""Images that a page looks at, at most: a search that few images fit is continued by the caller."""
MAX_ANSWER_BYTES = 6_000_000
"""Of an answer as Lambda counts it, inside a text: it takes 6 MiB, with status and headers."""
router = ApiRouter()

Id = Annotated[
    str,
    Path(pattern=ID_PATTERN, description="The image's id, or the task's that an upload gave."),
]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Images of a page, at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]
Label = Annotated[
    str | None, Query(min_length=1, max_length=100, description="A label's name, in any case.")
]
Words = Annotated[
    str | None,
    Query(min_length=1, max_length=300, description="Words of the image's text: all, in any case."),
]
State = Annotated[
    Literal["received", "labelled", "on_hold", "done", "in_review", "rejected", "failed"] | None,
    Query(description="Where the image is."),
]
Time = Annotated[
    str | None,
    Query(
        max_length=40,
        # What is wrong in another way, such as 30 February, is told by the function.
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$",
        description="A date or time of arrival, ISO 8601, included.",
    ),
]


@router.get(
    "/results",
    summary="Find images",
    description="Newest first; uploaders find their own. All conditions must hold. A page may be "
    "short: there is more as long as `next` is not null.",
    tags=["images"],
    operation_id="findImages",
    responses=answers(Images),
)
def find(  # noqa: PLR0913, PLR0917
    label: Label = None,
    text: Words = None,
    status: State = None,
    since: Time = None,
    until: Time = None,
    limit: Limit = 24,
    cursor: Cursor = None,
) -> Images:
    """Return a page of the images that the caller may find."""
    caller, pictures = router.caller, router.pictures
    page = router.services.queries.page(
        limit=limit,
        owner=None if caller.is_admin else caller.sub,
        label=label,
        words=search_words(text),
        status=None if status is None else Status(status),
        since=moment(since, "query.since"),
        until=moment(until, "query.until", end_of_day=True),
        before=read_cursor(cursor),
        max_read=MAX_READ,
    )
    return Images(
        items=[pictures.summary(record) for record in page.records], next=write_cursor(page.next)
    )


@router.get(
    "/results/<id>",
    summary="Look at an image",
    description="Everything that is known of it, with links that work for 15 minutes.",
    tags=["images"],
    operation_id="getImage",
    responses=answers(Image, NOT_FOUND),
)
def look(id: Id) -> Image:  # noqa: A002
    """Return everything about an image; of one whose file is awaited, that."""
    found = router.finder.see(id)
    if found.record is not None:
        return _picture_of(found.record)
    if found.task is None:
        raise ValueError("something was found that is neither a record nor a task")
    return router.pictures.awaited(found.task, arrived=found.original is not None)


@router.get(
    "/results/<id>/document",
    summary="Get an image's result document",
    description="The whole of it, as one JSON. `paid` and `content` are for admins, reviewers' "
    "names for reviewers and admins.",
    tags=["images"],
    operation_id="getResultDocument",
    responses=answers(ResultDocument, NOT_FOUND),
)
def document(id: Id) -> Response[str]:  # noqa: A002
    """Return the result document of an image that the caller may see."""
    record = router.finder.record(id)
    result = _result_of(record)
    if result is None:
        raise NotFoundError(f"there is no result document of image {record['image_id']}")
    return _written(router.pictures.document(result))


@router.delete(
    "/results/<id>",
    summary="Delete an image",
    description="For good: the original, its copies, the result, the record with everything that "
    "was found and decided. Deleting it again does no harm.",
    tags=["images"],
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="deleteImage",
    responses=answers(None, NOT_FOUND, CONFLICT, status=204, description="Deleted."),
)
def delete(id: Id) -> Response[str]:  # noqa: A002
    """Delete an image, or an upload that never came."""
    services, found = router.services, router.finder.deletable(id)
    if found.record is not None:
        services.deletions.delete(found.record["image_id"], by=router.caller.name)
    elif found.task is not None:
        services.deletions.delete_upload(found.task.upload, found.original, by=router.caller.name)
    return Response(status_code=HTTPStatus.NO_CONTENT, body="")


def _picture_of(record: Record) -> Image:
    objects, env = router.services.objects, router.services.env
    result = _result_of(record)
    # Young ones of ours are not asked for: nothing of theirs has been archived or has expired.
    young_days = min(YOUNG_DAYS, env.days_to_glacier or YOUNG_DAYS)
    is_old = router.services.now() - _arrival(record) > young_days * 86_400
    original: ObjectReference | None = source_of(record)
    copy = _copy_for_browsers(result)
    # Whoever owns another bucket may overwrite, delete or close it at any time.
    is_foreign = original is not None and original.bucket != env.input_bucket
    if original and (is_old or is_foreign):
        original = original if objects.is_at_hand(original, is_foreign=is_foreign) else None
    if copy and is_old:
        copy = copy if objects.is_at_hand(copy) else None
    return router.pictures.whole(record, result, original=original, copy=copy)


def _result_of(record: Record) -> Result | None:
    if record["status"] == Status.RECEIVED:
        return None
    return router.services.objects.read_result(record["image_id"])


def _written(document: dict[str, Any]) -> Response[str]:
    """Return a document as an answer; one that is too long for an answer is a fault of ours."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    size = len(json.dumps(body, ensure_ascii=False).encode())
    if size <= MAX_ANSWER_BYTES:
        return Response(status_code=HTTPStatus.OK, content_type="application/json", body=body)
    logger.error("a result document is too long for an answer", bytes=size)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = (
        f"the result document has {size:,} bytes, and an answer at most {MAX_ANSWER_BYTES:,}; an "
        f"administrator finds it in the processed bucket as {result_key(document['image_id'])}"
    )
    return Response(
        status_code=status,
        content_type=CONTENT_TYPE,
        body=json.dumps(problem(status, detail, instance=router.current_event.path)),
    )


def _arrival(record: Record) -> float:
    return datetime.fromisoformat(record["received_at"]).timestamp()


def _copy_for_browsers(result: Result | None) -> ObjectReference | None:
    """Return the copy that was made for Rekognition, if there is one: an upright picture."""
    copy = None if result is None else result.rekognition_image
    if copy is None or copy.bucket != router.services.env.processed_bucket:
        return None
    return copy

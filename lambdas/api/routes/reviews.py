"""Reviews: what waits for a person, and what people decide."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from lambdas.api.access import may_review
from lambdas.api.cursors import read_cursor, write_cursor
from lambdas.api.errors import NotFoundError
from lambdas.api.models.images import Waiting
from lambdas.api.models.reviews import (
    ClaimAnswer,
    DecisionRequest,
    Entry,
    History,
    UndoRequest,
    Verdict,
)
from lambdas.api.routes.context import CONFLICT, NOT_FOUND, ApiRouter, answers
from lambdas.api.routes.results import Cursor, Id, Limit
from lambdas.common.review import decisions
from lambdas.common.review.deciding import Correction, Request
from lambdas.common.status import Status

_NEWEST = 100
"""Entries of a history: at most 60 KB each, and a function answers with 6 MB."""

router = ApiRouter()


@router.get(
    "/reviews",
    summary="List what waits for a person",
    description="Oldest first, with how many there are.",
    tags=["reviews"],
    operation_id="listReviews",
    responses=answers(Waiting),
)
def waiting(limit: Limit = 24, cursor: Cursor = None) -> Waiting:
    """Return a page of the images that are in review."""
    queries, pictures = router.services.queries, router.pictures
    page = queries.page(
        limit=limit, status=Status.IN_REVIEW, before=read_cursor(cursor), oldest_first=True
    )
    number, is_capped = queries.count(Status.IN_REVIEW)
    return Waiting(
        items=[pictures.summary(record) for record in page.records],
        next=write_cursor(page.next),
        waiting=number,
        waiting_is_capped=is_capped,
    )


@router.post(
    "/reviews/<id>/claim",
    summary="Keep an image for yourself",
    description="For 15 minutes nobody else decides on it; again to keep it longer.",
    tags=["reviews"],
    operation_id="claimImage",
    responses=answers(ClaimAnswer, NOT_FOUND, CONFLICT),
)
def claim(id: Id) -> ClaimAnswer:  # noqa: A002
    """Claim an image in review."""
    image_id = _image(id)
    made = router.services.claims.claim(image_id, by=router.caller.name)
    return ClaimAnswer(image_id=image_id, by=made.by, until=made.until_text)


@router.delete(
    "/reviews/<id>/claim",
    summary="Give an image back",
    description="Your own claim; admins may end anybody's. Without a claim nothing happens.",
    tags=["reviews"],
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="releaseImage",
    responses=answers(None, NOT_FOUND, CONFLICT, status=204),
)
def release(id: Id) -> Response[str]:  # noqa: A002
    """End a claim."""
    caller = router.caller
    router.services.claims.release(_image(id), by=caller.name, anybodys=caller.is_admin)
    return Response(status_code=HTTPStatus.NO_CONTENT, body="")


@router.post(
    "/reviews/<id>/decision",
    summary="Decide on an image",
    description="`approve` it as it is, `correct` its labels or text, or `reject` it with a "
    "comment. The same decision again is one decision.",
    tags=["reviews"],
    operation_id="decideOnImage",
    responses=answers(Entry, NOT_FOUND, CONFLICT),
)
def decide(id: Id, asked: Annotated[DecisionRequest, Body()]) -> Entry:  # noqa: A002
    """Make a decision, and carry it out."""
    correction = Correction(
        add_labels=tuple(asked.add_labels),
        remove_labels=tuple(asked.remove_labels),
        text=None if asked.text is None else tuple(asked.text),
    )
    if asked.decision is not Verdict.CORRECT and correction != Correction():
        raise decisions.InvalidDecisionError("labels and text go with `correct` only")
    request = Request(decisions.Kind(asked.decision), router.caller.name, asked.comment, correction)
    return _entry(router.services.reviews.decide(_image(id), request, seen=asked.seen))


@router.post(
    "/reviews/<id>/undo",
    summary="Take the last decision back",
    description="The one before it stands again, if there was one.",
    tags=["reviews"],
    operation_id="undoDecision",
    responses=answers(Entry, NOT_FOUND, CONFLICT),
)
def undo(id: Id, asked: Annotated[UndoRequest, Body()]) -> Entry:  # noqa: A002
    """Undo the decision that stands."""
    request = Request(decisions.Kind.UNDO, router.caller.name, asked.comment)
    return _entry(router.services.reviews.decide(_image(id), request, seen=asked.seen))


@router.get(
    "/reviews/<id>/history",
    summary="See what was decided on an image",
    description="Oldest first, the newest 100 entries, with what it was before and after.",
    tags=["reviews"],
    operation_id="getHistory",
    responses=answers(History, NOT_FOUND),
)
def history(id: Id) -> History:  # noqa: A002
    """Return the history of an image that the caller may see."""
    image_id = router.finder.record(id)["image_id"]
    entries = router.services.reviews.history(image_id, newest=_NEWEST)
    return History(items=[_shown(_entry(entry)) for entry in entries])


def _image(name: str) -> str:
    """Return the id of an image that the caller may decide on."""
    record = router.finder.record(name)
    if not may_review(record, router.caller):
        raise NotFoundError(f"there is no image {name} in review")
    return str(record["image_id"])


def _shown(entry: Entry) -> Entry:
    """Return an entry without the addresses that are not for the caller."""
    pictures = router.pictures
    for one in (entry, entry.before.review, entry.after.review):
        if one is not None:
            one.by = pictures.shown_name(one.by)
    return entry


def _entry(entry: decisions.Entry) -> Entry:
    return Entry.model_validate(entry.to_document())

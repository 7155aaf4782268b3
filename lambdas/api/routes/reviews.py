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
from lambdas.common.review.reviews import ANY_ANALYSIS, Seen
from lambdas.common.status import Status

_NEWEST = 100
"""Entries of a history that are looked at; each has up to 100 KB of text."""
_MAX_BYTES = 2_000_000
"""Of a history as JSON in UTF-8. A function answers with 6 MB, in which it is a text within JSON:
there each quote and backslash takes two bytes, and nothing more than that."""

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
    caller = router.caller
    made = router.services.claims.claim(image_id, by=caller.name, who=caller.sub)
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
    router.services.claims.release(_image(id), who=caller.sub, anybodys=caller.is_admin)
    return Response(status_code=HTTPStatus.NO_CONTENT, body="")


@router.post(
    "/reviews/<id>/decision",
    summary="Decide on an image",
    description="`approve` it as it is, `correct` its labels or text, or `reject` it with a "
    "comment. The same decision again, with the same `seen`, is one decision.",
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
    return _decided(id, decisions.Kind(asked.decision), asked, correction)


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
    return _decided(id, decisions.Kind.UNDO, asked, Correction())


@router.get(
    "/reviews/<id>/history",
    summary="See what was decided on an image",
    description="Oldest first, with what it was before and after: the newest 100 entries, and of "
    "long ones as many as 2 MB hold.",
    tags=["reviews"],
    operation_id="getHistory",
    responses=answers(History, NOT_FOUND),
)
def history(id: Id) -> History:  # noqa: A002
    """Return the history of an image that the caller may see."""
    image_id = router.finder.record(id)["image_id"]
    items: list[Entry] = []
    left = _MAX_BYTES
    for entry in reversed(router.services.reviews.history(image_id, newest=_NEWEST)):
        shown = _shown(_entry(entry))
        left -= len(shown.model_dump_json().encode())
        if left < 0:
            break
        items.append(shown)
    return History(items=items[::-1])


def _decided(name: str, kind: decisions.Kind, asked: UndoRequest, correction: Correction) -> Entry:
    caller = router.caller
    request = Request(kind, caller.name, asked.comment, correction, caller.sub)
    analysis = asked.seen_finished_at
    if "seen_finished_at" not in asked.model_fields_set:
        analysis = ANY_ANALYSIS
    seen = Seen(asked.seen, analysis)
    return _entry(router.services.reviews.decide(_image(name), request, seen=seen))


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

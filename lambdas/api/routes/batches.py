"""Batches: what is in a bucket already, analysed as one."""

from http import HTTPStatus
from itertools import islice
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from lambdas.api.errors import NotInThisStateError
from lambdas.api.links import until
from lambdas.api.models.batches import Batch, Batches, BatchRequest, MaxCost, Report
from lambdas.api.routes.context import CONFLICT, NOT_FOUND, ApiRouter, answers
from lambdas.common.batches import batch as known
from lambdas.common.image import ObjectReference
from lambdas.common.rules import TextRule

router = ApiRouter()

BatchId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$", description="The batch's id.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Batches, at most.")]


@router.post(
    "/batches",
    summary="Make a batch",
    description="Its images are listed; /batches/{batch_id} then says what they cost at most, and "
    "/batches/{batch_id}/start has them analysed.",
    tags=["batches"],
    status_code=HTTPStatus.CREATED,
    operation_id="createBatch",
    responses=answers(Batch, CONFLICT, status=201),
)
def create(asked: Annotated[BatchRequest, Body()]) -> Response[Batch]:
    """Make a batch that waits to be started."""
    made = router.services.batches.create(
        asked.bucket,
        asked.prefix,
        name=asked.name,
        again=asked.again,
        approved=False,
        by=router.caller.name,
    )
    return Response(
        status_code=HTTPStatus.CREATED,
        content_type="application/json",
        # From /v1/batches, whatever the stage is called.
        headers={"Location": f"batches/{made.id}"},
        body=_shown(made),
    )


@router.get(
    "/batches",
    summary="List batches",
    description="Newest first.",
    tags=["batches"],
    operation_id="listBatches",
    responses=answers(Batches),
)
def newest(limit: Limit = 20) -> Batches:
    """Return the newest batches."""
    found = islice(router.services.batches.table.newest(), limit)
    return Batches(items=[_shown(batch) for batch in found])


@router.get(
    "/batches/<batch_id>",
    summary="See how far a batch is",
    tags=["batches"],
    operation_id="getBatch",
    responses=answers(Batch, NOT_FOUND),
)
def look(batch_id: BatchId) -> Batch:
    """Return a batch."""
    return _shown(router.services.batches.get(batch_id))


@router.post(
    "/batches/<batch_id>/start",
    summary="Start a batch",
    description="Or go on with one that stands still. What it costs at most is in the batch.",
    tags=["batches"],
    operation_id="startBatch",
    responses=answers(Batch, NOT_FOUND, CONFLICT),
)
def start(batch_id: BatchId) -> Batch:
    """Have the images of a batch analysed."""
    return _shown(router.services.batches.start(batch_id).batch)


@router.post(
    "/batches/<batch_id>/cancel",
    summary="Cancel a batch",
    description="What has not begun is not analysed, and not paid for.",
    tags=["batches"],
    operation_id="cancelBatch",
    responses=answers(Batch, NOT_FOUND, CONFLICT),
)
def cancel(batch_id: BatchId) -> Batch:
    """Stop a batch."""
    desk = router.services.batches
    desk.get(batch_id)
    return _shown(desk.cancel(batch_id))


@router.get(
    "/batches/<batch_id>/report",
    summary="Get a batch's report",
    description="Links that work for 15 minutes.",
    tags=["batches"],
    operation_id="getReport",
    responses=answers(Report, NOT_FOUND, CONFLICT),
)
def report(batch_id: BatchId) -> Report:
    """Return links to the three files of a report."""
    services = router.services
    batch = services.batches.get(batch_id)
    if batch.reported_at is None:
        raise NotInThisStateError(f"batch {batch_id} is {batch.state} and has no report yet")
    keys = known.report_keys(batch_id)
    bucket = services.env.processed_bucket
    links = {
        kind: services.links.read(
            ObjectReference(bucket, key), saved_as=f"{batch_id}-{key.rpartition('/')[2]}"
        )
        for kind, key in keys.items()
    }
    return Report.model_validate({**links, "links_expire_at": until(services.now())})


def _shown(batch: known.Batch) -> Batch:
    ended = router.services.batches.ended(batch)
    names = ("id", "name", "bucket", "prefix", "created_at", "created_by", "images", "bytes", "fed")
    more = ("approved", "again", "started_at", "closed_at", "reason")
    return Batch.model_validate(
        {
            **{name: getattr(batch, name) for name in (*names, *more)},
            "state": str(batch.state),
            "ended": ended.images,
            "max_cost": _max_cost(batch),
        }
    )


def _max_cost(batch: known.Batch) -> MaxCost | None:
    """Return what the paid calls cost at most: nobody knows yet which images will be read."""
    if batch.state in (known.State.LISTING, known.State.FAILED):
        return None
    env = router.services.env
    rule = TextRule.parse(env.text_rule)
    reads = rule.always or bool(rule.thresholds)
    labels = batch.images * env.price_labels_per_1000 / 1000
    text = batch.images * env.price_text_per_1000 / 1000 if reads else 0.0
    return MaxCost(labels=labels, text=text, total=labels + text, currency="USD")

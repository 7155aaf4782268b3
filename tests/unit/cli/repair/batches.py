"""Batches in any state, for audits of the stack in memory."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from lambdas.common.arrival import BatchMember
from lambdas.common.batches.batch import Batch, State
from lambdas.common.batches.control import Control, Work
from lambdas.common.batches.progress import BatchProgress
from lambdas.common.batches.table import BatchTable
from lambdas.common.image import ObjectReference
from lambdas.common.status import Status
from lambdas.run_batch.manifests import BatchObjects, Manifest
from tests.unit.cli.repair.world import PROCESSED, TABLE, World, ago
from tests.unit.lambdas.batches import SentControl

PHOTOS, PAGE = "photos", 2
MINUTES = timedelta(minutes=2)


def source(number: int, bucket: str = PHOTOS) -> ObjectReference:
    return ObjectReference(bucket, f"in/{number}.jpg", None, f'"5d4{number}"')


def sources(count: int) -> list[ObjectReference]:
    return [source(number) for number in range(count)]


def table_of(world: World) -> BatchTable:
    return BatchTable(world.clients["dynamodb"], TABLE)


def make(
    world: World,
    state: State,
    images: Sequence[ObjectReference] = (),
    *,
    ended: Sequence[int] = (),
    records: Sequence[int] = (),
    statuses: Status = Status.DONE,
    **changes: Any,
) -> Batch:
    """Make a batch as `run_batch` leaves it in a state: its listing, its item, its ends.

    `ended` are the numbers of the images that are counted, `records` of those that have a record.
    """
    pages = [images[first : first + PAGE] for first in range(0, len(images), PAGE)]
    values: dict[str, Any] = {
        "id": "b1",
        "bucket": PHOTOS,
        "prefix": "in/",
        "name": "b1",
        "created_at": ago(MINUTES),
        "created_by": "ada",
        "state": state,
        "approved": True,
        "images": len(images),
        "pages": len(pages),
    }
    if state in (State.RUNNING, State.CLOSED):
        values |= {"started_at": ago(MINUTES), "fed": len(images), "fed_pages": len(pages)}
    if state is State.CLOSED:
        values |= {"reported_at": ago(MINUTES), "announced_at": ago(MINUTES)}
    if state.is_over:
        values |= {"closed_at": ago(MINUTES)}
    batch = Batch(**(values | changes))
    assert table_of(world).create(batch)
    objects = BatchObjects(world.clients["s3"], PROCESSED)
    for number, page in enumerate(pages):
        manifest = Manifest(
            first=number * PAGE, sources=tuple(page), size=1, token=("", ""), is_last=False
        )
        objects.write_manifest(batch.id, number, manifest)
    progress = BatchProgress(table_of(world), SentControl())
    for number in ended:
        progress.ended(BatchMember(batch.id, number))
    for number in records:
        world.record(images[number], statuses)
        if statuses.is_terminal:
            world.result(images[number], statuses)
    return batch


def closed(world: World, images: Sequence[ObjectReference], **changes: Any) -> Batch:
    """A batch of images that all have ended, and been reported."""
    everything = range(len(images))
    return make(
        world, State.CLOSED, images, **{"ended": everything, "records": everything} | changes
    )


def bury_control(world: World, work: Work, batch_id: str = "b1") -> None:
    body = Control(batch_id, work).to_json()
    world.bury_body(body, "batches", cause="SendMessageBatch:AccessDenied", failed_at=ago(MINUTES))

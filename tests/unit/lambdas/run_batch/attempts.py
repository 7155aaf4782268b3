"""What tests of attempts at a batch's work share."""

from lambdas.common.batches.batch import BATCH, batch_key
from lambdas.common.batches.control import Control, Work
from lambdas.common.records.items import from_item, to_item
from tests.unit.lambdas.conftest import TABLE
from tests.unit.lambdas.run_batch.world import BatchWorld
from tests.unit.lambdas.steps import KilledError

LIST = Control("b1", Work.LIST)
LISTING = "s3.list_objects_v2"
"""The request that lists a page."""


def killed() -> None:
    raise KilledError


def failed() -> None:
    raise ConnectionError("down")


def kept(world: BatchWorld) -> set[str]:
    """The attributes of the batch's item that are about attempts."""
    key = to_item({"image_id": batch_key("b1"), "item": BATCH})
    item = from_item(world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"])
    return {name for name in item if name.endswith(("_attempts", "_failure"))}

from typing import Any

import pytest

from tests.unit.lambdas.run_batch.world import BatchWorld


@pytest.fixture
def world(dynamodb: Any, s3: Any) -> BatchWorld:
    """An account with no batch yet; listings have four objects a page."""
    return BatchWorld(dynamodb, s3, page_size=4)


@pytest.fixture
def unlisted(dynamodb: Any, s3: Any) -> BatchWorld:
    """A batch of eight images in pages of one, whose first message is still to be made."""
    world = BatchWorld(dynamodb, s3, page_size=1)
    world.put(*(f"{number}.jpg" for number in range(8)))
    world.create()
    world.take()
    return world

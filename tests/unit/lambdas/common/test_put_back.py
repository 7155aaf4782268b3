"""Files under an upload's key that somebody put there who may write to the bucket.

They came when nobody could have sent them by the form any more: they are not deleted.
"""

from collections.abc import Iterator

import pytest

from lambdas.common.status import Status
from tests.unit.lambdas.aws_account import account
from tests.unit.lambdas.common.test_deletion import deletions, objects
from tests.unit.lambdas.common.test_deletion_of_uploads import UPLOAD, come, finish, put, waiting
from tests.unit.lambdas.conftest import INPUT
from tests.unit.lambdas.desk import BOB, Desk


@pytest.fixture(autouse=True)
def fresh_account() -> Iterator[None]:
    """One account a test: what is deleted here is missing everywhere."""
    with account():
        yield


def put_back(desk: Desk) -> int:
    """Put a file under the upload's key; return how many calls it has cost."""
    desk.clock.time += 86_400
    calls = len(desk.rekognition.calls)
    come(desk, put(desk))
    desk.clock.time += 86_400
    assert finish(desk) == 0
    return len(desk.rekognition.calls) - calls


def test_beside_the_image_that_came_first_it_is_rejected_and_stays() -> None:
    desk, first = waiting()
    come(desk, first)

    assert put_back(desk) == 0

    assert desk.status is Status.REJECTED
    assert "another image has come of the upload" in desk.record["reason"]
    assert "outside uploads/" in desk.record["reason"]
    assert objects(INPUT).count(UPLOAD.key) == 2


def test_after_the_deletion_it_is_rejected_and_stays_too() -> None:
    desk, first = waiting()
    come(desk, first)
    deletions(desk).delete(desk.id, by=BOB)

    assert put_back(desk) == 0

    assert desk.status is Status.REJECTED
    assert "the upload was deleted" in desk.record["reason"]
    assert objects(INPUT).count(UPLOAD.key) == 1


def test_what_was_sent_slowly_by_the_form_is_none_of_it() -> None:
    desk, first = waiting()
    come(desk, first)
    desk.clock.time += 900 + 1800

    come(desk, put(desk))

    assert desk.status is Status.DELETED
    assert finish(desk) == 1

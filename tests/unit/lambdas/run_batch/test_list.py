from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.batches.batch import MAX_IMAGES, Batch, State
from lambdas.common.errors import RetryableError
from lambdas.run_batch.manifests import Manifest
from tests.unit.lambdas.conftest import INPUT, PROCESSED
from tests.unit.lambdas.run_batch.world import PHOTOS, BatchWorld


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "ListObjectsV2")


class Bucket:
    """A client that lists one page, or refuses to."""

    def __init__(self, error: str | None = None, **answer: Any) -> None:
        self.error = error
        self.answer = {"IsTruncated": False, **answer}
        self.calls = 0

    def list_objects_v2(self, **arguments: Any) -> dict[str, Any]:
        self.calls += 1
        if self.error:
            raise refused(self.error)
        return self.answer


def entry(key: str, size: int = 1) -> dict[str, Any]:
    return {"Key": key, "Size": size, "ETag": f'"{key}"'}


def listed(world: BatchWorld, own: Any, public: Any = None, **changes: Any) -> Batch | None:
    """List a batch with these clients."""
    object.__setattr__(world.lister, "s3", own)
    object.__setattr__(world.lister, "make_unsigned", lambda: public)
    return world.lister.list_pages(world.create(**changes), lambda: False)


def test_a_public_bucket_is_listed_without_a_signature(world: BatchWorld) -> None:
    # Given
    own, public = Bucket("AccessDenied"), Bucket(Contents=[entry("1.jpg")])
    # When
    found = listed(world, own, public)
    # Then: and it is remembered, so that no request is refused twice
    assert found is not None
    assert (found.state, found.images, found.unsigned) == (State.LISTED, 1, True)
    assert (own.calls, public.calls) == (1, 1)


def test_a_bucket_that_nobody_may_list_fails_with_what_to_do(world: BatchWorld) -> None:
    found = listed(world, Bucket("AccessDenied"), Bucket("AccessDenied"))
    assert found is not None
    assert found.state is State.FAILED
    assert "batch_buckets" in str(found.reason)
    assert 'make deploy CONTEXT="-c batch_buckets=photos"' in str(found.reason)
    assert "sightline batch start b1" in str(found.reason)
    assert found.closed_at


@pytest.mark.parametrize("code", ["NoSuchBucket", "InvalidBucketName"])
def test_a_bucket_that_is_not_there_fails(world: BatchWorld, code: str) -> None:
    found = listed(world, Bucket(code))
    assert found is not None
    assert (found.state, found.reason) == (State.FAILED, f"there is no bucket photos ({code})")


def test_a_failure_that_may_pass_is_tried_again(world: BatchWorld) -> None:
    with pytest.raises(ClientError, match="SlowDown"):
        listed(world, Bucket("SlowDown"))
    assert world.batch().state is State.LISTING


def test_the_processed_bucket_is_never_listed(world: BatchWorld) -> None:
    own = Bucket()
    found = listed(world, own, bucket=PROCESSED)
    assert found is not None
    assert (found.state, own.calls) == (State.FAILED, 0)


def test_more_images_than_a_batch_may_have_fail(world: BatchWorld) -> None:
    found = listed(world, Bucket(Contents=[entry("1.jpg")]), images=MAX_IMAGES)
    assert found is not None
    assert found.state is State.FAILED
    assert "more than 10,000,000 images" in str(found.reason)


def test_a_listing_that_does_not_get_ahead_does_not_go_on_for_ever(world: BatchWorld) -> None:
    own = Bucket(Contents=[entry("1.jpg")], IsTruncated=True)
    with pytest.raises(RetryableError, match="does not get ahead"):
        listed(world, own)
    assert own.calls == 2


def test_folders_are_no_images_and_empty_objects_are(world: BatchWorld) -> None:
    found = listed(
        world, Bucket(Contents=[entry("in/", 0), entry("in/1.jpg", 0), entry("in/2", 7)])
    )
    assert found is not None
    assert (found.images, found.bytes) == (2, 7)


def test_the_first_listing_of_a_page_stands(world: BatchWorld) -> None:
    # Given: a page was written, and the function killed before it was counted
    first = world.lister.objects.write_manifest(
        "b1", 0, Manifest(0, (), 0, ("9.jpg", ""), is_last=True)
    )
    # When: the bucket has changed meanwhile
    found = listed(world, Bucket(Contents=[entry("new.jpg")]))
    # Then
    assert found is not None
    assert (found.images, found.token, found.state) == (0, "9.jpg", State.LISTED)
    assert world.lister.objects.read_manifest("b1", 0) == first


def test_the_slower_of_two_listings_stops(world: BatchWorld) -> None:
    # Given: another message has counted this page while this one listed it
    made = world.create()
    assert world.table.add_page(made, images=5, size=5, token=("x", ""), is_last=False)
    # When
    assert world.lister.list_pages(made, lambda: False) is None
    # Then
    assert world.batch().images == 5


def test_a_failed_listing_is_announced_once(world: BatchWorld) -> None:
    # When: the message comes twice
    world.create(bucket="nowhere")
    world.create(id="other", bucket="nowhere")
    world.drain()
    # Then
    assert [found["message_id"] for found in world.announced] == [
        "batch:b1:failed",
        "batch:other:failed",
    ]
    message = world.announced[0]
    assert message["reason"] == "there is no bucket nowhere (NoSuchBucket)"
    assert (message["report"], message["statuses"], message["ended"]) == (None, None, None)


def test_strange_keys_survive(world: BatchWorld) -> None:
    keys = ["a b+c%20.jpg", "grün/1.jpg", "line\nbreak.jpg", "😀.jpg"]
    world.put(*keys)
    world.create()
    world.drain()
    assert sorted(found["source"]["key"] for found in world.arrivals()) == sorted(keys)


def test_versions_are_listed_across_pages(dynamodb: Any, s3: Any) -> None:
    # Given: more versions of a key than a page has, and deleted ones
    world = BatchWorld(dynamodb, s3, page_size=2)
    for _ in range(5):
        world.put("a.jpg", "b.jpg", bucket=INPUT)
        s3.delete_object(Bucket=INPUT, Key="b.jpg")
    world.put("c.jpg", bucket=INPUT)
    # When
    world.create(bucket=INPUT)
    world.drain()
    # Then
    assert sorted(found["source"]["key"] for found in world.arrivals()) == ["a.jpg", "c.jpg"]
    assert world.batch().pages > 3


def test_the_bucket_of_a_batch_is_in_its_messages(world: BatchWorld) -> None:
    world.put("1.jpg")
    world.create()
    world.drain()
    (arrival,) = world.arrivals()
    assert arrival["schema"] == "sightline.arrival/1"
    assert arrival["source"]["bucket"] == PHOTOS

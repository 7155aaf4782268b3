import io
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.common.errors import RejectedImageError
from lambdas.common.image import ObjectReference
from lambdas.common.objects import ObjectStore
from lambdas.common.status import Status
from tests.unit.lambdas.conftest import INPUT, PROCESSED
from tests.unit.lambdas.results import result


class Refusing:
    """An S3 that answers every read with one error, or one object."""

    def __init__(self, code: str = "", answer: Any = None) -> None:
        self._code, self._answer = code, answer

    def get_object(self, **arguments: str) -> Any:
        if self._answer is not None:
            return self._answer
        raise ClientError({"Error": {"Code": self._code, "Message": "no"}}, "GetObject")

    head_object = get_object


@pytest.fixture
def objects(s3: Any) -> ObjectStore:
    return ObjectStore(s3, PROCESSED)


def uploaded(s3: Any, content: bytes, key: str = "a b/ü+%.jpg") -> ObjectReference:
    answer = s3.put_object(Bucket=INPUT, Key=key, Body=content)
    return ObjectReference(INPUT, key, answer["VersionId"])


class TestOriginals:
    def test_the_version_that_was_announced_is_read_not_the_newest(
        self, objects: ObjectStore, s3: Any
    ) -> None:
        first = uploaded(s3, b"first")
        uploaded(s3, b"second")
        assert objects.read(first, max_bytes=5) == b"first"
        unversioned = ObjectReference(INPUT, first.key)
        assert objects.read(unversioned, max_bytes=6) == b"second"

    def test_an_empty_file_is_rejected(self, objects: ObjectStore, s3: Any) -> None:
        with pytest.raises(RejectedImageError, match=r"empty \(0 bytes\)"):
            objects.read(uploaded(s3, b""), max_bytes=5)

    def test_a_file_over_the_limit_is_rejected_unread(self) -> None:
        # Given
        class Unreadable(io.BytesIO):
            def read(self, *arguments: Any) -> bytes:
                raise AssertionError("read")

        body = Unreadable()
        s3 = Refusing(answer={"ContentLength": 6_000_000, "Body": body})
        # When / Then
        with pytest.raises(
            RejectedImageError, match=r"6,000,000 bytes; the limit is 5 \(setting max_bytes\)"
        ):
            ObjectStore(s3, PROCESSED).read(ObjectReference(INPUT, "k"), max_bytes=5)
        assert body.closed

    def test_an_object_that_was_deleted_meanwhile_is_rejected(
        self, objects: ObjectStore, s3: Any
    ) -> None:
        # Given: a version that is gone, a key that never was, and a delete marker
        reference = uploaded(s3, b"x")
        s3.delete_object(Bucket=INPUT, Key=reference.key, VersionId=reference.version)
        marker = s3.delete_object(Bucket=INPUT, Key=uploaded(s3, b"x", "k").key)["VersionId"]
        gone = [reference, ObjectReference(INPUT, "never"), ObjectReference(INPUT, "k", marker)]
        # When / Then
        for missing in gone:
            with pytest.raises(RejectedImageError, match="was deleted"):
                objects.read(missing, max_bytes=5)

    def test_an_object_of_a_batch_that_was_overwritten_is_rejected(
        self, objects: ObjectStore, s3: Any
    ) -> None:
        # Given: a bucket without versions, and the ETag that was listed
        etag = s3.put_object(Bucket=PROCESSED, Key="k", Body=b"first")["ETag"]
        listed = ObjectReference(PROCESSED, "k", None, etag)
        assert objects.read(listed, max_bytes=9) == b"first"
        # When
        s3.put_object(Bucket=PROCESSED, Key="k", Body=b"second")
        # Then
        with pytest.raises(RejectedImageError, match="overwritten after it was listed"):
            objects.read(listed, max_bytes=9)

    def test_an_object_is_there_or_not(self, objects: ObjectStore, s3: Any) -> None:
        there = uploaded(s3, b"x")
        assert objects.exists(there)
        assert not objects.exists(ObjectReference(INPUT, "never"))
        s3.delete_object(Bucket=INPUT, Key=there.key, VersionId=there.version)
        assert not objects.exists(there)

    def test_an_object_that_may_not_be_seen_is_not_taken_for_deleted(self) -> None:
        objects = ObjectStore(Refusing("403"), PROCESSED)
        with pytest.raises(ClientError, match="403"):
            objects.exists(ObjectReference(INPUT, "k"))

    def test_an_archived_object_is_rejected_with_what_to_do(self) -> None:
        objects = ObjectStore(Refusing("InvalidObjectState"), PROCESSED)
        with pytest.raises(RejectedImageError, match="archived in Glacier; restore it"):
            objects.read(ObjectReference(INPUT, "k"), max_bytes=5)

    @pytest.mark.parametrize("code", ["AccessDenied", "SlowDown", "InternalError", "NoSuchBucket"])
    def test_an_error_of_ours_or_awss_does_not_blame_the_image(self, code: str) -> None:
        with pytest.raises(ClientError, match=code):
            ObjectStore(Refusing(code), PROCESSED).read(ObjectReference(INPUT, "k"), max_bytes=5)


class TestResults:
    def test_a_result_reads_back(self, objects: ObjectStore, s3: Any) -> None:
        # When
        objects.write_result(result())
        # Then
        assert objects.read_result(result().image_id) == result()
        reference = objects.result_reference(result().image_id)
        stored = s3.get_object(Bucket=PROCESSED, Key=reference.key)
        assert stored["ContentType"] == "application/json; charset=utf-8"

    def test_an_image_without_a_result_has_none(self, objects: ObjectStore) -> None:
        assert objects.read_result("unknown") is None

    def test_a_result_that_may_not_be_read_is_not_taken_for_missing(self) -> None:
        # Otherwise labels that were paid for would be paid for again.
        with pytest.raises(ClientError, match="AccessDenied"):
            ObjectStore(Refusing("AccessDenied"), PROCESSED).read_result("1")

    def test_a_result_replaces_the_one_that_it_was_made_from(self, objects: ObjectStore) -> None:
        assert objects.write_result(result(Status.LABELLED, text=()))
        labelled = objects.read_result(result().image_id)
        assert labelled is not None

        assert objects.write_result(result().changed(etag=labelled.etag))

        assert objects.read_result(result().image_id) == result()

    @pytest.mark.parametrize("etag", [None, '"0123456789abcdef0123456789abcdef"'])
    def test_a_slow_delivery_does_not_replace_a_result_that_is_further(
        self, objects: ObjectStore, etag: str | None
    ) -> None:
        # Given
        objects.write_result(result())
        # When: a second delivery, which began before that
        assert not objects.write_result(result(Status.REJECTED).changed(etag=etag))
        # Then
        assert objects.read_result(result().image_id) == result()

    def test_a_result_made_from_one_that_was_deleted_is_a_conflict(
        self, objects: ObjectStore
    ) -> None:
        assert not objects.write_result(result().changed(etag='"gone"'))

    def test_a_result_that_cannot_be_written_is_an_error(self, s3: Any) -> None:
        nowhere = ObjectStore(s3, "no-such-bucket")
        for write in (nowhere.write_result,):
            with pytest.raises(ClientError, match="NoSuchBucket"):
                write(result())


def test_a_processed_copy_lies_where_its_reference_says(objects: ObjectStore, s3: Any) -> None:
    reference = objects.write_processed("processed/1.jpg", b"copy", "image/jpeg")
    assert reference == ObjectReference(PROCESSED, "processed/1.jpg")
    stored = s3.get_object(Bucket=reference.bucket, Key=reference.key)
    assert (stored["Body"].read(), stored["ContentType"]) == (b"copy", "image/jpeg")

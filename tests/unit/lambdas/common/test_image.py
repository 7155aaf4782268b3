import pytest

from lambdas.common.image import (
    ObjectReference,
    Upload,
    image_id,
    processed_key,
    rekognition_key,
    result_key,
    thumbnail_key,
    upload_in,
)

OWNER, TASK = "0123abcd-0000-4000-8000-0123456789ab", "f" * 32


def test_an_id_is_the_same_tomorrow() -> None:
    # The ids of images in a team's table: a change here would analyse and bill all of them again.
    assert image_id(ObjectReference("b", "k", "v")) == "8688fd7bd7c3911a2d00ecc53a80c3aa"


def test_bucket_key_and_version_each_make_another_image() -> None:
    references = [
        ObjectReference("b", "k", "v"),
        ObjectReference("bk", "", "v"),
        ObjectReference("b", "kv", ""),
        ObjectReference("b", "k"),
        ObjectReference("b", "K", "v"),
        ObjectReference("b", "ключ", "v"),
    ]
    ids = {image_id(reference) for reference in references}
    assert len(ids) == len(references)
    assert {len(value) for value in ids} == {32}


def test_an_unversioned_object_is_the_same_with_none_and_with_an_empty_version() -> None:
    assert image_id(ObjectReference("b", "k", None)) == image_id(ObjectReference("b", "k", ""))


def test_in_a_bucket_without_versions_the_etag_tells_contents_apart() -> None:
    ids = [image_id(ObjectReference("b", "k", None, etag)) for etag in ('"1"', '"2"', None)]
    assert len(set(ids)) == 3
    assert image_id(ObjectReference("b", "k", "v", '"1"')) == image_id(
        ObjectReference("b", "k", "v")
    )


def test_objects_made_for_an_image_lie_where_the_functions_may_write() -> None:
    keys = (processed_key("1", "png"), rekognition_key("1"), rekognition_key("1", "png"))
    assert keys == ("processed/1.png", "rekognition/1.jpg", "rekognition/1.png")
    assert (result_key("1"), thumbnail_key("1")) == ("results/1.json", "thumbnails/1.jpg")


def test_a_reference_reads_back_what_it_wrote() -> None:
    references = [
        ObjectReference("b", "a b/ü.jpg", "v"),
        ObjectReference("b", "k"),
        ObjectReference("b", "k", None, '"e"'),
    ]
    for reference in references:
        assert ObjectReference.from_document(reference.to_document()) == reference
    assert ObjectReference("b", "a b.jpg", "v").uri == "s3://b/a b.jpg"


@pytest.mark.parametrize("name", ["car.jpg", "a b+ü.jpg", "uploads", "字.heic"])
def test_an_upload_is_named_by_its_key(name: str) -> None:
    upload = Upload(OWNER, TASK, name)
    assert upload_in(upload.key) == upload


@pytest.mark.parametrize(
    "key",
    [
        "car.jpg",
        f"uploads/{OWNER}/{TASK}/",
        f"uploads/{OWNER}/{TASK}/a/b.jpg",
        f"uploads/{OWNER}/{TASK[1:]}/car.jpg",
        f"uploads/{OWNER}/{TASK.upper()}/car.jpg",
        f"uploads/{OWNER[1:]}/{TASK}/car.jpg",
        f"uploads/{OWNER}#/{TASK}/car.jpg",
        f"uploads//{TASK}/car.jpg",
        f"/uploads/{OWNER}/{TASK}/car.jpg",
        f"old/uploads/{OWNER}/{TASK}/car.jpg",
        f"uploads/{OWNER}/{TASK}",
    ],
)
def test_another_object_is_no_upload(key: str) -> None:
    assert upload_in(key) is None

"""Which files are sent, and under which keys."""

import os
from pathlib import Path

import pytest

from cli.deployment import Deployment
from cli.upload import UnreadableFile, find_files, upload_all
from lambdas.common.errors import SightlineError


def test_a_folder_is_searched_for_images_of_any_case_and_depth(tmp_path: Path) -> None:
    for name in ("b.JPG", "deep/er/a.heic", "notes.txt", "c.png.bak"):
        path = tmp_path / "album" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")

    found = find_files([tmp_path / "album"])

    assert [upload.key.split("/", 2)[2] for upload in found] == [
        "album/b.JPG",
        "album/deep/er/a.heic",
    ]


def test_a_file_that_is_named_is_sent_whatever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"x")

    (upload,) = find_files([path])

    assert upload.path == path
    assert upload.key.endswith("/notes.txt")


def test_files_of_one_name_get_keys_of_their_own(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "1.jpg" for folder in ("a", "b", "c")]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(b"x")

    keys = [upload.key for upload in find_files(paths)]

    assert len(set(keys)) == 3
    assert all(key.endswith("/1.jpg") for key in keys)


def test_nothing_to_send_is_an_error_that_names_the_paths(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=str(tmp_path)):
        find_files([tmp_path])


def test_what_is_no_file_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")

    with pytest.raises(SightlineError, match=r"pipe\.jpg is neither a file nor a folder"):
        find_files([tmp_path / "pipe.jpg"])


def test_a_file_that_cannot_be_read_does_not_cost_the_others(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (tmp_path / name).write_bytes(b"x")
    uploads = find_files([tmp_path])
    (tmp_path / "b.jpg").unlink()
    s3 = FakeS3()
    deployment = Deployment("a test's", {"InputBucketName": "in"}, lambda _service: s3)

    first, second, third = upload_all(deployment, uploads, lambda: None)

    assert isinstance(second, UnreadableFile)
    assert second.why == "No such file or directory"
    assert isinstance(first, str)
    assert isinstance(third, str)
    assert len(s3.keys) == 2


class FakeS3:
    def __init__(self) -> None:
        self.keys: list[str] = []

    def put_object(self, *, Key: str, **_other: object) -> dict[str, str]:  # noqa: N803
        self.keys.append(Key)
        return {"VersionId": "v1"}

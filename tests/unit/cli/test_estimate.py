"""Counting images and saying what they cost, without uploading anything."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result
from moto import mock_aws

from cli.deployment import Deployment, NoDeploymentError, Target
from cli.estimate.command import estimate
from cli.estimate.counting import Count, count_objects
from lambdas.common.errors import SightlineError
from tests.unit.cli.test_pricing import PUBLIC


def deployed(monkeypatch: pytest.MonkeyPatch, client: Any = None, **outputs: str) -> None:
    deployment = Deployment("a test's stack", outputs, lambda _service: client)
    monkeypatch.setattr(Target, "find", lambda _self: deployment)


def not_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_self: Target) -> Deployment:
        raise NoDeploymentError("there is no stack")

    monkeypatch.setattr(Target, "find", find)


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(estimate, arguments)
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="photos")
        yield client


@pytest.fixture
def album(tmp_path: Path) -> Path:
    for name in ("a.JPG", "deep/er/b.heic", "notes.txt"):
        path = tmp_path / "album" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    return tmp_path / "album"


def test_a_folder_is_counted_as_analyze_would_send_it(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(monkeypatch, PublicSettings=json.dumps(PUBLIC))

    done = run("--json", str(album))

    found = json.loads(done.stdout)
    assert (found["images"], found["bytes"]) == (2, 10)
    assert (found["labels_cost"], found["text_cost"], found["at_most"]) == (0.002, 0.004, 0.006)
    assert found["settings"] == "the settings of a test's stack"
    assert "Left out: 1 files" in done.stderr


def test_a_file_that_is_named_counts_whatever_it_is(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(monkeypatch, PublicSettings=json.dumps(PUBLIC))

    done = run("--json", str(album / "notes.txt"), str(album))

    assert json.loads(done.stdout)["images"] == 3


def test_what_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deployed(monkeypatch, PublicSettings=json.dumps(PUBLIC))

    done = CliRunner().invoke(estimate, [str(tmp_path / "nothing")])

    assert done.exit_code == 1
    assert "nothing is neither a file nor a folder" in done.stderr


def test_without_a_deployment_cdk_json_and_the_region_decide(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_deployed(monkeypatch)

    done = run("--json", "--region", "us-east-1", str(album))

    found = json.loads(done.stdout)
    assert (found["labels_per_second"], found["text_rule"]) == (50, "Car:90")
    assert "Using the settings in cdk.json: there is no stack." in done.stderr


def test_a_stack_without_the_output_is_said_to_be_older(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(monkeypatch)

    assert "is of an older version" in run(str(album)).stderr


def test_people_read_what_it_costs_at_most(album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, PublicSettings=json.dumps({**PUBLIC, "price_labels_per_1000": 1000}))

    text = run(str(album)).stdout

    assert "2 images, 10 bytes" in text
    assert "images with Car:90, at most all" in text
    assert "At most  $2.01" in text
    assert "paid for before are free" in text


def test_every_object_of_a_bucket_counts_but_folders(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # More than one page of a listing.
    for number in range(1001):
        s3.put_object(Bucket="photos", Key=f"cars/{number}", Body=b"123")
    s3.put_object(Bucket="photos", Key="cars/folder/", Body=b"")
    s3.put_object(Bucket="photos", Key="boats/1.jpg", Body=b"123")
    deployed(monkeypatch, s3, PublicSettings=json.dumps(PUBLIC))

    found = json.loads(run("--json", "s3://photos/cars/").stdout)

    assert (found["images"], found["bytes"]) == (1001, 3003)


def test_an_empty_prefix_has_no_images(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, s3, PublicSettings=json.dumps(PUBLIC))

    assert json.loads(run("--json", "s3://photos/nothing/").stdout)["images"] == 0


def test_a_bucket_that_is_not_there_is_an_error(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, s3, PublicSettings=json.dumps(PUBLIC))

    done = CliRunner().invoke(estimate, ["s3://no-such-bucket/"])

    assert done.exit_code == 1
    assert "NoSuchBucket" in done.stderr


class Refusing:
    """An S3 client that may not list, as one without the permission or for a foreign bucket."""

    def get_paginator(self, operation: str) -> "Refusing":
        return self

    def paginate(self, **arguments: str) -> "Refusing":
        return self

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListObjectsV2")


def test_a_bucket_that_refuses_is_tried_without_credentials(s3: Any) -> None:
    s3.put_object(Bucket="photos", Key="1.jpg", Body=b"123")
    count = Count()

    count_objects(
        "s3://photos",
        count,
        lambda _more: None,
        client=Refusing,
        unsigned_client=lambda: s3,
    )

    assert count.images == 1


def test_a_bucket_that_nobody_may_list_is_a_clear_error(s3: Any) -> None:
    with pytest.raises(SightlineError, match="s3://photos may not be listed"):
        count_objects(
            "s3://photos/cars",
            Count(),
            lambda _more: None,
            client=Refusing,
            unsigned_client=Refusing,
        )


def test_a_uri_without_a_bucket_is_an_error(s3: Any) -> None:
    with pytest.raises(SightlineError, match="names no bucket"):
        count_objects(
            "s3:///cars",
            Count(),
            lambda _more: None,
            client=lambda: s3,
            unsigned_client=lambda: s3,
        )

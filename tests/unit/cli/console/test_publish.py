"""The console's files in their bucket: what is sent, in which order, and what stays."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli.console import publish as publishing
from cli.console.publish import BUILDS, Bucket, content_type, publish
from cli.console.site import Site
from cli.deployment import Deployment
from lambdas.common.errors import SightlineError

NAME = "console-files"
SITE = Site({"stage": "dev"}, ("https://api.example",), ())
PAGE = '<!doctype html>\n<html><head>\n<script src="/assets/{build}.js"></script></head></html>'


class Killed(BaseException):
    pass


class Account:
    """S3 and nothing else, with the keys of its changes in order; it can end at one of them."""

    def __init__(self) -> None:
        self.s3: Any = boto3.client("s3", region_name="us-east-1")
        self.s3.create_bucket(Bucket=NAME)
        self.changes: list[str] = []
        self.dies_before: str | None = None
        self.s3.meta.events.register("before-parameter-build.s3", self._note)

    def _note(self, model: Any, params: Any, **_: Any) -> None:
        if model.name in {"PutObject", "DeleteObjects"}:
            change = params.get("Key", "delete")
            if change == self.dies_before:
                raise Killed
            self.changes.append(change)

    def client(self, service: str) -> Any:
        return {"s3": self.s3}[service]

    @property
    def deployment(self) -> Deployment:
        outputs = {"ConsoleBucketName": NAME}
        return Deployment("a test's stack", outputs, self.client)

    def names(self) -> set[str]:
        return set(Bucket(self.s3, NAME).sizes())

    def page(self) -> str:
        body: bytes = self.s3.get_object(Bucket=NAME, Key="index.html")["Body"].read()
        return body.decode()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setattr(publishing, "_AT_ONCE", 1)
    with mock_aws():
        yield Account()


Build = Callable[[str], Path]


@pytest.fixture
def built(tmp_path: Path) -> Build:
    def build(name: str) -> Path:
        folder = tmp_path / name
        (folder / "assets").mkdir(parents=True)
        (folder / "assets" / f"{name}.js").write_text(f"run({name!r})")
        (folder / "assets" / "shared.css").write_text("a {}")
        (folder / "icon.svg").write_text("<svg/>")
        (folder / "index.html").write_text(PAGE.format(build=name))
        return folder

    return build


def test_the_page_goes_last_and_nothing_is_sent_twice(account: Account, built: Build) -> None:
    done = publish(account.deployment, built("one"), SITE)

    assert done.uploaded == 5
    assert account.changes == [
        *("assets/one.js", "assets/shared.css", "config.json", "icon.svg"),
        *(BUILDS, "index.html"),
    ]
    account.changes.clear()
    again = publish(account.deployment, Path(built("one-again").parent / "one"), SITE)
    assert (again.uploaded, again.removed) == (0, 0)
    assert not account.changes


def test_types_and_how_long_files_may_be_kept(account: Account, built: Build) -> None:
    publish(account.deployment, built("one"), SITE)

    def head(key: str) -> tuple[str, str]:
        found = account.s3.head_object(Bucket=NAME, Key=key)
        return found["ContentType"], found["CacheControl"]

    forever = "public, max-age=31536000, immutable"
    assert head("assets/one.js") == ("text/javascript; charset=utf-8", forever)
    assert head("index.html") == ("text/html; charset=utf-8", "no-cache")
    assert head("config.json") == ("application/json", "no-cache")
    assert head("icon.svg") == ("image/svg+xml", "no-cache")
    assert content_type("assets/a.woff2") == "font/woff2"
    assert content_type("assets/a.unheard-of") == "application/octet-stream"


def test_files_of_the_build_before_stay_and_older_ones_go(account: Account, built: Build) -> None:
    for name in ("one", "two", "three"):
        publish(account.deployment, built(name), SITE)

    assert {"assets/two.js", "assets/three.js", "assets/shared.css"} <= account.names()
    assert "assets/one.js" not in account.names()
    # The same again is no new build: the one before stays what it was.
    publish(account.deployment, built("three-again").parent / "three", SITE)
    assert "assets/two.js" in account.names()


@pytest.mark.parametrize(
    "moment", ["assets/two.js", "config.json", "icon.svg", BUILDS, "index.html", "delete"]
)
def test_stopped_anywhere_the_old_console_works_and_the_next_run_ends_it(
    account: Account, built: Build, moment: str
) -> None:
    publish(account.deployment, built("zero"), SITE)
    publish(account.deployment, built("one"), SITE)
    account.dies_before = moment
    with pytest.raises(Killed):
        publish(account.deployment, built("two"), SITE)

    live = "two" if moment == "delete" else "one"
    assert f"/assets/{live}.js" in account.page()
    assert {f"assets/{live}.js", "assets/shared.css", "config.json"} <= account.names()
    account.dies_before = None
    publish(account.deployment, built("again").parent / "two", SITE)
    assert "/assets/two.js" in account.page()
    assert {"assets/two.js", "assets/one.js"} <= account.names()
    assert "assets/zero.js" not in account.names()


def test_a_build_that_never_was_live_does_not_push_out_the_one_that_is(
    account: Account, built: Build
) -> None:
    publish(account.deployment, built("one"), SITE)
    account.dies_before = "index.html"
    with pytest.raises(Killed):
        publish(account.deployment, built("two"), SITE)
    account.dies_before = None
    publish(account.deployment, built("three"), SITE)

    assert {"assets/one.js", "assets/three.js"} <= account.names()
    assert "assets/two.js" not in account.names()


def test_a_file_that_went_missing_is_sent_again(account: Account, built: Build) -> None:
    folder = built("one")
    publish(account.deployment, folder, SITE)
    account.s3.delete_object(Bucket=NAME, Key="assets/one.js")

    assert publish(account.deployment, folder, SITE).uploaded > 0
    assert "assets/one.js" in account.names()


def test_a_new_configuration_is_published(account: Account, built: Build) -> None:
    folder = built("one")
    publish(account.deployment, folder, SITE)
    publish(account.deployment, folder, Site({"stage": "prod"}, (), ()))

    config = account.s3.get_object(Bucket=NAME, Key="config.json")["Body"].read()
    assert json.loads(config) == {"stage": "prod"}
    assert "connect-src 'self';" in account.page()


def test_without_a_build_nothing_is_touched(account: Account, tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="no built console"):
        publish(account.deployment, tmp_path, SITE)
    assert not account.changes


def test_what_cannot_be_removed_is_said(
    account: Account, built: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.s3.put_object(Bucket=NAME, Key="old.js", Body=b"")
    monkeypatch.setattr(
        account.s3,
        "delete_objects",
        lambda **_: {"Errors": [{"Key": "old.js", "Message": "Access Denied"}]},
    )
    with pytest.raises(SightlineError, match=r"old\.js .* could not be removed: Access Denied"):
        publish(account.deployment, built("one"), SITE)

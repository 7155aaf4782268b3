"""What reaches the emulator, and in whose name; and what does not."""

import json
import time

import pytest

from local.console.routes import COGNITO_ACTIONS
from tests.unit.local.console.asked import OUTPUTS, SIGNED, Emulator, ask

TARGET = "AWSCognitoIdentityProviderService."


def test_the_api_is_asked_at_its_stage_with_the_token_and_nothing_else() -> None:
    emulator = Emulator()
    answer = ask(
        emulator,
        "/api/results?label=Street%20Sign&limit=2",
        authorization="eyJ.token",
        cookie="session=of-another-port",
        origin="http://localhost:8080",
        x_amz_security_token="x",
        x_forwarded_for="10.0.0.1",
        x_amz_target="DynamoDB_20120810.Scan",
    )

    assert answer.status == 200
    assert emulator.target == "/v1/results?label=Street%20Sign&limit=2"
    assert emulator.headers["host"] == "0a1b2c3d.execute-api.localhost:4566"
    assert emulator.headers["authorization"] == "eyJ.token"
    for name in ("cookie", "origin", "x-amz-security-token", "x-forwarded-for", "x-amz-target"):
        assert name not in emulator.headers


def test_nobody_signs_for_the_api() -> None:
    emulator = Emulator()
    ask(emulator, "/api/results", authorization="AWS4-HMAC-SHA256 Credential=test/...")
    assert "authorization" not in emulator.headers
    assert ask(emulator, f"/api/results?{SIGNED}").status == 400
    assert ask(emulator, "/api/results", "OPTIONS").status == 405
    assert ask(emulator, "/api/results", "TRACE").status == 405
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("path", ["/cognito", "/cognito/"])
def test_cognito_is_asked_what_a_browser_asks(path: str) -> None:
    emulator = Emulator()
    body = json.dumps({"AuthFlow": "USER_SRP_AUTH"}).encode()
    answer = ask(emulator, path, "POST", body, x_amz_target=TARGET + "InitiateAuth")

    assert answer.status == 200
    assert emulator.target == "/"
    assert emulator.headers["host"] == "localhost:4566"
    assert emulator.headers["x-amz-target"] == TARGET + "InitiateAuth"
    assert emulator.bodies == [body]


@pytest.mark.parametrize(
    "target",
    [
        TARGET + "AdminCreateUser", TARGET + "AdminInitiateAuth", TARGET + "AdminSetUserPassword",
        TARGET + "ListUsers", TARGET + "DeleteUser", TARGET + "DescribeUserPool", TARGET,
        TARGET + "UpdateUserAttributes",
        TARGET + "InitiateAuth ", TARGET + TARGET + "InitiateAuth", "InitiateAuth", "",
        "AWSCognitoIdentityService.GetId", "DynamoDB_20120810.Scan", "AmazonSQS.ReceiveMessage",
        "X.AWSCognitoIdentityProviderService.InitiateAuth",
    ],
)  # fmt: skip
def test_other_actions_are_closed(target: str) -> None:
    emulator = Emulator()

    assert ask(emulator, "/cognito", "POST", b"{}", x_amz_target=target).status == 403
    assert not emulator.requests


def test_cognito_is_closed_to_all_but_posts() -> None:
    emulator = Emulator()
    assert ask(emulator, "/cognito", x_amz_target=TARGET + "GetUser").status == 405
    assert ask(emulator, "/cognito?Action=ListUsers", "POST", b"{}").status == 405
    assert ask(emulator, "/cognito/oauth2/token", "POST", b"{}").status == 405
    assert not emulator.requests
    assert not {action for action in COGNITO_ACTIONS if action.startswith(("Admin", "List"))}


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/s3/my-bucket.localhost/a/photo%20one.jpg", "my-bucket.localhost:4566"),
        ("/s3/localhost/my.bucket/a.jpg", "localhost:4566"),
    ],
)
def test_links_go_to_the_host_that_was_signed(path: str, host: str) -> None:
    emulator = Emulator()
    answer = ask(emulator, f"{path}?{SIGNED}&versionId=1", range="bytes=0-9", cookie="a=b")

    assert answer.status == 200
    assert emulator.headers["host"] == host
    assert emulator.target == f"/{path.split('/', 3)[3]}?{SIGNED}&versionId=1"
    assert emulator.headers["range"] == "bytes=0-9"
    assert "cookie" not in emulator.headers


@pytest.mark.parametrize(
    "path",
    ["/s3/evil.example/key", "/s3/evil.example:443/key", "/s3/localhost:9000/bucket/key",
     "/s3/localhost.evil.example/b/k", "/s3/0a1b2c3d.execute-api.localhost/v1/results",
     "/s3/d123abc.cloudfront.localhost/index.html", "/s3/localhost/", "/s3/localhost/bucket",
     "/s3/localhost/bucket/", "/s3/localhost/_ministack/reset", "/s3/LOCALHOST/bucket/key",
     "/s3/a@b.localhost/key", "/s3//evil.example/", "/s3/localhost", "/s3/"],
)  # fmt: skip
def test_links_lead_to_buckets_only(path: str) -> None:
    emulator = Emulator()

    assert ask(emulator, f"{path}?{SIGNED}").status == 403
    assert not emulator.requests


@pytest.mark.parametrize(
    "query",
    [
        "", "list-type=2", "X-Amz-Signature=1", SIGNED.replace("%2Fs3%2F", "%2Fdynamodb%2F"),
        SIGNED.replace("=0123abcd", "="), f"{SIGNED}&Action=ListUsers", f"{SIGNED}&acl",
        f"{SIGNED}&X-Amz-Credential=test%2F1%2Fr%2Fsts%2Faws4_request",
    ],
)  # fmt: skip
def test_only_signed_links_are_links(query: str) -> None:
    emulator = Emulator()

    assert ask(emulator, f"/s3/my-bucket.localhost/key?{query}").status == 403
    assert not emulator.requests


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_buckets_are_not_changed_by_links(method: str) -> None:
    emulator = Emulator()

    assert ask(emulator, f"/s3/my-bucket.localhost/key?{SIGNED}", method).status == 405
    assert not emulator.requests


def test_a_file_of_a_bucket_is_neither_script_nor_style() -> None:
    emulator = Emulator()
    for kind in ("script", "worker", "serviceworker", "style", "iframe", "object"):
        link = f"/s3/my-bucket.localhost/key?{SIGNED}"
        assert ask(emulator, link, sec_fetch_dest=kind).status == 403
    assert not emulator.requests


FORM = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/s3/sightline-input.localhost/", "sightline-input.localhost:4566"),
        ("/s3/localhost/sightline-input", "localhost:4566"),
    ],
)
def test_uploads_go_to_the_input_bucket(path: str, host: str) -> None:
    emulator = Emulator()

    assert ask(emulator, path, "POST", b"form", content_type=FORM).status == 200
    assert emulator.headers["host"] == host
    assert emulator.headers["content-type"] == FORM
    assert emulator.headers["content-length"] == "4"
    assert emulator.bodies == [b"form"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/s3/other-bucket.localhost/", 403), ("/s3/localhost/other-bucket", 403),
        ("/s3/sightline-input.localhost/key", 403), ("/s3/localhost/", 403),
        ("/s3/localhost/sightline-input/key", 403), ("/s3/sightline-input.localhost/?delete", 403),
        ("/s3/localhost/sightline-input/sightline-input", 403),
    ],
)  # fmt: skip
def test_uploads_go_nowhere_else(path: str, status: int) -> None:
    emulator = Emulator()

    assert ask(emulator, path, "POST", b"form", content_type=FORM).status == status
    assert not emulator.requests


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", ""])
def test_an_upload_is_a_form(kind: str) -> None:
    emulator = Emulator()
    path = "/s3/sightline-input.localhost/"

    assert ask(emulator, path, "POST", b"Action=ListUsers", content_type=kind).status == 415
    assert not emulator.requests


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/", "/"), ("/results/0123?x=1", "/"), ("/logout", "/"), ("/oauth2/authorize?a=b", "/"),
        ("/iceberg/v1/config", "/"), ("/_ministack/state", "/"),
        ("/config.json", "/config.json"), ("/assets/index-B_x1-.js", "/assets/index-B_x1-.js"),
        ("/assets/_shared-1.js?v=2", "/assets/_shared-1.js"), ("/favicon.svg", "/favicon.svg"),
    ],
)  # fmt: skip
def test_pages_and_files_come_from_the_distribution(asked: str, target: str) -> None:
    emulator = Emulator()
    ask(emulator, asked, authorization="eyJ.token", cookie="a=b", x_amz_target="SQS.X")

    assert emulator.target == target
    assert emulator.headers["host"] == "d123abc.cloudfront.localhost"
    assert emulator.headers["x-forwarded-proto"] == "https"
    for name in ("authorization", "cookie", "x-amz-target"):
        assert name not in emulator.headers


@pytest.mark.parametrize(
    "path",
    ["/_ministack/health.json", "/.well-known/jwks.json", "/us-east-1_x/.well-known/jwks.json",
     "//evil.example/a.js", "/_aws/x.js", "/a//b.js", "/a/b."],
)  # fmt: skip
def test_other_files_are_not_looked_for(path: str) -> None:
    emulator = Emulator()

    assert ask(emulator, path).status == 404
    assert not emulator.requests


@pytest.mark.parametrize("part", ["a.", "a/", "a.a/", "._-"])
def test_an_address_made_to_be_slow_is_not(part: str) -> None:
    began = time.monotonic()
    assert ask(Emulator(), f"/{part * 2000}a!").status in {200, 404}
    assert ask(Emulator(), f"/{part * 2000}a.!").status == 404
    # A pattern with two ways to share out the dots took twice as long for each of them.
    assert time.monotonic() - began < 10


def test_pages_take_nothing() -> None:
    assert ask(Emulator(), "/", "POST", b"x").status == 405
    assert ask(Emulator(), "/", "DELETE").status == 405


@pytest.mark.parametrize("path", ["/", "/api/results", f"/s3/b-b.localhost/k?{SIGNED}"])
def test_what_is_not_deployed_says_so(path: str) -> None:
    for outputs in ({}, {"RecordTableName": "x"}):
        answer = ask(Emulator(), path, outputs=outputs)
        assert answer.status in {503, 200}
        assert answer.status == 503 or path.startswith("/s3")
    problem = json.loads(ask(Emulator(), "/api/results", outputs={}).body)
    assert problem["status"] == 503
    assert "being deployed" in problem["detail"]
    assert set(problem) == {"type", "title", "status", "detail", "instance"}


def test_a_domain_of_its_own_is_not_served() -> None:
    own = {**OUTPUTS, "ConsoleUrl": "https://photos.example.com"}
    assert ask(Emulator(), "/", outputs=own).status == 503

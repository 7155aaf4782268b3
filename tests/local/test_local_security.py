"""What a web page, or another user of this machine, can do to a running stack: nothing."""

import http.client
import json
import shutil
import ssl
import stat
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode, urlsplit

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.credentials import read_secret
from local.endpoint import LocalStack
from local.environment import REGION
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.ports import Ports
from local.stop import stop
from local.up import up
from tests.local.ports import free_port
from tests.local.test_lifecycle import make_function
from tests.patience import PATIENCE_SECONDS

EVIL = "https://evil.example"
# What a page may send without asking first.
FORM = {"Content-Type": "text/plain"}


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    port = free_port()
    try:
        up(UpOptions(ProcessOptions(port, recognition=False), app_directory=None))
        found = LocalStack.find(port)
        found.client("s3").create_bucket(Bucket="pictures")
        yield found
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)


def send(
    stack: LocalStack, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, str]:
    """Send a request as it is, as a browser or curl would."""
    context = ssl.create_default_context(cafile=str(stack.files.certificate("ca")))
    connection = http.client.HTTPSConnection(
        "localhost", stack.port, context=context, timeout=PATIENCE_SECONDS
    )
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def in_the_query(stack: LocalStack, service: str, body: str, secret: str, path: str = "/") -> str:
    """The path and query of a request to a service, signed so that it needs no header."""
    request = AWSRequest("POST", f"{stack.endpoint}{path}", FORM, body)
    SigV4QueryAuth(Credentials("test", secret), service, REGION).add_auth(request)
    parts = urlsplit(str(request.url))
    return f"{parts.path}?{parts.query}"


CREATE_ROLE = urlencode(
    {
        "Action": "CreateRole",
        "Version": "2010-05-08",
        "RoleName": "evil",
        "AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": []}),
    }
)
CREATE_FUNCTION = json.dumps(
    {"FunctionName": "evil", "Runtime": "python3.13", "Handler": "index.handler",
     "Role": "arn:aws:iam::000000000000:role/evil", "Code": {"ZipFile": ""}}
)  # fmt: skip


@pytest.mark.parametrize("known_secret", [False, True], ids=["test/test", "the secret"])
@pytest.mark.parametrize(
    ("service", "body", "path"),
    [
        ("iam", "", f"/?{CREATE_ROLE}"),
        ("lambda", CREATE_FUNCTION, "/2015-03-31/functions"),
        ("lambda", "{}", "/2015-03-31/functions/any/invocations"),
    ],
    ids=["CreateRole", "CreateFunction", "Invoke"],
)
def test_a_web_page_runs_no_code(
    stack: LocalStack, service: str, body: str, path: str, *, known_secret: bool
) -> None:
    secret = read_secret(stack.files) if known_secret else "test"
    url = in_the_query(stack, service, body, secret, path=path)

    assert send(stack, "POST", url, body, Origin=EVIL, **FORM) == (
        403,
        "A local stack answers no requests of web pages.\n",
    )
    assert stack.client("iam").list_roles()["Roles"] == []
    assert stack.client("lambda").list_functions()["Functions"] == []


@pytest.mark.parametrize("key", ["test", "000000000000", "123456789012", "AKIAIOSFODNN7EXAMPLE"])
def test_the_secret_of_yesterday_is_refused(stack: LocalStack, key: str) -> None:
    session = boto3.Session(key, "test", region_name=REGION)
    calls = (
        ("iam", "list_roles"), ("s3", "list_buckets"), ("sqs", "list_queues"),
        ("lambda", "list_functions"), ("dynamodb", "list_tables"), ("sts", "get_caller_identity"),
        ("cloudformation", "list_stacks"),
    )  # fmt: skip
    for service, call in calls:
        client = session.client(service, **stack.client_settings(service))  # type: ignore[call-overload]
        with pytest.raises(ClientError) as refused:
            getattr(client, call)()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403), service


def test_an_account_number_is_not_root_even_with_the_secret(stack: LocalStack) -> None:
    session = boto3.Session("000000000000", read_secret(stack.files), region_name=REGION)
    with pytest.raises(ClientError):
        session.client("iam", **stack.client_settings("iam")).list_roles()


def test_signed_in_the_query_with_an_old_secret_is_refused(stack: LocalStack) -> None:
    path = "/?Action=ListRoles&Version=2010-05-08"
    old = in_the_query(stack, "iam", "", "test", path=path)
    new = in_the_query(stack, "iam", "", read_secret(stack.files), path=path)
    assert send(stack, "POST", old, **FORM)[0] == 403
    assert send(stack, "POST", new, **FORM)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "AWS test:c2lnbmF0dXJl"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request"},
        {"Authorization": "AWS4-HMAC-SHA256 x, AWS4-HMAC-SHA256 Credential=test/x"},
    ],
    ids=["nothing", "bearer", "version 2", "no signature", "two"],
)
def test_nobody_is_root_without_a_signature(stack: LocalStack, headers: Mapping[str, str]) -> None:
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    json_ = {**headers, "Content-Type": "application/x-amz-json-1.0"}
    requests: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
        ("GET", "/", "", headers),
        ("PUT", "/theirs", "", headers),
        ("PUT", "/pictures/a.jpg", "x", headers),
        ("GET", "/pictures", "", headers),
        ("GET", "/2015-03-31/functions/", "", headers),
        ("POST", "/?Action=ListRoles&Version=2010-05-08", "", form),
        ("POST", "/", CREATE_ROLE, form),
        ("POST", "/", "{}", {**json_, "X-Amz-Target": "AmazonSQS.ListQueues"}),
        ("POST", "/", "{}", {**json_, "X-Amz-Target": "DynamoDB_20120810.ListTables"}),
        ("GET", f"/?{urlencode({'AWSAccessKeyId': 'test'})}", "", headers),
        ("GET", f"/?X-Amz-Credential={quote('test/20260101/us-east-1/s3/aws4_request')}", "", {}),
    )
    for method, path, body, sent in requests:
        status, text = send(stack, method, path, body, **sent)
        assert status in (400, 403), (method, path, status, text)
    assert [b["Name"] for b in stack.client("s3").list_buckets()["Buckets"]] == ["pictures"]
    assert "Contents" not in stack.client("s3").list_objects_v2(Bucket="pictures")


@pytest.mark.parametrize("path", ["/", "/_ministack/health"])
def test_a_name_that_resolves_to_this_machine_is_refused(stack: LocalStack, path: str) -> None:
    status, text = send(stack, "GET", path, Host="evil.example")
    assert (status, text) == (403, "A local stack answers only to localhost and 127.0.0.1.\n")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/config"),
        ("POST", "/_localstack/state/reset"),
        ("GET", "/_ministack/sqs/messages"),
        ("GET", "/_ministack/lambda-code/any"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Origin": EVIL}], ids=["curl", "a page"])
def test_administration_is_closed(
    stack: LocalStack, method: str, path: str, headers: dict[str, str]
) -> None:
    status, _ = send(stack, method, path, "{}", **headers)
    assert status == 403
    assert stack.client("s3").list_buckets()["Buckets"]


def test_presigned_urls_of_the_stack_work_and_forged_ones_do_not(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    s3.put_object(Bucket="pictures", Key="b.jpg", Body=b"pixels")
    url = urlsplit(s3.generate_presigned_url("get_object", {"Bucket": "pictures", "Key": "b.jpg"}))
    target = f"{url.path}?{url.query}"
    assert send(stack, "GET", target) == (200, "pixels")
    assert send(stack, "GET", target.replace("Signature=", "Signature=0"))[0] == 403
    s3.delete_object(Bucket="pictures", Key="b.jpg")


def test_a_function_has_the_credentials_of_its_role_only(stack: LocalStack) -> None:
    make_function(stack, "tells", "import os\ndef handler(event, context): return dict(os.environ)")
    answer = stack.client("lambda").invoke(FunctionName="tells")
    environment = json.load(answer["Payload"])

    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert read_secret(stack.files) not in json.dumps(environment)
    stack.client("lambda").delete_function(FunctionName="tells")
    stack.client("iam").delete_role(RoleName="tells")


def test_files_are_for_their_owner_only(stack: LocalStack) -> None:
    assert stat.S_IMODE(stack.files.root.stat().st_mode) == 0o700
    assert stat.S_IMODE(stack.files.secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(stack.files.certificate("key").stat().st_mode) == 0o600


def test_urls_that_it_gives_out_are_https_on_its_own_port(stack: LocalStack) -> None:
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    assert url == f"{Ports(stack.port).endpoint}/000000000000/work"
    assert sqs.list_queues()["QueueUrls"] == [url]

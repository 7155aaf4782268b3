"""Faults as botocore's clients see them, over a real connection."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from local.faults import injector
from local.faults.catalogue import make_rule
from local.faults.file import FaultFile
from local.faults.injector import FaultInjector
from tests.patience import PATIENCE_SECONDS
from tests.unit.local.faults.requests import FUNCTION, REGION, client

LOG = {"logGroupName": "g", "logStreamName": "s"}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "s3:GetObject": ("get_object", {"Bucket": "b", "Key": "k"}),
    "dynamodb:GetItem": ("get_item", {"TableName": "t", "Key": {"a": {"S": "1"}}}),
    "sqs:SendMessage": ("send_message", {"QueueUrl": "http://localhost/0/q", "MessageBody": "b"}),
    "sns:Publish": ("publish", {"TopicArn": "arn:aws:sns:eu-west-1:0:t", "Message": "m"}),
    "rekognition:DetectLabels": ("detect_labels", {"Image": {"Bytes": b"x"}}),
    "logs:PutLogEvents": (
        "put_log_events",
        {**LOG, "logEvents": [{"timestamp": 1, "message": "m"}]},
    ),
}  # fmt: skip


class Service:
    """Answers every request with an empty answer, and remembers the bodies."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(bytes(body))
        is_json = b"x-amz-target" in dict(scope["headers"])
        is_query = body.startswith(b"Action=")
        answer = b"{}" if is_json else b"<R><PublishResult/></R>" if is_query else b""
        headers = [(b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


class World:
    def __init__(self, url: str, service: Service, faults: FaultFile) -> None:
        self.url, self.service, self.faults = url, service, faults

    def fault(self, what: str, kind: str, **options: Any) -> str:
        return self.faults.add(make_rule(what, kind, **options)).id

    def call(self, what: str, **config: Any) -> Any:
        method, parameters = CALLS[what]
        service = what.partition(":")[0]
        if service == "sqs":
            parameters = {**parameters, "QueueUrl": f"{self.url}/0/q"}
        return getattr(client(service, self.url, **config), method)(**parameters)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    service, faults = Service(), FaultFile(tmp_path / "faults.json")

    async def name_caller(signed: Any, _headers: Any) -> str | None:
        return "InspectImageFunction" if signed.access_key == FUNCTION else None

    app = FaultInjector(service, faults=faults, name_caller=name_caller)
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield World(f"http://127.0.0.1:{port}", service, faults)
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    ("what", "code", "status"),
    [
        ("s3:GetObject", "SlowDown", 503),
        ("s3:GetObject", "NoSuchKey", 404),
        ("dynamodb:GetItem", "ProvisionedThroughputExceededException", 400),
        ("dynamodb:GetItem", "InternalServerError", 500),
        ("sqs:SendMessage", "RequestThrottled", 400),
        ("sns:Publish", "Throttled", 429),
        ("sns:Publish", "InternalError", 500),
        ("rekognition:DetectLabels", "ThrottlingException", 400),
        ("rekognition:DetectLabels", "ImageTooLargeException", 400),
        ("logs:PutLogEvents", "ServiceUnavailableException", 503),
    ],
)
def test_error_has_its_code_and_status(world: World, what: str, code: str, status: int) -> None:
    fault = world.fault(what, "error", code=code)
    with pytest.raises(ClientError) as failed:
        world.call(what)
    answer = failed.value.response
    assert answer["Error"]["Code"] == code
    assert "injected" in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert answer["ResponseMetadata"]["RequestId"]
    assert world.service.bodies == []
    assert world.faults.hits() == {fault: 1}


@pytest.mark.parametrize("what", sorted(set(CALLS) - {"logs:PutLogEvents"}))
def test_throttling_is_what_the_sdk_tries_again(world: World, what: str) -> None:
    fault = world.fault(what, "throttle", times=1)
    world.call(what, retries={"mode": "standard", "total_max_attempts": 2})
    assert world.faults.hits() == {fault: 1}
    assert len(world.service.bodies) == 1


def test_head_has_no_body(world: World) -> None:
    world.fault("s3:HeadObject", "error", code="NoSuchKey")
    with pytest.raises(ClientError) as failed:
        client("s3", world.url).head_object(Bucket="b", Key="k")
    assert failed.value.response["Error"]["Code"] == "404"


def test_delayed_call_is_performed_late(world: World) -> None:
    world.fault("dynamodb:*", "delay", delay_seconds=0.3)
    began = time.monotonic()
    world.call("dynamodb:GetItem")
    assert time.monotonic() - began >= 0.3
    assert len(world.service.bodies) == 1


def test_garbage_is_a_success_that_is_no_answer(world: World) -> None:
    world.fault("*:*", "garbage")
    assert b"not the answer" in world.call("s3:GetObject")["Body"].read()
    assert "Labels" not in world.call("rekognition:DetectLabels")
    with pytest.raises(ResponseParserError):
        world.call("sns:Publish")
    assert world.service.bodies == []


def test_wrong_shape_is_json_that_rekognition_never_answers(world: World) -> None:
    world.fault("rekognition:*", "wrong-shape")
    assert world.call("rekognition:DetectLabels")["Labels"] == [{"Confidence": "much"}]


@pytest.mark.parametrize(("kind", "performed"), [("drop", 1), ("refuse", 0)])
def test_lost_connection(world: World, kind: str, performed: int) -> None:
    world.fault("dynamodb:GetItem", kind, times=1)
    with pytest.raises(ConnectionClosedError):
        world.call("dynamodb:GetItem")
    assert len(world.service.bodies) == performed
    world.call("dynamodb:GetItem")


def test_hanging_call_ends_with_the_clients_patience(world: World) -> None:
    world.fault("dynamodb:GetItem", "hang", times=1)
    with pytest.raises(ReadTimeoutError):
        world.call("dynamodb:GetItem", read_timeout=0.3)
    assert world.service.bodies == []


def test_hanging_call_is_cut_off_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(injector, "HANG_SECONDS", 0.2)
    world.fault("dynamodb:GetItem", "hang")
    with pytest.raises(ConnectionClosedError):
        world.call("dynamodb:GetItem")


WORKER = """
import sys, botocore.session
from botocore.config import Config
client = botocore.session.get_session().create_client(
    "dynamodb", endpoint_url=sys.argv[1], config=Config(retries={"total_max_attempts": 1})
)
print(client.get_item(TableName="t", Key={"a": {"S": "1"}})["ResponseMetadata"]["HTTPStatusCode"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found on Linux only")
@pytest.mark.parametrize(("kind", "performed"), [("kill-before", 0), ("kill-after", 1)])
def test_worker_is_killed(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, performed: int
) -> None:
    monkeypatch.setenv("SIGHTLINE_LOCAL_STACK", "of this test")
    mark = {"SIGHTLINE_LOCAL_STACK": "of this test"}
    world.fault("dynamodb:GetItem", kind)

    done = worker(world.url, {**mark, "AWS_LAMBDA_FUNCTION_NAME": "inspect"})
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == ""
    assert len(world.service.bodies) == performed


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found on Linux only")
@pytest.mark.parametrize(
    "variables",
    [
        {"SIGHTLINE_LOCAL_STACK": "of this test"},
        {"SIGHTLINE_LOCAL_STACK": "another", "AWS_LAMBDA_FUNCTION_NAME": "inspect"},
    ],
    ids=["not a function", "of another stack"],
)
def test_nothing_but_a_worker_of_this_stack_is_killed(
    world: World, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_LOCAL_STACK", "of this test")
    world.fault("dynamodb:GetItem", "kill-before")
    assert worker(world.url, variables).stdout == "200\n"
    assert world.faults.hits() == {}


def worker(url: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    keys = {"AWS_ACCESS_KEY_ID": FUNCTION, "AWS_SECRET_ACCESS_KEY": "secret"}
    environment = {**os.environ, **keys, "AWS_DEFAULT_REGION": REGION, **variables}
    command = [sys.executable, "-c", WORKER, url]
    return subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_others_than_functions_are_left_alone(world: World) -> None:
    world.fault("*:*", "refuse")
    client("dynamodb", world.url, key="test").get_item(TableName="t", Key={"a": {"S": "1"}})
    assert len(world.service.bodies) == 1


@pytest.mark.parametrize("megabytes", [0, 3])
@pytest.mark.parametrize("options", [{}, {"containing": "another key"}], ids=["plain", "searched"])
def test_bodies_arrive_whole(world: World, megabytes: int, options: dict[str, str]) -> None:
    world.fault("s3:PutObject", "delay", delay_seconds=0.01, **options)
    content = os.urandom(megabytes * 1024 * 1024)
    s3 = client("s3", world.url, request_checksum_calculation="when_required")
    s3.put_object(Bucket="b", Key="k", Body=content)
    assert world.service.bodies == [content]


def test_large_upload_is_read_before_it_is_refused(world: World) -> None:
    world.fault("s3:PutObject", "error", code="SlowDown")
    with pytest.raises(ClientError, match="SlowDown"):
        client("s3", world.url).put_object(Bucket="b", Key="k", Body=bytes(5 * 1024 * 1024))


def test_only_calls_with_the_text_are_hit(world: World) -> None:
    world.fault("s3:GetObject", "error", code="SlowDown", containing="b/my key")
    s3 = client("s3", world.url)
    s3.get_object(Bucket="b", Key="other")
    with pytest.raises(ClientError, match="SlowDown"):
        s3.get_object(Bucket="b", Key="my key")


def test_first_rule_that_is_not_used_up_decides(world: World) -> None:
    first = world.fault("s3:*", "error", code="SlowDown", times=1)
    second = world.fault("s3:GetObject", "error", code="NoSuchKey", times=1)
    for code in ("SlowDown", "NoSuchKey"):
        with pytest.raises(ClientError, match=code):
            world.call("s3:GetObject")
    world.call("s3:GetObject")
    assert world.faults.hits() == {first: 1, second: 1}


def test_connection_is_kept_after_an_error(world: World) -> None:
    world.fault("dynamodb:GetItem", "error", times=1)
    dynamodb = client("dynamodb", world.url)
    with suppress(ClientError):
        dynamodb.get_item(TableName="t", Key={"a": {"S": "1"}})
    assert dynamodb.get_item(TableName="t", Key={"a": {"S": "1"}})

"""A local stack with one function that asks what it is told: what does it meet?"""

import base64
import io
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from PIL import Image

from local.endpoint import LocalStack
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.processes import of_stack
from local.record import read_json
from local.stop import stop
from local.up import up
from tests.local.faults import Faults
from tests.local.ports import free_port
from tests.local.test_lifecycle import make_function

# Does what it is told, once: the tests are about what it meets.
FUNCTION = """
import base64, os, boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

CONFIG = Config(read_timeout=8, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})

def ask(service, operation, parameters):
    if "Bytes" in parameters.get("Image", {}):
        parameters = {"Image": {"Bytes": base64.b64decode(parameters["Image"]["Bytes"])}}
    try:
        answer = getattr(boto3.client(service, config=CONFIG), operation)(**parameters)
        return {"answer": sorted(answer), "pid": os.getpid()}
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    except BotoCoreError as error:
        return {"error": type(error).__name__}

def count(record):
    boto3.client("dynamodb", config=CONFIG).update_item(
        TableName="counts", Key={"id": {"S": record["body"]}},
        UpdateExpression="ADD times :one", ExpressionAttributeValues={":one": {"N": "1"}},
    )

def handler(event, context):
    if "Records" in event:
        return [count(record) for record in event["Records"]]
    return ask(**event)
"""
RATE = 10.0
VISIBILITY_SECONDS = 8
"""Of the queue: longer than a function takes that has to be started on a busy machine."""
UPDATE = "dynamodb:UpdateItem"


class World:
    """A stack with one function, `asks`, its queue, a table and a bucket."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack, self.faults = stack, Faults(stack)

    def prepare(self) -> None:
        make_function(self.stack, "asks", FUNCTION)
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam = self.stack.client("iam")
        iam.put_role_policy(RoleName="asks", PolicyName="all", PolicyDocument=policy)
        self.stack.client("s3").create_bucket(Bucket="pictures")
        self.stack.client("s3").put_object(Bucket="pictures", Key="a b.jpg", Body=picture())
        self.stack.client("dynamodb").create_table(
            TableName="counts", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )  # fmt: skip
        sqs = self.stack.client("sqs")
        self.queue = sqs.create_queue(
            QueueName="work", Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)}
        )
        attributes = sqs.get_queue_attributes(
            QueueUrl=self.queue["QueueUrl"], AttributeNames=["QueueArn"]
        )
        self.stack.client("lambda").create_event_source_mapping(
            FunctionName="asks", EventSourceArn=attributes["Attributes"]["QueueArn"], BatchSize=1
        )

    def invoke(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """What the function says; `FunctionError` if it did not live to say anything."""
        event = {"service": service, "operation": operation, "parameters": parameters}
        answer = self.stack.client("lambda").invoke(FunctionName="asks", Payload=json.dumps(event))
        said: dict[str, Any] = json.load(answer["Payload"])
        return {**said, **({"FunctionError": True} if "FunctionError" in answer else {})}

    def get(self) -> dict[str, Any]:
        return self.invoke("s3", "get_object", Bucket="pictures", Key="a b.jpg")

    def put(self, name: str) -> dict[str, Any]:
        item = {"id": {"S": name}}
        return self.invoke("dynamodb", "put_item", TableName="counts", Item=item)

    def item(self, name: str) -> Any:
        found = self.stack.client("dynamodb").get_item(TableName="counts", Key={"id": {"S": name}})
        return found.get("Item")

    def send(self, text: str) -> None:
        sqs = self.stack.client("sqs")
        sqs.send_message(QueueUrl=self.queue["QueueUrl"], MessageBody=text)

    def times(self, text: str) -> int:
        return int((self.item(text) or {"times": {"N": "0"}})["times"]["N"])

    def is_empty(self) -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        sqs = self.stack.client("sqs")
        found = sqs.get_queue_attributes(QueueUrl=self.queue["QueueUrl"], AttributeNames=names)
        return all(found["Attributes"][name] == "0" for name in names)

    def workers(self) -> set[int]:
        def is_worker(process: psutil.Process) -> bool:
            return any(argument.endswith("_worker.py") for argument in process.cmdline())

        return {process.pid for process in of_stack(self.stack.files) if is_worker(process)}


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (100, 100), "green").save(buffer, "JPEG")
    return buffer.getvalue()


def detect(world: World, **image: Any) -> dict[str, Any]:
    parameters = image or {"Bytes": base64.b64encode(picture()).decode()}
    return world.invoke("rekognition", "detect_labels", Image=parameters)


def _counts(world: World) -> dict[str, Any]:
    return dict(read_json(world.stack.files.recognition_calls) or {})


def counted(world: World) -> dict[str, Any]:
    found, before = _counts(world), None
    while found != before:
        time.sleep(1)  # Twice as long as the endpoint waits before it writes.
        found, before = _counts(world), found
    empty = {"calls": 0, "throttled": 0, "answered": 0, "per_second": {}}
    return dict(found.get("DetectLabels", empty))


@contextmanager
def running() -> Iterator[World]:
    """A stack of its own, prepared."""
    port = free_port()
    try:
        up(UpOptions(ProcessOptions(port, labels_per_second=RATE), app_directory=None))
        made = World(LocalStack.find(port))
        made.prepare()
        yield made
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)

"""A whole stack killed with `kill -9` while it works, and started again with its state."""

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.samples import write_samples
from lambdas.common.status import Status
from local.endpoint import LocalStack
from local.options import ProcessOptions, UpOptions
from local.paths import StackFiles
from local.processes import of_stack
from local.stop import stop
from local.up import up
from tests.local.deployed import Deployed
from tests.local.emulator_alone import start
from tests.local.ports import free_port
from tests.local.test_lifecycle import SIGHTLINE, nodes
from tests.patience import eventually


def kill_all(port: int) -> None:
    """Kill the supervisor, the emulator, recognition and the functions' workers, all at once."""
    files = StackFiles(port)
    for process in of_stack(files):
        process.kill()
    eventually(lambda: not of_stack(files), "all its processes have ended")


def options(port: int) -> UpOptions:
    """State is kept, and an image's lease ends soon after the function that was killed with it."""
    return UpOptions(ProcessOptions(port, keep_state=True), (("seconds_per_image", "30"),))


def find(port: int) -> Deployed:
    stack = LocalStack.find(port)
    return Deployed(stack, stack.outputs())


def has_ended(deployed: Deployed, image: str) -> bool:
    record = deployed.record(image)
    return record is not None and Status(record["status"]).is_terminal


def keys(deployed: Deployed, bucket: str, prefix: str) -> list[str]:
    s3 = deployed.client("s3")
    found = s3.list_objects_v2(Bucket=deployed.outputs[bucket], Prefix=prefix)
    return [entry["Key"] for entry in found.get("Contents", [])]


@dataclass(frozen=True)
class Recovered:
    """A stack that came back, and the images that it had been given, with the keys of these."""

    began: datetime
    deployed: Deployed
    images: dict[str, str]


@pytest.fixture(scope="module")
def recovered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recovered]:
    """Kill a stack while images are under way, and start it again.

    The last test looks at them: until then the leases of what was killed have run out.
    """
    began, port = datetime.now(UTC), free_port()
    try:
        up(options(port))
        deployed = find(port)
        outputs = dict(deployed.outputs)
        samples = write_samples(tmp_path_factory.mktemp("samples"))
        pictures = [path for path in samples if path.name != "cut-off.jpg"][:6]

        def upload(path: Path) -> str:
            return deployed.upload(f"kept/{path.name}", path.read_bytes())

        ended = upload(pictures[0])
        deployed.wait_for(ended)
        with ThreadPoolExecutor() as at_once:
            under_way = list(at_once.map(upload, pictures[1:]))
        eventually(lambda: any(deployed.record(image) for image in under_way), "one has begun")
        assert not all(has_ended(deployed, image) for image in under_way), "too late to kill any"

        kill_all(port)

        assert up(options(port)).recovered
        deployed = find(port)
        assert deployed.outputs == outputs
        images = [ended, *under_way]
        names = (f"kept/{path.name}" for path in pictures)
        yield Recovered(began, deployed, dict(zip(images, names, strict=True)))
    finally:
        stop(port)
        shutil.rmtree(StackFiles(port).root, ignore_errors=True)


@pytest.mark.usefixtures("recovered")
def test_deployment_that_was_killed_is_made_again(ports: tuple[int, int]) -> None:
    files = StackFiles(ports[0])
    command = [SIGHTLINE, "local", "up", "--no-console", "--keep-state", "--port", str(ports[0])]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as killed:
        eventually(lambda: lines(files.observations) >= 25, "it is being deployed")
        killed.kill()
        kill_all(ports[0])
        for process in nodes(ports[0]):
            process.kill()

    again = subprocess.run(command, capture_output=True, text=True, check=False)

    assert again.returncode == 0, again.stdout + again.stderr
    assert "the state of a stack that had ended abruptly" in again.stdout
    stack = LocalStack.find(ports[0])
    stacks = stack.client("cloudformation").describe_stacks()["Stacks"]
    assert {entry["StackStatus"] for entry in stacks} == {"CREATE_COMPLETE"}


def lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_whatever_was_answered_is_there(ports: tuple[int, int]) -> None:
    stack = start(ports[0], keep_state=True)
    s3, sqs, dynamodb = (stack.client(name) for name in ("s3", "sqs", "dynamodb"))
    sns, iam = stack.client("sns"), stack.client("iam")
    queue = sqs.create_queue(QueueName="work")["QueueUrl"]
    make_table(dynamodb)
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
    s3.create_bucket(Bucket="pictures")
    versioned = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="pictures", VersioningConfiguration=versioned)
    bodies = {
        s3.put_object(Bucket="pictures", Key="a.jpg", Body=body)["VersionId"]: body
        for body in (b"first", b"second", b"third")
    }
    for number in range(20):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
        item = {"id": {"S": str(number)}, "bytes": {"B": b"\x00\xff"}}
        dynamodb.put_item(TableName="records", Item=item)
    (in_flight,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=3600)["Messages"]
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=received[0]["ReceiptHandle"])
    dynamodb.delete_item(TableName="records", Key={"id": {"S": "7"}})

    kill_all(ports[0])

    stack = start(ports[0], keep_state=True)
    s3, sqs, dynamodb = (stack.client(name) for name in ("s3", "sqs", "dynamodb"))
    for version, body in bodies.items():
        found = s3.get_object(Bucket="pictures", Key="a.jpg", VersionId=version)
        assert found["Body"].read() == body
    assert s3.get_object(Bucket="pictures", Key="a.jpg")["Body"].read() == b"third"
    items = dynamodb.scan(TableName="records")["Items"]
    assert {int(item["id"]["S"]) for item in items} == set(range(20)) - {7}
    assert {item["bytes"]["B"] for item in items} == {b"\x00\xff"}
    subscribed = stack.client("sns").list_subscriptions()["Subscriptions"]
    assert [entry["Endpoint"] for entry in subscribed] == ["a@example.com"]
    assert stack.client("iam").get_role(RoleName="reader")["Role"]["RoleName"] == "reader"
    left = {str(number) for number in range(20)} - {received[0]["Body"]}
    assert set(waiting(sqs, queue)) == left - {in_flight["Body"]}, "it keeps its visibility timeout"
    shown = {"ReceiptHandle": in_flight["ReceiptHandle"], "VisibilityTimeout": 0}
    sqs.change_message_visibility(QueueUrl=queue, **shown)
    assert sorted(waiting(sqs, queue)) == sorted(left)


def test_images_under_way_come_to_their_end(recovered: Recovered) -> None:
    deployed, images = recovered.deployed, recovered.images
    for image, key in images.items():
        record = deployed.wait_for(image)
        assert record["status"] in {Status.DONE, Status.IN_REVIEW}, record
        assert deployed.result(image).source.key == key
    table = deployed.client("dynamodb").scan(TableName=deployed.outputs["RecordTableName"])
    records = [item["image_id"]["S"] for item in table["Items"] if "status" in item]
    assert sorted(records) == sorted(images), "one record for each image, and no other"
    assert len(keys(deployed, "ProcessedBucketName", "results/")) == len(images)
    report = deployed.assert_agrees(recovered.began)
    assert (report.objects, report.dead_letters) == (len(images), 0)
    queues = [output for output in deployed.outputs if "Queue" in output]
    eventually(
        lambda: all(deployed.messages(queue) == 0 for queue in queues), "the queues are empty"
    )


def waiting(sqs: Any, queue: str) -> list[str]:
    """The bodies of the visible messages, which stay visible."""
    received: list[dict[str, Any]] = []
    arguments = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 3600}
    while messages := sqs.receive_message(QueueUrl=queue, **arguments).get("Messages", []):
        received += messages
    for message in received:
        sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
    return [message["Body"] for message in received]


def make_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName="records",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

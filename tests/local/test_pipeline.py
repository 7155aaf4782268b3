"""The main job on the deployed template: a photo goes in; everything else comes out."""

import io
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.metrics import structural_similarity

from cli.samples import write_samples
from lambdas.common.image import Upload
from lambdas.common.records.queries import RecordQueries
from lambdas.common.status import Status
from tests.local.deployed import Deployed
from tests.patience import eventually


@pytest.fixture(scope="module")
def sign(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """A rendered street sign that has been through the pipeline, and its bytes."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    body = (folder / "street-sign.png").read_bytes()
    image = deployed.upload("signs/street-sign.png", body)
    deployed.wait_for(image)
    return image, body


def test_text_on_a_sign_is_found_and_labelled(deployed: Deployed, sign: tuple[str, bytes]) -> None:
    result = deployed.result(sign[0])

    assert result.status is Status.DONE
    assert result.lines == ["MAPLE STREET"]
    assert "Text" in {label.name for label in result.labels}
    assert result.models["labels"].startswith("local-")
    assert result.models["text"].startswith("local-")


def test_words_lie_where_they_are_on_the_picture(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    (line,) = [found for found in deployed.result(sign[0]).text if found.kind == "LINE"]

    # The sign's panel is drawn from 15 % to 85 % of the width, 17 % to 78 % of the height.
    assert 0.15 < line.box.left < line.box.left + line.box.width < 0.85
    assert 0.17 < line.box.top < line.box.top + line.box.height < 0.78


def test_face_of_a_real_photograph_is_found(deployed: Deployed) -> None:
    buffer = io.BytesIO()
    Image.fromarray(data.astronaut()).save(buffer, "JPEG", quality=92)

    image = deployed.upload("photos/astronaut.jpg", buffer.getvalue())
    deployed.wait_for(image)

    result = deployed.result(image)
    (face,) = [label for label in result.labels if label.name == "Face"]
    assert len(face.instances) == 1
    assert result.facts is not None
    assert (result.facts.width, result.facts.height) == (512, 512)


def test_processed_copy_is_the_greyscale_of_the_original(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    image, original = sign
    processed = deployed.result(image).processed
    assert processed is not None
    body = deployed.client("s3").get_object(Bucket=processed.bucket, Key=processed.key)["Body"]

    copy = Image.open(io.BytesIO(body.read()))

    assert (copy.mode, copy.size) == ("L", (256, 256))
    with Image.open(io.BytesIO(original)) as picture:
        expected = picture.convert("L").resize((256, 256), Image.Resampling.LANCZOS)
    assert structural_similarity(np.asarray(copy), np.asarray(expected)) > 0.97


def test_record_is_found_by_id_status_label_and_time(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    image, original = sign
    queries = RecordQueries(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])

    record = queries.get([image])[image]

    assert record["status"] == Status.DONE
    assert int(record["bytes"]) == len(original)
    assert record["text"] == ["MAPLE STREET"]
    assert record["announced"] == Status.DONE
    for found in (
        queries.newest(limit=1000, status=Status.DONE),
        queries.newest(limit=1000, label="Text"),
        queries.newest(limit=1000, label="text"),
        queries.newest(limit=1000, words=["Street", "maple"]),
        queries.newest(limit=1000),
    ):
        assert image in {one["image_id"] for one in found}
    assert image not in {
        one["image_id"] for one in queries.newest(limit=1000, status=Status.REJECTED)
    }


def test_an_upload_is_found_by_its_owner_and_by_nobody_else(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    queries = RecordQueries(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])
    upload = Upload(str(uuid4()), uuid4().hex, "sign.png")
    image = deployed.upload(upload.key, sign[1])
    deployed.wait_for(image)
    yesterday = datetime.now(UTC) - timedelta(days=1)

    def found(**question: Any) -> set[str]:
        page = queries.page(limit=100, since=yesterday, **question)
        return {record["image_id"] for record in page.records}

    questions: list[dict[str, Any]] = [{}, {"label": "text"}, {"words": ["maple", "street"]}]
    for question in questions:
        for oldest_first in (False, True):
            narrowed = {**question, "oldest_first": oldest_first}
            assert found(owner=upload.owner, **narrowed) == {image}
            assert found(owner=str(uuid4()), **narrowed) == set()
    assert found(owner=upload.owner, words=["oak"]) == set()
    assert found(owner=upload.owner, until=yesterday) == set()


def test_images_are_counted_by_status_and_day(deployed: Deployed, sign: tuple[str, bytes]) -> None:
    queries = RecordQueries(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])
    newest = queries.newest(limit=1000)
    done = [record for record in newest if record["status"] == Status.DONE]
    days = Counter(record["received_at"][:10] for record in newest)

    assert queries.count(Status.DONE) == (len(done), False)
    assert queries.count(Status.DONE, cap=1) == (1, len(done) > 1)
    for day, images in days.items():
        assert queries.count_day(date.fromisoformat(day), 100) == (images, True)


def test_the_thumbnail_is_small_and_named_in_record_and_result(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    thumbnail = deployed.result(sign[0]).thumbnail
    assert thumbnail is not None
    queries = RecordQueries(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])
    assert queries.get([sign[0]])[sign[0]]["thumbnail_key"] == thumbnail.key
    answer = deployed.client("s3").get_object(Bucket=thumbnail.bucket, Key=thumbnail.key)
    assert answer["ContentType"] == "image/jpeg"
    with Image.open(io.BytesIO(answer["Body"].read())) as small:
        assert (small.format, max(small.size)) == ("JPEG", 400)


def test_lists_are_newest_first(deployed: Deployed, sign: tuple[str, bytes]) -> None:
    queries = RecordQueries(deployed.client("dynamodb"), deployed.outputs["RecordTableName"])
    newer = deployed.upload("signs/newer.png", sign[1])
    deployed.wait_for(newer)

    order = [record["image_id"] for record in queries.newest(limit=1000)]

    assert order.index(newer) < order.index(sign[0])


def test_subscribers_get_one_message_and_can_filter(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    sqs, sns = deployed.client("sqs"), deployed.client("sns")
    topic = deployed.outputs["ResultsTopicArn"]
    rejected, texts = (
        _subscribe(sqs, sns, topic, policy)
        for policy in ({"status": ["rejected"]}, {"labels": ["Text"]})
    )

    sign_id = deployed.upload("signs/filtered.png", sign[1])
    text_id = deployed.upload("not-an-image.jpg", b"hello")
    for image in (sign_id, text_id):
        deployed.wait_for(image)

    (refusal,) = _received(sqs, rejected)
    (reading,) = _received(sqs, texts)
    assert (refusal["image_id"], refusal["status"]) == (text_id, "rejected")
    assert (reading["image_id"], reading["text"]) == (sign_id, ["MAPLE STREET"])
    assert reading["schema"] == "sightline.image/1"
    assert reading["message_id"] == f"{sign_id}:done"


def test_a_digest_reads_as_an_email(deployed: Deployed, sign: tuple[str, bytes]) -> None:
    image = deployed.upload("signs/mailed-sign.png", sign[1])
    deployed.wait_for(image)

    def mailed() -> Any:
        return [mail for mail in deployed.mails("you@example.com") if "mailed-sign" in mail.body]

    (mail,) = eventually(mailed, "a digest names the image")

    assert mail.subject.startswith("[Sightline dev] ")
    assert "MAPLE STREET" in mail.body


def test_the_quality_control_group_gets_what_needs_review(deployed: Deployed) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 120, 150)).save(buffer, "JPEG")

    image = deployed.upload("photos/nothing-to-see.jpg", buffer.getvalue())
    record = deployed.wait_for(image)

    assert record["status"] == Status.IN_REVIEW
    assert record["review_reasons"] == ["no label was found"]

    def mailed() -> Any:
        mails = deployed.mails("review@example.com")
        return [mail for mail in mails if "nothing-to-see.jpg" in mail.body]

    (mail,) = eventually(mailed, "the quality-control group has an email")
    assert "no label was found" in mail.body


def test_a_second_version_is_an_image_of_its_own(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    first = deployed.upload("signs/versions.png", sign[1])
    second = deployed.upload("signs/versions.png", sign[1])

    assert first != second
    assert deployed.wait_for(first)["status"] == Status.DONE
    assert deployed.wait_for(second)["status"] == Status.DONE


def test_logs_have_the_image_id_and_nothing_of_the_image(
    deployed: Deployed, sign: tuple[str, bytes]
) -> None:
    logs = deployed.client("logs")
    lines = [
        json.loads(event["message"])
        for group in logs.describe_log_groups()["logGroups"]
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        if event["message"].startswith("{")
    ]

    assert sign[0] in {line.get("image_id") for line in lines}
    text = json.dumps(lines)
    for private in ("MAPLE STREET", "@example.com", "X-Amz-Signature"):
        assert private not in text


def _subscribe(sqs: Any, sns: Any, topic: str, policy: dict[str, list[str]]) -> str:
    url = sqs.create_queue(QueueName=f"subscriber-{next(iter(policy))}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["QueueArn"],
        Attributes={"FilterPolicy": json.dumps(policy), "RawMessageDelivery": "true"},
    )
    return str(url)


def _received(sqs: Any, url: str) -> list[Any]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

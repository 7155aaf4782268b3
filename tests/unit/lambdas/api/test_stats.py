"""The dashboard's figures."""

from datetime import UTC, datetime, timedelta

import pytest

from lambdas.api import statistics
from tests.unit.lambdas.api.gateway import ADAM, ANNA, BERT, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import client


def put_calls(office: Office, operation: str, calls: int, at: datetime) -> None:
    client("cloudwatch").put_metric_data(
        Namespace="AWS/Rekognition",
        MetricData=[
            {
                "MetricName": "SuccessfulRequestCount",
                "Dimensions": [{"Name": "Operation", "Value": operation}],
                "Timestamp": at,
                "Value": calls,
            }
        ],
    )


def test_figures_are_of_what_is_there(office: Office, gateway: Gateway) -> None:
    # Given three images, a message that waits and one that is dead, and calls this month and before
    office.image_of(ANNA)
    office.image_of(BERT, in_review=True)
    office.image_of(BERT)
    client("sqs").send_message(QueueUrl=office.queue_urls["images"], MessageBody="{}")
    client("sqs").send_message(QueueUrl=office.queue_urls["text-dead"], MessageBody="{}")
    now = datetime.fromtimestamp(office.clock.now(), UTC)
    put_calls(office, "DetectLabels", 3000, now - timedelta(hours=1))
    put_calls(office, "DetectText", 1000, now - timedelta(hours=1))
    put_calls(office, "DetectText", 9000, now - timedelta(days=40))

    found = gateway.ask(ADAM, "GET", "/stats", days=3)

    # Then
    assert found.status == 200, found.body
    days = found.body["days"]
    assert [day["images"] for day in days] == [0, 0, 3]
    assert days[-1] == {"day": now.date().isoformat(), "images": 3, "complete": True}
    counts = {each["status"]: each["images"] for each in found.body["statuses"]}
    assert (counts["done"], counts["in_review"], counts["failed"]) == (2, 1, 0)
    assert "deleted" not in counts
    assert {label["name"]: label["images"] for label in found.body["top_labels"]} == {
        "Car": 3,
        "Tree": 3,
    }
    assert found.body["top_labels_of"] == 3
    queues = {queue["name"]: queue for queue in found.body["queues"]}
    assert queues["images"]["waiting"] == 1
    assert queues["text"]["dead_letters"] == 1
    month = found.body["month"]
    assert (month["labels_calls"], month["text_calls"], month["cost"]) == (3000, 1000, 4.5)


def today(gateway: Gateway) -> int:
    return int(gateway.ask(ADAM, "GET", "/stats", days=1).body["days"][0]["images"])


def test_a_days_count_is_kept_and_made_anew_when_it_is_old(
    office: Office, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "FEW", 1)
    office.image_of(ANNA)

    assert today(gateway) == 1
    office.image_of(ANNA)
    assert today(gateway) == 1
    office.clock.time += 61
    assert today(gateway) == 2


def test_while_today_has_few_images_none_is_late(office: Office, gateway: Gateway) -> None:
    assert today(gateway) == 0
    office.image_of(ANNA)
    assert today(gateway) == 1


def test_days_are_bounded(gateway: Gateway) -> None:
    for days in (0, 32):
        assert gateway.ask(ADAM, "GET", "/stats", days=days).status == 422

"""The dashboard's figures."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from lambdas.api import statistics
from lambdas.common import clients
from lambdas.common.records.items import to_item
from lambdas.common.records.table import RECORD, day_values, status_values
from lambdas.common.status import Status
from lambdas.common.telemetry import logger
from tests.unit.lambdas.api.gateway import ADAM, ANNA, BERT, Gateway
from tests.unit.lambdas.api.office import Office
from tests.unit.lambdas.conftest import client
from tests.unit.lambdas.steps import refusal


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


def test_no_question_has_to_wait_for_a_connection(office: Office) -> None:
    # A stack has five queues, each with its dead letters; CloudWatch's client has one question.
    assert clients.client("sqs", waited_for=True).meta.config.max_pool_connections >= 10 + 1


def answered(gateway: Gateway) -> Any:
    answer = gateway.ask(ADAM, "GET", "/stats", days=14)
    assert answer.status == 200, answer.body
    return answer.body


class TestPartsThatAreNotKnown:
    """One part of AWS that does not answer takes nothing else away."""

    @pytest.fixture
    def failing(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> Any:
        """Make a method of the API's client of a service answer by a function of its arguments."""

        def fail(service: str, method: str, answer: Any) -> None:
            found = clients.client(service, waited_for=True)
            monkeypatch.setattr(found, method, answer)

        return fail

    @pytest.mark.parametrize(
        "error",
        [
            refusal("GetMetricData", "Throttling"),
            refusal("GetMetricData", "AccessDenied"),
            ReadTimeoutError(endpoint_url="https://monitoring"),
        ],
    )
    def test_the_month(
        self,
        gateway: Gateway,
        failing: Any,
        error: Exception,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        logged: list[str] = []
        monkeypatch.setattr(logger, "warning", lambda _told, error: logged.append(error))

        def fail(**_: Any) -> None:
            raise error

        failing("cloudwatch", "get_metric_data", fail)

        found = answered(gateway)

        assert found["month"] is None
        assert {queue["waiting"] for queue in found["queues"]} == {0}
        assert logged == [str(error)]

    @pytest.mark.parametrize("part", ["text", "text-dead"])
    def test_a_queue(self, office: Office, gateway: Gateway, failing: Any, part: str) -> None:
        sqs = clients.client("sqs", waited_for=True)
        ask = sqs.get_queue_attributes

        def fail(**asked: Any) -> Any:
            if asked["QueueUrl"] == office.queue_urls[part]:
                raise refusal("GetQueueAttributes", "RequestThrottled")
            return ask(**asked)

        failing("sqs", "get_queue_attributes", fail)

        found = answered(gateway)

        queues = {queue.pop("name"): queue for queue in found["queues"]}
        live, dead = (None, 0) if part == "text" else (0, None)
        assert queues["text"] == {"waiting": live, "in_flight": live, "dead_letters": dead}
        assert queues["images"] == {"waiting": 0, "in_flight": 0, "dead_letters": 0}
        assert found["month"] is not None

    def test_the_table_is_asked_for_all_else(self, gateway: Gateway, failing: Any) -> None:
        def fail(**_: Any) -> None:
            raise refusal("Query", "ProvisionedThroughputExceededException")

        failing("dynamodb", "query", fail)

        assert gateway.ask(ADAM, "GET", "/stats").status == 503

    @pytest.mark.parametrize(
        ("pages", "calls"),
        [
            ([{"labels": ("Complete", [3.0, 4.0]), "text": ("Complete", [])}], (7, 0)),
            (
                [
                    {"labels": ("PartialData", [3.0]), "text": ("Complete", [1.0])},
                    {"labels": ("Complete", [4.0])},
                ],
                (7, 1),
            ),
            ([{"labels": ("PartialData", [3.0]), "text": ("Complete", [1.0])}], None),
            ([{"labels": ("InternalError", []), "text": ("Complete", [1.0])}], None),
            ([{"labels": ("Forbidden", []), "text": ("Complete", [1.0])}], None),
            ([{"text": ("Complete", [1.0])}], None),
            ([{"labels": ("Complete", [1.0]), "text": ("Complete", [1.0])}] * 6, None),
        ],
    )
    def test_a_month_is_told_whole_or_not(
        self, gateway: Gateway, failing: Any, pages: list[Any], calls: tuple[int, int] | None
    ) -> None:
        asked: list[str | None] = []

        def answer(**request: Any) -> Any:
            asked.append(request.get("NextToken"))
            number = len(asked)
            return {
                "MetricDataResults": [
                    {"Id": name, "StatusCode": status, "Values": values}
                    for name, (status, values) in pages[number - 1].items()
                ],
                **({"NextToken": str(number)} if number < len(pages) else {}),
            }

        failing("cloudwatch", "get_metric_data", answer)

        month = answered(gateway)["month"]

        found = None if month is None else (month["labels_calls"], month["text_calls"])
        assert found == calls
        bounded = min(len(pages), statistics.PAGES_OF_A_MONTH)
        assert asked == [None, *map(str, range(1, bounded))]

    def test_a_message_of_cloudwatchs_means_that_it_is_not_whole(
        self, gateway: Gateway, failing: Any
    ) -> None:
        results = [
            {"Id": name, "StatusCode": "Complete", "Values": [1.0]} for name in ("labels", "text")
        ]
        told = [{"Code": "ArithmeticError", "Value": "too much"}]
        failing(
            "cloudwatch",
            "get_metric_data",
            lambda **_: {"MetricDataResults": results, "Messages": told},
        )

        assert answered(gateway)["month"] is None


class TestCost:
    @pytest.fixture
    def requests(self, office: Office) -> Iterator[Counter[str]]:
        """How often each operation of DynamoDB was asked for by the API."""
        counts = Counter[str]()

        def called(model: Any, **_: Any) -> None:
            counts[model.name] += 1

        events = clients.client("dynamodb", waited_for=True).meta.events
        events.register("before-call.dynamodb", called)
        yield counts
        events.unregister("before-call.dynamodb", called)

    def test_a_sparse_table_is_told_in_few_requests(
        self, office: Office, gateway: Gateway, requests: Counter[str]
    ) -> None:
        # Given: 200 images, one every other day
        now = datetime.fromtimestamp(office.clock.now(), UTC)
        for number in range(200):
            received = (now - timedelta(days=2 * number)).isoformat(timespec="milliseconds")
            record = {
                "image_id": f"{number:032x}",
                "item": RECORD,
                "received_at": received,
                **status_values(Status.DONE, f"{number:032x}"),
                **day_values(received, f"{number:032x}"),
                "labels": [{"name": "Car", "confidence": 97.5}],
            }
            client("dynamodb").put_item(TableName=office.table, Item=to_item(record))
        # When
        found = answered(gateway)
        first = requests.total()
        requests.clear()
        again = answered(gateway)
        # Then: the labels are those of the days that are shown
        assert found["top_labels_of"] == 7
        assert found["top_labels"] == [{"name": "Car", "images": 7}]
        assert first < 150, requests
        assert requests.total() < 80, requests
        assert again["days"] == found["days"]

"""Figures of the whole system, each from few and bounded requests.

Days are counted in their index. The count of a day is kept, as an item `stats` of the record table,
and made anew when it is older than a tenth of the day's age: of today once a minute, of a day ten
days ago once a day. While today has few images, it is counted each time. What was paid for says
CloudWatch, which counts Rekognition's calls itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lambdas.api.models.stats import Day, Month, Queue, Stats, StatusCount, TopLabel
from lambdas.api.services import WatchedQueue
from lambdas.common.records.items import from_item, to_item
from lambdas.common.records.queries import RecordQueries
from lambdas.common.status import Status

NEWEST = 200
"""Images whose labels are counted: two reads of a batch each."""
STATUS_CAP = 10_000
"""Images of a status that are counted, at most: about two megabytes of an index."""
PAGES_OF_A_DAY = 100
"""Megabytes of an index that a day's count reads, at most: about 700,000 images."""
PAGES_OF_A_REQUEST = 150
FEW = 500
"""Images of today that are counted each time: that reads about ten units of an index."""
TOP_LABELS = 10
_MIN_AGE_SECONDS = 60.0
_SHARE_OF_AGE = 0.1
_CALLS = {"labels": "DetectLabels", "text": "DetectText"}
_NOT_SHOWN = frozenset({Status.DELETED})


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Reads the figures; `now` is in seconds since the epoch, prices in USD."""

    queries: RecordQueries
    dynamodb: Any
    table: str
    sqs: Any
    cloudwatch: Any
    queues: Sequence[WatchedQueue]
    price_labels_per_1000: float
    price_text_per_1000: float
    now: float

    def read(self, days: int) -> Stats:
        """Return the figures, with the last so many days."""
        newest = self.queries.newest(limit=NEWEST)
        labels = Counter(label["name"] for record in newest for label in record.get("labels", ()))
        return Stats(
            at=self._time().isoformat(timespec="seconds"),
            days=self._days(days),
            statuses=[self._status(status) for status in Status if status not in _NOT_SHOWN],
            top_labels=[
                TopLabel(name=name, images=number)
                for name, number in labels.most_common(TOP_LABELS)
            ],
            top_labels_of=len(newest),
            queues=[self._queue(queue) for queue in self.queues],
            month=self._month(),
        )

    def _days(self, number: int) -> list[Day]:
        today = self._time().date()
        days = [today - timedelta(days=back) for back in range(number)]
        kept, pages, counted = self._kept(days), PAGES_OF_A_REQUEST, []
        for day in days:
            found = kept.get(day)
            if (found is None or self._is_stale(day, found)) and pages > 0:
                images, complete = self.queries.count_day(day, min(pages, PAGES_OF_A_DAY))
                pages -= 1 + images // 7000
                found = {"images": images, "complete": complete, "counted_at": self.now}
                self._keep(day, found)
            if found is None:  # beyond what one request reads: the next goes on
                found = {"images": 0, "complete": False}
            counted.append(
                Day(
                    day=day.isoformat(),
                    images=int(found["images"]),
                    complete=bool(found["complete"]),
                )
            )
        return counted[::-1]

    def _is_stale(self, day: date, found: dict[str, Any]) -> bool:
        began = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        age = self.now - float(found["counted_at"])
        since_its_end = self.now - began - 86_400
        if since_its_end <= 0 and found["images"] < FEW:
            return True
        return age > max(_MIN_AGE_SECONDS, _SHARE_OF_AGE * since_its_end)

    def _kept(self, days: Sequence[date]) -> dict[date, dict[str, Any]]:
        answer = self.dynamodb.batch_get_item(
            RequestItems={self.table: {"Keys": [to_item(_key(day)) for day in days]}}
        )
        # What DynamoDB did not get to is counted: it costs a little more, and is right.
        found = map(from_item, answer["Responses"].get(self.table, []))
        return {date.fromisoformat(item["item"]): item for item in found}

    def _keep(self, day: date, found: dict[str, Any]) -> None:
        expires = int(self.now) + 60 * 86_400
        self.dynamodb.put_item(
            TableName=self.table, Item=to_item({**_key(day), **found, "expires_at": expires})
        )

    def _status(self, status: Status) -> StatusCount:
        number, is_capped = self.queries.count(status, STATUS_CAP)
        return StatusCount(status=str(status), images=number, complete=not is_capped)

    def _queue(self, queue: WatchedQueue) -> Queue:
        waiting, in_flight = self._depth(queue.url)
        dead, dead_in_flight = self._depth(queue.dead_letters_url)
        return Queue(
            name=queue.name,
            waiting=waiting,
            in_flight=in_flight,
            dead_letters=dead + dead_in_flight,
        )

    def _depth(self, url: str) -> tuple[int, int]:
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        visible, delayed, in_flight = (int(answer["Attributes"][name]) for name in names)
        return visible + delayed, in_flight

    def _month(self) -> Month:
        now = self._time()
        start = datetime(now.year, now.month, 1, tzinfo=UTC)
        answer = self.cloudwatch.get_metric_data(
            MetricDataQueries=[
                {
                    "Id": name,
                    "MetricStat": {
                        "Metric": {
                            "Namespace": "AWS/Rekognition",
                            "MetricName": "SuccessfulRequestCount",
                            "Dimensions": [{"Name": "Operation", "Value": operation}],
                        },
                        "Period": 86_400,
                        "Stat": "Sum",
                    },
                }
                for name, operation in _CALLS.items()
            ],
            StartTime=start,
            EndTime=now + timedelta(minutes=1),
        )
        calls = {found["Id"]: round(sum(found["Values"])) for found in answer["MetricDataResults"]}
        labels, text = calls.get("labels", 0), calls.get("text", 0)
        cost = labels * self.price_labels_per_1000 + text * self.price_text_per_1000
        return Month(
            month=f"{now:%Y-%m}",
            labels_calls=labels,
            text_calls=text,
            cost=round(cost / 1000, 4),
            currency="USD",
            source="CloudWatch's AWS/Rekognition metrics: all calls of this account and region, at "
            "the prices in the settings",
        )

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


def _key(day: date) -> dict[str, str]:
    return {"image_id": "stats", "item": day.isoformat()}

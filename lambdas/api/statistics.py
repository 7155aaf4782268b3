"""Figures of the whole system, each from few and bounded requests.

Days are counted in their index. The count of a day is kept, as an item `stats` of the record table,
and made anew when it is older than a tenth of the day's age: of today once a minute, of a day ten
days ago once a day. While today has few images, it is counted each time. What was paid for says
CloudWatch, which counts Rekognition's calls itself.

What SQS or CloudWatch does not answer is null, and all else is told. Both are asked side by side
with the table: a person waits no longer for both than for one that hangs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.api.models.stats import Day, Month, Queue, Stats, StatusCount, TopLabel
from lambdas.api.services import WatchedQueue
from lambdas.common.clients import CONNECTIONS
from lambdas.common.records.items import from_item, to_item
from lambdas.common.records.queries import Record, RecordQueries
from lambdas.common.status import Status
from lambdas.common.telemetry import logger

NEWEST = 200
"""Images whose labels are counted, of the days that are shown: two reads of a batch."""
STATUS_CAP = 10_000
"""Images of a status that are counted, at most: about two megabytes of an index."""
PAGES_OF_A_DAY = 100
"""Megabytes of an index that a day's count reads, at most: about 700,000 images."""
PAGES_OF_A_REQUEST = 150
FEW = 500
"""Images of today that are counted each time: that reads about ten units of an index."""
TOP_LABELS = 10
PAGES_OF_A_MONTH = 5
"""Answers of CloudWatch that a month is put together from, at most; 62 figures are one."""
_AT_ONCE = CONNECTIONS
"""Questions to SQS and CloudWatch at a time: all 11, so that those that hang do it together."""
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
        with ThreadPoolExecutor(_AT_ONCE) as others:
            depths = [
                (
                    queue.name,
                    others.submit(self._depth, queue.url),
                    others.submit(self._depth, queue.dead_letters_url),
                )
                for queue in self.queues
            ]
            month = others.submit(self._month)
            shown = self._days(days)
            newest = self._newest(shown)
            statuses = [self._status(status) for status in Status if status not in _NOT_SHOWN]
        labels = Counter(label["name"] for record in newest for label in record.get("labels", ()))
        return Stats(
            at=self._time().isoformat(timespec="seconds"),
            days=shown,
            statuses=statuses,
            top_labels=[
                TopLabel(name=name, images=number)
                for name, number in labels.most_common(TOP_LABELS)
            ],
            top_labels_of=len(newest),
            queues=[_queue(name, live.result(), dead.result()) for name, live, dead in depths],
            month=month.result(),
        )

    def _newest(self, shown: Sequence[Day]) -> list[Record]:
        # Days that were counted and have none are not asked for.
        days = [day for day in reversed(shown) if day.images or not day.complete]
        return self.queries.newest_of(
            map(date.fromisoformat, (day.day for day in days)), limit=NEWEST
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

    def _depth(self, url: str) -> tuple[int, int] | None:
        """Return how many messages wait in a queue, and how many are being worked at."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        answer = _unless_it_fails(
            lambda: self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        )
        if answer is None:
            return None
        visible, delayed, in_flight = (int(answer["Attributes"][name]) for name in names)
        return visible + delayed, in_flight

    def _month(self) -> Month | None:
        now = self._time()
        calls = _unless_it_fails(lambda: self._calls(now))
        if calls is None:
            return None
        labels, text = calls["labels"], calls["text"]
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

    def _calls(self, now: datetime) -> dict[str, int] | None:
        """Return the calls of this month; None if CloudWatch says that it is not all of them."""
        asked: dict[str, Any] = {
            "MetricDataQueries": [
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
            "StartTime": datetime(now.year, now.month, 1, tzinfo=UTC),
            "EndTime": now + timedelta(minutes=1),
        }
        sums: dict[str, float] = dict.fromkeys(_CALLS, 0.0)
        ends: dict[str, str] = {}
        told: list[Any] = []
        start: dict[str, str] = {}
        for _ in range(PAGES_OF_A_MONTH):
            answer = self.cloudwatch.get_metric_data(**asked, **start)
            told += answer.get("Messages", [])
            for found in answer["MetricDataResults"]:
                sums[found["Id"]] += sum(found["Values"])
                # A page that is not the last one says PartialData.
                ends[found["Id"]] = found["StatusCode"]
                told += found.get("Messages", [])
            if not answer.get("NextToken"):
                break
            start = {"NextToken": answer["NextToken"]}
        else:
            told.append("there is more")
        if told or ends != dict.fromkeys(_CALLS, "Complete"):
            logger.warning("a figure is not known", error=f"CloudWatch: {ends}, {told}")
            return None
        return {name: round(sums[name]) for name in _CALLS}

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


def _key(day: date) -> dict[str, str]:
    return {"image_id": "stats", "item": day.isoformat()}


def _queue(name: str, live: tuple[int, int] | None, dead: tuple[int, int] | None) -> Queue:
    waiting, in_flight = live or (None, None)
    return Queue(
        name=name,
        waiting=waiting,
        in_flight=in_flight,
        dead_letters=None if dead is None else sum(dead),
    )


def _unless_it_fails(ask: Callable[[], Any]) -> Any:
    """Return what AWS answers, None if it does not: the dashboard shows the rest."""
    try:
        return ask()
    except (BotoCoreError, ClientError) as error:
        logger.warning("a figure is not known", error=str(error))
        return None

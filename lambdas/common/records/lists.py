"""Lists of images as the indexes of the record table have them: places in order, and counts.

Where an index spreads a value over several keys, all of them are read side by side and merged by
time, as far as the answer goes: never more than a page of each is held.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import Any

from lambdas.common.clock import moment
from lambdas.common.image import ID_LENGTH
from lambdas.common.records.table import (
    BY_DAY,
    BY_STATUS,
    INDEX_KEYS,
    SHARDS,
    shard_keys,
    status_keys,
)
from lambdas.common.status import Status

_PAGE = 100  # entries of a key that are read at a time
MAX_QUERIES = 250
"""Queries after which a page of a list of all images begins with no further day: about a second."""

_OF_A_DAY = [status for status in Status if status is not Status.DELETED]
"""Of a deleted image no list knows the day."""

Position = tuple[str, str]
"""When an image arrived, as its index has it, and its id: a place in a list, which is ordered by
both."""


@dataclass(frozen=True)
class Stretch:
    """Which part of a list, and in which order: newest first, unless `oldest_first`.

    `since` and `until` are times of arrival in UTC, ISO 8601 with milliseconds, both included;
    `behind` is a place in the list that lies before the part.
    """

    since: str | None = None
    until: str | None = None
    behind: Position | None = None
    oldest_first: bool = False

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        """The first and the last time of arrival that are asked for."""
        since, until = self.since, self.until
        if self.behind is None:
            return since, until
        start = self.behind[0]
        if self.oldest_first:
            return start if since is None else max(since, start), until
        return since, start if until is None else min(until, start)

    def holds(self, place: Position) -> bool:
        """Return whether a place within the bounds lies in the part."""
        if self.behind is None:
            return True
        return place > self.behind if self.oldest_first else place < self.behind


@dataclass
class Walk:
    """How far one page goes through the days: it begins with none once the queries are used up.

    `goes_on_at` is then the place behind which the list goes on.
    """

    queries: int = MAX_QUERIES
    goes_on_at: Position | None = None


class Lists:
    """Reads the indexes of the record table."""

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table = table_name

    def of_key(self, index: str, key: str, part: Stretch) -> Iterator[Position]:
        """Yield the places of one key of an index, each image once."""
        entries = self._entries(index, key, part, page_size=_PAGE)
        # An index does not say in which order it has images of one moment.
        for _, of_a_moment in groupby(entries, key=lambda place: place[0]):
            for place in sorted(set(of_a_moment), reverse=not part.oldest_first):
                if part.holds(place):
                    yield place

    def of_status(
        self, status: Status, part: Stretch, *, unwanted: bool | None = None
    ) -> Iterator[Position]:
        """Yield the places of a status; `unwanted` as for `status_keys`."""
        return self._of_keys(BY_STATUS, status_keys(status, unwanted=unwanted), part)

    def of_day(self, day: date, part: Stretch) -> Iterator[Position]:
        """Yield the places of a day."""
        return self._of_keys(BY_DAY, shard_keys(day.isoformat()), part)

    def _of_keys(self, index: str, keys: Iterable[str], part: Stretch) -> Iterator[Position]:
        """Yield the places of several keys of an index, merged."""
        places = (self.of_key(index, key, part) for key in keys)
        return merge(*places, reverse=not part.oldest_first)

    def of_all(self, part: Stretch, walk: Walk) -> Iterator[Position]:
        """Yield the places of all images, day by day, as far as the walk goes."""
        day, ahead = self._first_day(part), deque[date]()
        while day is not None and _holds(part, day):
            if walk.queries <= 0:
                walk.goes_on_at = _beginning(day, part)
                return
            walk.queries -= SHARDS
            places = self.of_day(day, part)
            place = next(places, None)
            if place is not None:
                yield place
                yield from places
            if not ahead and place is not None:
                day += timedelta(days=1 if part.oldest_first else -1)
                continue
            if not ahead:
                # Days without an image are not asked for one by one, however many there are.
                walk.queries -= SHARDS * len(_OF_A_DAY)
                ahead.extend(self._next_days(_beyond(day, part)))
            day = ahead.popleft() if ahead else None

    def received_on(self, day: date, part: Stretch) -> Iterator[str]:
        """Yield the ids of the images that arrived on a day, in no order."""
        for key in shard_keys(day.isoformat()):
            for _, image_id in self._entries(BY_DAY, key, part):
                yield image_id

    def count(self, status: Status, *, most: int) -> int:
        """Return how many images a status has, and no more than `most`."""
        total = 0
        for key in status_keys(status):
            start: dict[str, Any] = {}
            while total < most:
                answer = self._count(BY_STATUS, key, {**start, "Limit": most - total})
                total += answer["Count"]
                if "LastEvaluatedKey" not in answer:
                    break
                start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return total

    def count_pages(self, index: str, value: str, *, pages: int) -> tuple[int, bool]:
        """Return how many images a day has in so many megabytes of its index; True if in all."""
        total = 0
        for key in shard_keys(value):
            start: dict[str, Any] = {}
            while True:
                if not pages:
                    return total, False
                pages -= 1
                answer = self._count(index, key, start)
                total += answer["Count"]
                if "LastEvaluatedKey" not in answer:
                    break
                start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return total, True

    def _count(self, index: str, key: str, arguments: dict[str, Any]) -> Any:
        return self._dynamodb.query(
            TableName=self._table,
            IndexName=index,
            Select="COUNT",
            KeyConditionExpression="#key = :key",
            ExpressionAttributeNames={"#key": INDEX_KEYS[index]},
            ExpressionAttributeValues={":key": {"S": key}},
            **arguments,
        )

    def _first_day(self, part: Stretch) -> date | None:
        first, last = part.bounds
        if not part.oldest_first:
            today = datetime.now(UTC).date()
            return today if last is None else min(today, _day(last))
        if first is not None:
            return _day(first)
        return next(iter(self._next_days(part)), None)

    def _next_days(self, part: Stretch) -> list[date]:
        """Return the first days of a part on which images arrived: those of its first images.

        An image that changes its status at this moment may be overlooked, which matters only if it
        is the one image of its day.
        """
        lists = (self.of_status(status, part) for status in _OF_A_DAY)
        places = islice(merge(*lists, reverse=not part.oldest_first), _PAGE)
        return list(dict.fromkeys(_day(at) for at, _ in places))

    def _entries(
        self, index: str, key: str, part: Stretch, page_size: int | None = None
    ) -> Iterator[Position]:
        """Yield the entries of a key; without `page_size` a megabyte at a time."""
        first, last = part.bounds
        condition, values = "", {}
        if first is not None and last is not None:
            if first > last:
                return  # DynamoDB takes it for an error
            condition = " AND received_at BETWEEN :first AND :last"
            values = {":first": {"S": first}, ":last": {"S": last}}
        elif first is not None:
            condition, values = " AND received_at >= :first", {":first": {"S": first}}
        elif last is not None:
            condition, values = " AND received_at <= :last", {":last": {"S": last}}
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression=f"#key = :key{condition}",
            ExpressionAttributeNames={"#key": INDEX_KEYS[index]},
            ExpressionAttributeValues={":key": {"S": key}, **values},
            ScanIndexForward=part.oldest_first,
            PaginationConfig={"PageSize": page_size},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["received_at"]["S"], item["image_id"]["S"]


def _day(at: str) -> date:
    return date.fromisoformat(at[:10])


def _holds(part: Stretch, day: date) -> bool:
    """Return whether a day lies in a part, or beyond its end."""
    if part.oldest_first:
        last = datetime.now(UTC).date()
        return day <= (last if part.until is None else min(last, _day(part.until)))
    return part.since is None or day >= _day(part.since)


def _beyond(day: date, part: Stretch) -> Stretch:
    """Return what of a part comes after a day."""
    # As text, a day comes before all of its times.
    if part.oldest_first:
        return replace(part, since=(day + timedelta(days=1)).isoformat(), behind=None)
    return replace(part, until=day.isoformat(), behind=None)


def _beginning(day: date, part: Stretch) -> Position:
    """Return the place behind which a list has a day's images, and nothing before them."""
    if part.oldest_first:
        return moment(datetime.combine(day, time.min, UTC)), "0" * ID_LENGTH
    return moment(datetime.combine(day, time.max, UTC)), "f" * ID_LENGTH

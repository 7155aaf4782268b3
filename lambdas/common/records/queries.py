"""Questions to the record table, each answered in order of time and page by page.

One index gives the list, the shortest that fits the question; whatever else is asked for is looked
for in the records of that list.
"""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count, islice
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from lambdas.common.clock import moment
from lambdas.common.errors import RetryableError
from lambdas.common.records.lists import Lists, Position, Stretch, Walk
from lambdas.common.records.table import (
    BY_DAY,
    BY_OWNER,
    BY_TERM,
    RECORD,
    owner_key,
)
from lambdas.common.records.terms import label_key, rarest, word_key, words_in, words_of
from lambdas.common.status import Status

__all__ = ["MAX_READ", "Page", "Position", "Record", "RecordQueries"]

_BATCH = 100  # items that one BatchGetItem reads
_TRIES = 6  # after the first: about five seconds in all
MAX_READ = 1000
"""Entries of a list that one page looks at, at most."""

_deserialise = TypeDeserializer().deserialize

Record = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some records of a list, in its order; `next` is `before` of the page that follows.

    None when there is none. A page may be short, or empty, and have a next one all the same.
    """

    records: list[Record]
    next: Position | None


@dataclass(frozen=True)
class _Wanted:
    """What a record of a list has to have; None for all."""

    owner: str | None
    label: str | None
    words: frozenset[str]
    status: Status | None

    def holds(self, record: Record) -> bool:
        if record["status"] != (self.status or record["status"]):
            return False
        if record["status"] == Status.DELETED and self.status is None:
            return False  # its items are being removed
        if self.owner not in (None, record.get("owner")):
            return False
        if self.label is not None:
            names = (str(label["name"]) for label in record.get("labels", ()))
            if self.label not in map(label_key, names):
                return False
        return not self.words or self.words <= set(words_of(record.get("text", ())))


class RecordQueries:
    """Reads records by id, owner, status, label, words of their text, and time."""

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table = table_name
        self._lists = Lists(dynamodb, table_name)

    def get(self, image_ids: Sequence[str], *, newest: bool = True) -> dict[str, Record]:
        """Return the records of these images by id; unknown ids are left out.

        Without `newest` they may be as they were a second ago, which costs half.
        """
        found: dict[str, Record] = {}
        for start in range(0, len(image_ids), _BATCH):
            keys = [
                {"image_id": {"S": image_id}, "item": {"S": RECORD}}
                for image_id in image_ids[start : start + _BATCH]
            ]
            for tries in count():
                if tries:
                    time.sleep(random.uniform(0.5, 1) * min(0.1 * 2**tries, 2))  # noqa: S311
                answer = self._dynamodb.batch_get_item(
                    RequestItems={self._table: {"Keys": keys, "ConsistentRead": newest}}
                )
                for item in answer["Responses"].get(self._table, []):
                    record = {name: _deserialise(value) for name, value in item.items()}
                    found[record["image_id"]] = record
                keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
                if not keys:
                    break
                if tries == _TRIES:
                    raise RetryableError(
                        f"DynamoDB did not read {len(keys)} records, {_TRIES + 1} times"
                    )
        return found

    def newest(
        self,
        *,
        limit: int,
        owner: str | None = None,
        status: Status | None = None,
        label: str | None = None,
        words: Sequence[str] = (),
    ) -> list[Record]:
        """Return the newest records of a list, however many of it have to be looked at."""
        records: list[Record] = []
        before: Position | None = None
        while len(records) < limit:
            page = self.page(
                limit=limit - len(records),
                owner=owner,
                label=label,
                words=words,
                status=status,
                before=before,
            )
            records += page.records
            before = page.next
            if before is None:
                break
        return records

    def page(  # noqa: PLR0913
        self,
        *,
        limit: int,
        owner: str | None = None,
        label: str | None = None,
        words: Sequence[str] = (),
        status: Status | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: Position | None = None,
        oldest_first: bool = False,
        max_read: int = MAX_READ,
        unwanted: bool | None = None,
    ) -> Page:
        """Return some records of a list, newest first, and where it goes on.

        `label` in any case; `words` must all be in an image's text, and their case does not matter
        either. `since` and `until` are times of arrival with a zone, both included. `before` is
        `next` of the page before, asked for in the same way. At most `max_read` images of the
        list are looked at, and some days of a list of all: a page may end before it is full.
        Of the list of the status `deleted`, `unwanted` asks for the files that nobody wants, or for
        all others; None for both.
        """
        asked_for = words_in(" ".join(words))
        if words and not asked_for:
            return Page([], None)  # only signs, such as `!`, which are no words
        wanted = _Wanted(
            owner, None if label is None else label_key(label), frozenset(asked_for), status
        )
        part = Stretch(
            since=None if since is None else moment(since),
            until=None if until is None else moment(until),
            behind=before,
            oldest_first=oldest_first,
        )
        walk = Walk()
        places = self._places(wanted, part, walk, unwanted=unwanted)
        records: list[Record] = []
        left, size, last = max_read, limit, before
        # A list is narrowed here by what its index does not have: few ask for all at once, and no
        # further index is paid for.
        while some := list(islice(places, min(size, left))):
            # Indexes are behind by as much.
            known = self.get([image_id for _, image_id in some], newest=False)
            for place in some:
                last = place
                record = known.get(place[1])
                if record is not None and wanted.holds(record):
                    records.append(record)
                    if len(records) == limit:
                        return Page(records, place)
            left, size = left - len(some), _BATCH
        return Page(records, walk.goes_on_at if left else last)

    def newest_of(self, days: Iterable[date], *, limit: int) -> list[Record]:
        """Return the newest records of some days in UTC, which are given newest first.

        Each day costs a query for each of the keys that it is spread over, and more than a hundred
        images of a key another.
        """
        part = Stretch()
        lists = (self._lists.of_day(day, part) for day in days)
        ids = [image_id for _, image_id in islice(chain.from_iterable(lists), limit)]
        known = self.get(ids, newest=False)
        found = (known[image_id] for image_id in ids if image_id in known)
        return [record for record in found if record["status"] != Status.DELETED]

    def count(self, status: Status, cap: int = 1000) -> tuple[int, bool]:
        """Return how many images have a status, and whether there are more than that `cap`."""
        found = self._lists.count(status, most=cap + 1)
        return min(found, cap), found > cap

    def count_day(self, day: date, max_pages: int) -> tuple[int, bool]:
        """Return how many images arrived on a day in UTC, and whether that is all of them.

        Reads at most `max_pages` megabytes of the index, each about 9,000 images, and one for each
        of the keys that a day is spread over.
        """
        return self._lists.count_pages(BY_DAY, day.isoformat(), pages=max_pages)

    def received_ids(self, since: datetime, until: datetime) -> Iterator[str]:
        """Yield the ids of the images that arrived in a period, both ends included.

        In no order: its days and their keys are read one after the other. Times are compared to the
        millisecond, as records have them.
        """
        first, last = since.astimezone(UTC), until.astimezone(UTC)
        part = Stretch(moment(first), moment(last))
        for number in range((last.date() - first.date()).days + 1):
            yield from self._lists.received_on(first.date() + timedelta(days=number), part)

    def _places(
        self, wanted: _Wanted, part: Stretch, walk: Walk, *, unwanted: bool | None
    ) -> Iterator[Position]:
        term = wanted.label
        if wanted.words:
            term = word_key(rarest(sorted(wanted.words)))
        if wanted.owner is not None:
            return self._lists.of_key(BY_OWNER, owner_key(wanted.owner, term), part)
        if term is not None:
            return self._lists.of_key(BY_TERM, term, part)
        if wanted.status is not None:
            return self._lists.of_status(wanted.status, part, unwanted=unwanted)
        return self._lists.of_all(part, walk)

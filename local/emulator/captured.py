"""What the emulator's services hold, as rows, and which of these have changed since last time.

Most services hold little, and hardly change: all of it is looked at, whenever one of their requests
is answered. Three things grow with the work and are treated apart: a table's items, which are
noted when they are written; a queue's messages, which are noted when they are changed; and logs and
metrics, which are looked at now and then.
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import hashlib
import io
import pickle
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

from local.emulator.internals import responses
from local.emulator.provided import ReadProperties
from local.emulator.rows import Key, freeze

Changes = dict[Key, bytes | None]
# A dictionary may grow in another thread while it is written.
ATTEMPTS = 5

OMITTED = {
    ("cloudwatch_logs", "log_groups"): {"streams"},
    ("dynamodb", "tables"): {"items", "_index_members"},
    ("sqs", "queues"): {"messages"},
}
"""Parts of entries that are rows of their own, or that the emulator makes anew."""

LARGE = {("lambda", "layers")}
"""Entries with archives in them, which are compared without reading these."""

LARGE_BYTES = 64 * 1024

NOW_AND_THEN = {("cloudwatch", "metrics"), ("cloudwatch", "alarm_history")}
AT_THE_END = {("cloudwatch_logs", "log_records")}


def entries(store: object) -> tuple[str, Mapping[Hashable, Any]]:
    """The kind of a store, and its entries in every account and region."""
    if isinstance(store, responses.AccountRegionScopedDict):
        return "region", store._data
    if isinstance(store, responses.AccountScopedDict):
        return "account", store._data
    return "whole", {None: store}


class Entries:
    """The entries of the stores, compared by a digest of each."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, str], dict[Key, bytes]] = {}

    def note(
        self,
        changes: Changes,
        service: str,
        stores: Mapping[str, object],
        *,
        slow: bool,
        end: bool,
    ) -> None:
        """Note the rows of one service that have changed; of `slow` stores only if asked."""
        for name, store in stores.items():
            place = (service, name)
            if (place in NOW_AND_THEN and not slow) or (place in AT_THE_END and not end):
                continue
            kind, found = entries(store)
            omitted = OMITTED.get(place, set())
            now: dict[Key, bytes] = {}
            before = self._digests.get(place, {})
            for key, entry in list(found.items()):
                row: Key = (service, name, (kind, key))
                kept = {k: v for k, v in entry.items() if k not in omitted} if omitted else entry
                data = patient_freeze(kept, _WithoutArchives if place in LARGE else _Plain)
                now[row] = hashlib.blake2b(data, digest_size=16).digest()
                if before.get(row) != now[row]:
                    changes[row] = patient_freeze(kept) if place in LARGE else data
            changes.update(dict.fromkeys(before.keys() - now.keys()))
            self._digests[place] = now


class Messages:
    """The messages of every queue: those that came, went, or were changed where they are."""

    def __init__(self) -> None:
        # What they were like when they were written, and in which list they were found.
        self._known: dict[Hashable, dict[str, tuple[Any, ...]]] = {}
        self._found: dict[Hashable, list[dict[str, Any]]] = {}
        self._changed: deque[tuple[int, dict[str, Any]]] = deque()

    def changed(self, queue: Mapping[str, Any], messages: Iterable[dict[str, Any]]) -> None:
        """Remember that messages of a queue were changed in place."""
        self._changed.extend((id(queue), message) for message in messages)

    def note(
        self,
        changes: Changes,
        queues: Mapping[Hashable, Mapping[str, Any]],
        *,
        thorough: bool = False,
    ) -> None:
        """Note the messages that have come, changed or gone; looking at each only if `thorough`."""
        for queue in self._known.keys() - queues.keys():
            del self._found[queue]
            changes.update(dict.fromkeys(_messages(queue, self._known.pop(queue))))
        changed: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        while self._changed:
            record_id, message = self._changed.popleft()
            changed[record_id].append(message)
        for queue, record in queues.items():
            known, found = self._known.setdefault(queue, {}), self._found.setdefault(queue, [])
            messages: list[dict[str, Any]] = record["messages"]
            # Mostly, some came; the others are the very same objects, which is seen at once.
            if messages[: len(found)] == found:
                came = messages[len(found) :]
            else:
                gone = known.keys() - {message["id"] for message in messages}
                for identity in gone:
                    del known[identity]
                changes.update(dict.fromkeys(_messages(queue, gone)))
                came = [message for message in messages if message["id"] not in known]
            here = [message for message in changed[id(record)] if message["id"] in known]
            for message in messages if thorough else [*came, *here]:
                fields = tuple(message.values())
                if known.get(message["id"]) != fields:
                    known[message["id"]] = fields
                    changes["sqs", "messages", (queue, message["id"])] = freeze(message)
            self._found[queue] = [*messages]


def _messages(queue: Hashable, identities: Iterable[str]) -> Iterator[Key]:
    return (("sqs", "messages", (queue, identity)) for identity in identities)


class Items:
    """The items of every table: those that were written since last time."""

    def __init__(self) -> None:
        # Appending and taking are safe between threads; the time-to-live thread deletes items.
        self._written: deque[tuple[Hashable, Hashable, Hashable]] = deque()
        self._known: dict[Hashable, tuple[object, set[tuple[Hashable, Hashable]]]] = {}

    def written(self, table: Mapping[str, Any], partition: Hashable, sort: Hashable) -> None:
        """Remember that an item was written or deleted."""
        _, _, _, region, account, name = table["TableArn"].split(":", 5)
        self._written.append(((account, region, name.removeprefix("table/")), partition, sort))

    def note(self, changes: Changes, tables: Mapping[Hashable, Mapping[str, Any]]) -> None:
        """Note the items that have come, changed or gone."""
        for gone in self._known.keys() - tables.keys():
            _, known = self._known.pop(gone)
            changes.update(dict.fromkeys(_items(gone, known)))
        for table, record in tables.items():
            held, known = self._known.get(table, (None, set()))
            if held is record["items"]:
                continue
            # A new table, or one whose items were all replaced.
            now = {(p, s) for p, partition in record["items"].items() for s in partition}
            changes.update(dict.fromkeys(_items(table, known - now)))
            for partition, sort in now:
                item = record["items"][partition][sort]
                changes["dynamodb", "items", (table, partition, sort)] = freeze(item)
            self._known[table] = (record["items"], now)
        while self._written:
            table, partition, sort = self._written.popleft()
            if table not in self._known:
                continue
            items, known = self._known[table]
            item = items.get(partition, {}).get(sort)  # type: ignore[attr-defined]
            row: Key = ("dynamodb", "items", (table, partition, sort))
            if item is None:
                changes[row] = None
                known.discard((partition, sort))
            else:
                changes[row] = freeze(item)
                known.add((partition, sort))


def _items(table: Hashable, keys: Any) -> Iterator[Key]:
    return (("dynamodb", "items", (table, partition, sort)) for partition, sort in keys)


class Streams:
    """The log streams: those that have grown since last time."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[int, Any]] = {}

    def note(self, changes: Changes, groups: Mapping[Hashable, Mapping[str, Any]]) -> None:
        """Note the streams that have come, grown or gone."""
        now: dict[Key, tuple[int, Any]] = {}
        for group, record in list(groups.items()):
            for name, stream in list(record["streams"].items()):
                row: Key = ("cloudwatch_logs", "streams", (group, name))
                now[row] = (len(stream["events"]), stream.get("lastIngestionTime"))
                if self._known.get(row) != now[row]:
                    changes[row] = patient_freeze(stream)
        changes.update(dict.fromkeys(self._known.keys() - now.keys()))
        self._known = now


class _Plain(pickle.Pickler):
    """Observed properties are written as the plain ones that they stand for."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, ReadProperties):
            return dict, (dict(dict.items(value)),)
        return NotImplemented


class _WithoutArchives(_Plain):
    """An archive is never changed, only replaced by another object."""

    def persistent_id(self, value: Any) -> object:
        if isinstance(value, bytes | str) and len(value) > LARGE_BYTES:
            return id(value), len(value)
        return None


def patient_freeze(value: object, pickler: type[pickle.Pickler] = _Plain) -> bytes:
    """Freeze what another thread may add to meanwhile."""

    def freeze_once() -> bytes:
        buffer = io.BytesIO()
        pickler(buffer, protocol=5).dump(value)
        return buffer.getvalue()

    data: bytes = patiently(freeze_once)
    return data


def patiently(look: Callable[[], Any]) -> Any:
    """Look again if what is looked at grew in another thread at that moment."""
    for _ in range(ATTEMPTS - 1):
        try:
            return look()
        except RuntimeError as error:
            if "changed size during iteration" not in str(error):
                raise
    return look()

"""The record table: one item per image, and one small item per term to find images by.

Keys: `image_id` and `item`, which is `image` for the record, `label#NAME` for a label and
`word#WORD` for a word of its text. Four indexes answer the questions that people ask: by status,
by day, by term, and by owner with or without a term; each in order of time.
A status and a day are each spread over several keys of their index, by the image's id.
Every write is conditional on the state it changes, so a repeated event changes nothing.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lambdas.common.image import Upload
from lambdas.common.message import bounded_labels, bounded_lines
from lambdas.common.records.batch_writes import delete_all, write_all
from lambdas.common.records.items import (
    Item,
    from_item,
    refused_update,
    to_attribute,
    to_item,
)
from lambdas.common.records.terms import Term, terms_of
from lambdas.common.result import Result
from lambdas.common.status import BEFORE, Status

BY_STATUS, BY_DAY, BY_TERM, BY_OWNER = "by_status", "by_day", "by_term", "by_owner"
INDEX_KEYS = {
    BY_STATUS: "status_shard",
    BY_DAY: "day_shard",
    BY_TERM: "term",
    BY_OWNER: "owner_key",
}
"""The attribute that is the partition key of each index; `received_at` is the sort key of all."""
SHARDS = 4
"""Keys that a status and a day are spread over. One key takes 1,000 writes a second, and an image
costs `received` two (docs/decisions/0021-spread-index-keys.md)."""
UNWANTED = "unwanted"
"""Stands in the key of `by_status` in place of `deleted`, of a file that nobody wants: of those
there may be any number, and what people have deleted is to be found without reading them."""
RECORD = "image"


@dataclass(frozen=True)
class Progress:
    """How far an image is: its status, and whether its end has been announced.

    `failed_at` is None unless it has failed, `run` is the batch that had it analysed again last.
    """

    status: Status
    announced: bool
    failed_at: str | None = None
    run: str | None = None


class RecordTable:
    """The record of each image; writes are conditional, reads are bounded."""

    def __init__(self, dynamodb: Any, table_name: str, *, record_days: int = 0) -> None:
        self._dynamodb = dynamodb
        self._table = table_name
        self._record_days = record_days

    def progress(self, image_id: str) -> Progress | None:
        """Return how far an image is; None for an unknown one."""
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": RECORD}),
            ConsistentRead=True,
        )
        return progress_in(from_item(answer["Item"])) if "Item" in answer else None

    def advance(self, result: Result, *, at: str, copies_at: str | None = None) -> bool:
        """Move the record to the result's status and keep its summary.

        `copies_at` is when what was made of the image was written, if this analysis wrote it: what
        the record says of it stays otherwise. Returns False, and changes nothing, when the record
        is in a state that this status may not follow: somebody else was here first.
        """
        values: Item = {
            **status_values(result.status, result.image_id),
            "labels": bounded_labels(result),
            "text": bounded_lines(result),
            "reason": result.reason,
            "review_reasons": list(result.review_reasons),
            "models": dict(result.models),
            f"{result.status}_at": at,
            "finished_at": result.finished_at,
            "processed_key": None if result.processed is None else result.processed.key,
            "thumbnail_key": None if result.thumbnail is None else result.thumbnail.key,
            "cause": result.cause,
            "content": result.content,
            "paid": list(result.paid),
            # The attempt is over: what fails from here on, such as the announcement, does not make
            # it a failed one. The lease of an image that ends stays until that is announced, so
            # that no other delivery announces it meanwhile.
            "lease_by": None,
        }
        if copies_at is not None:
            values["copies_at"] = copies_at
        if not result.status.is_terminal:
            values |= {"attempts": 0, "lease_until": 0}  # the next stage counts its own
        if result.facts is not None:
            values |= {
                "format": result.facts.format,
                "width": result.facts.width,
                "height": result.facts.height,
                "bytes": result.facts.bytes,
            }
        return self._update(result.image_id, values, before=BEFORE[result.status])

    def write_terms(self, result: Result, known: Mapping[str, Term] | None = None) -> None:
        """Write the items that find an image; writing them again changes nothing.

        Those that are `known`, by item, are there already and are left out.
        """
        upload = result.upload
        requests = [
            {
                "PutRequest": {
                    "Item": to_item(
                        {
                            "image_id": result.image_id,
                            "item": item,
                            INDEX_KEYS[BY_TERM]: term.key,
                            "label": term.name if term.is_label else None,
                            "confidence": term.confidence,
                            "received_at": result.received_at,
                            INDEX_KEYS[BY_OWNER]: (
                                None if upload is None else owner_key(upload.owner, term.key)
                            ),
                            **self._expiry(result.received_at),
                        }
                    )
                }
            }
            for item, term in terms_of(result).items()
            if known is None or known.get(item) != term
        ]
        write_all(self._dynamodb, self._table, requests)

    def remove_terms(self, image_id: str, items: Iterable[str]) -> None:
        """Remove the items, such as `label#Car`, of terms that an image no longer has."""
        keys = [to_item({"image_id": image_id, "item": item}) for item in sorted(items)]
        delete_all(self._dynamodb, self._table, keys)

    def mark_announced(self, image_id: str, status: Status, *, at: str) -> None:
        """Remember that the end of an image went out on the results topic."""
        self._update(
            image_id,
            {"announced_at": at, "announced": str(status), "lease_until": 0},
            before={status},
        )

    def _update(
        self, image_id: str, values: Mapping[str, object], *, before: Collection[Status]
    ) -> bool:
        if not before:
            return False  # the pipeline brings no image there
        names = {f"#{number}": name for number, name in enumerate(values)}
        bound = {f":{number}": to_attribute(value) for number, value in enumerate(values.values())}
        states = {f":before{n}": {"S": str(status)} for n, status in enumerate(sorted(before))}
        refused = refused_update(
            self._dynamodb,
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": RECORD}),
            UpdateExpression="SET " + ", ".join(f"#{n} = :{n}" for n in range(len(values))),
            ConditionExpression=f"#status IN ({', '.join(states)})",
            ExpressionAttributeNames={**names, "#status": "status"},
            ExpressionAttributeValues={**bound, **states},
        )
        return refused is None

    def _expiry(self, received_at: str) -> Item:
        if not self._record_days:
            return {}
        expires = datetime.fromisoformat(received_at) + timedelta(days=self._record_days)
        return {"expires_at": int(expires.timestamp())}


def progress_in(item: Item) -> Progress:
    """Return how far the image of a record is."""
    announced = item.get("announced") == item["status"]
    status = Status(item["status"])
    return Progress(
        status=status,
        # A decision that is being carried out is announced by whoever carries it out.
        announced=announced or "review_due" in item,
        failed_at=item.get("failed_at") if status is Status.FAILED else None,
        run=item.get("run"),
    )


def status_values(status: Status, image_id: str, *, unwanted: bool = False) -> Item:
    """Return a record's status with its key in `by_status`; no write sets one without the other.

    `unwanted` gives the key of a file that nobody wants.
    """
    value = UNWANTED if unwanted else str(status)
    return {"status": str(status), INDEX_KEYS[BY_STATUS]: shard_key(value, image_id)}


def status_keys(status: Status, *, unwanted: bool | None = None) -> list[str]:
    """Return all keys under which `by_status` has images of a status.

    Of `deleted` those of files that nobody wants, or those of all others; None for both.
    """
    if status is not Status.DELETED:
        return shard_keys(str(status))
    values = {True: (UNWANTED,), False: (str(status),), None: (str(status), UNWANTED)}[unwanted]
    return [key for value in values for key in shard_keys(value)]


def day_values(received_at: str, image_id: str) -> Item:
    """Return the day on which an image arrived, ISO 8601, with its key in `by_day`."""
    day = received_at[:10]
    return {"day": day, INDEX_KEYS[BY_DAY]: shard_key(day, image_id)}


def first_values(result: Result) -> Item:
    """Return what the record of a new image has from the first on."""
    source = result.source
    return {
        "bucket": source.bucket,
        "key": source.key,
        "version": source.version,
        "etag": source.etag,
        "received_at": result.received_at,
        **day_values(result.received_at, result.image_id),
        **status_values(Status.RECEIVED, result.image_id),
        **owner_values(result.upload),
    }


def owner_values(upload: Upload | None) -> Item:
    """Return whose image a record is, with its key in `by_owner`, and its task."""
    if upload is None:
        return {}
    return {
        "owner": upload.owner,
        INDEX_KEYS[BY_OWNER]: owner_key(upload.owner),
        "task_id": upload.task_id,
    }


def owner_key(owner: str, term: str | None = None) -> str:
    """Return the key under which `by_owner` has a user's images, or those with a term."""
    return owner if term is None else f"{owner}#{term}"


def shard_key(value: str, image_id: str) -> str:
    """Return the key under which an index has an image of a status or a day: `received#2`."""
    # Not Python's own hash, which is another one in each process.
    return f"{value}#{zlib.crc32(image_id.encode()) % SHARDS}"


def shard_keys(value: str) -> list[str]:
    """Return all keys under which an index has images of a status or a day."""
    return [f"{value}#{shard}" for shard in range(SHARDS)]

"""A batch: the images under a prefix of a bucket, and how far their analysis is."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from lambdas.common.records.items import Item

MAX_IMAGES = 10_000_000
"""Images of one batch: its counting tree then has four levels, and its report is bounded."""
BATCH = "batch"
"""Sort key of a batch's item; its partition key is `batch#<id>`."""
REGISTRY = "batches"
"""Partition key of the list of all batches, whose sort keys start with the time of creation."""


class State(StrEnum):
    """Where a batch is on its way."""

    LISTING = "listing"
    LISTED = "listed"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """True when nothing more is sent to be analysed."""
        return self not in ON_THE_WAY


ON_THE_WAY = frozenset({State.LISTING, State.LISTED, State.RUNNING})


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A batch as its item has it; times are ISO 8601 in UTC.

    `images`, `bytes` and `pages` count what is listed so far, `token` is the last key looked at
    (`token_version` its version, where there are any),
    `fed` and `fed_pages` count what has been sent to be analysed, `ended` what had ended when the
    report was written last, and `round` the reports that were begun.
    """

    id: str
    bucket: str
    prefix: str
    name: str
    created_at: str
    created_by: str
    state: State = State.LISTING
    again: bool = False
    approved: bool = False
    unsigned: bool = False
    """The bucket is public, and lets only requests without a signature list it."""
    images: int = 0
    bytes: int = 0
    pages: int = 0
    token: str = ""
    token_version: str = ""
    fed: int = 0
    fed_pages: int = 0
    ended: int = 0
    round: int = 0
    reported_at: str | None = None
    started_at: str | None = None
    closed_at: str | None = None
    announced_at: str | None = None
    reason: str | None = None

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix`."""
        return f"s3://{self.bucket}/{self.prefix}"

    def to_item(self) -> Item:
        """Return the attributes of the item, without its keys."""
        return {found.name: getattr(self, found.name) for found in fields(self)}

    @classmethod
    def from_item(cls, item: Item) -> "Batch":
        """Read what `to_item` wrote; attributes that are not there have their stock values."""
        casts: dict[object, Any] = {int: int, State: State}
        values = {
            found.name: casts.get(found.type, lambda value: value)(item[found.name])
            for found in fields(cls)
            if found.name in item
        }
        return cls(**values)


def batch_key(batch_id: str) -> str:
    """Return the partition key of a batch's items."""
    return f"batch#{batch_id}"


def node_key(level: int, node: int | str) -> str:
    """Return the sort key of a node of the counting tree."""
    return f"node#{level}#{node}"


def batch_folder(batch_id: str) -> str:
    """Return where a batch's objects lie in the processed bucket."""
    return f"batches/{batch_id}/"


def report_keys(batch_id: str) -> dict[str, str]:
    """Return the keys of a batch's report in the processed bucket, by kind."""
    folder = batch_folder(batch_id)
    return {
        "text": f"{folder}report.txt",
        "csv": f"{folder}report.csv",
        "summary": f"{folder}summary.json",
    }

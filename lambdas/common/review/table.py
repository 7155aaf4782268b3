"""Decisions in the record table: the standing one in the image's record, and the history beside it.

Entries of the history are items `review#000001`, `review#000002`, ... of the image. The record has
`review` (the decision that stands), `reviews` (how many entries there are) and, from the moment of
a decision until everybody knows of it, `review_due` (the entry's number).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.records.items import (
    Item,
    from_item,
    refused_update,
    to_attribute,
    to_item,
)
from lambdas.common.records.table import RECORD, status_values
from lambdas.common.review.claims import END_OF_CLAIM, UNCLAIMED, Claim, claim_in
from lambdas.common.review.decisions import Decision, Entry, Sight, UnknownImageError, decision_in
from lambdas.common.status import Status

ENTRY = "review#"
OWNER = "review"
"""Who holds an image's lease while a decision is carried out."""
LEASE_SECONDS = 60.0
"""How long a decision keeps a new analysis waiting, at most: it is carried out in about one."""
_SECONDS_A_DAY = 86_400
_REFUSED = frozenset({"None", "ConditionalCheckFailed", "TransactionConflict"})


@dataclass(frozen=True)
class Reviewed:
    """What an image's record says of decisions; `due` is the entry that is being carried out."""

    image_id: str
    status: Status
    received_at: str
    finished_at: str | None
    expires_at: int | None
    reviews: int
    review: Decision | None
    due: int | None
    leased_until: float
    claim: Claim | None = None
    """The claim that was written last; it may be over."""

    @property
    def record_days(self) -> int:
        """For how long its items are kept; 0 for ever."""
        if self.expires_at is None:
            return 0
        received = datetime.fromisoformat(self.received_at).timestamp()
        return round((self.expires_at - received) / _SECONDS_A_DAY)


class ReviewTable:
    """Reads and writes decisions; `now` of its methods is in seconds since the epoch."""

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table = table_name

    def read(self, image_id: str) -> Reviewed:
        """Return what an image's record says; raises UnknownImageError."""
        item = self._get(image_id, RECORD)
        if item is None or item["status"] == Status.DELETED:
            raise UnknownImageError(f"there is no image {image_id}")
        return Reviewed(
            image_id=image_id,
            status=Status(item["status"]),
            received_at=item["received_at"],
            finished_at=item.get("finished_at"),
            expires_at=int(item["expires_at"]) if "expires_at" in item else None,
            reviews=int(item.get("reviews", 0)),
            review=decision_in(item.get("review")),
            due=int(item["review_due"]) if "review_due" in item else None,
            leased_until=float(item.get("lease_until", 0)),
            claim=claim_in(item, now=0),
        )

    def entry(self, image_id: str, number: int) -> Entry | None:
        """Return one entry of an image's history; None if there is no such."""
        item = self._get(image_id, _entry_key(number))
        return None if item is None else Entry.from_document(item)

    def entries(self, image_id: str, *, newest: int | None = None) -> list[Entry]:
        """Return an image's history, or its `newest` entries, oldest first."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="image_id = :id AND begins_with(#item, :entry)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_item({":id": image_id, ":entry": ENTRY}),
            ScanIndexForward=False,
            ConsistentRead=True,
            PaginationConfig={"PageSize": newest, "MaxItems": newest},
        )
        found = [from_item(item) for page in pages for item in page["Items"]]
        return [Entry.from_document(item) for item in reversed(found)]

    def add(self, entry: Entry, seen: Reviewed, *, now: float) -> bool:
        """Add an entry to the history and make its end the record's, both or none.

        Returns False, and changes nothing, when the image is not as it was `seen`, or is being
        worked on. Holds the image's lease then.
        """
        after = entry.after
        values: Item = {
            **_summary(after, entry.image_id),
            "reviews": entry.number,
            "review_due": entry.number,
            "reviewed_at": entry.decision.at,
            f"{after.status}_at": entry.decision.at,
            "lease_until": now + LEASE_SECONDS,
            "lease_by": OWNER,
            **({} if after.review is None else {"review": after.review.to_document()}),
        }
        conditions: Item = {
            ":seen_status": str(seen.status),
            ":seen_finish": seen.finished_at,
            ":seen_reviews": seen.reviews or None,
            ":now": now,
            ":who": entry.who,
        }
        first_or_next = (
            "reviews = :seen_reviews" if seen.reviews else "attribute_not_exists(reviews)"
        )
        update = {
            "TableName": self._table,
            "Key": to_item({"image_id": entry.image_id, "item": RECORD}),
            "UpdateExpression": f"{_set(values)} REMOVE {END_OF_CLAIM}"
            + (", review" if after.review is None else ""),
            "ConditionExpression": "#status = :seen_status AND finished_at = :seen_finish AND "
            f"attribute_not_exists(review_due) AND {first_or_next} AND "
            f"(attribute_not_exists(lease_until) OR lease_until < :now) AND {UNCLAIMED}",
            "ExpressionAttributeNames": {"#status": "status", **_names(values)},
            "ExpressionAttributeValues": {**to_item(conditions), **_values(values)},
        }
        put = {
            "TableName": self._table,
            "Item": to_item(
                {
                    **entry.to_document(),
                    "item": _entry_key(entry.number),
                    "by_id": entry.by_id,
                    "expires_at": seen.expires_at,
                }
            ),
            "ConditionExpression": "attribute_not_exists(image_id)",
        }
        try:
            self._dynamodb.transact_write_items(TransactItems=[{"Put": put}, {"Update": update}])
        except ClientError as error:
            if not _is_refused(error):
                raise
            return False
        return True

    def hold(self, due: Reviewed, *, now: float) -> bool:
        """Take the lease of an image whose decision was left half-way; False if it is not free."""
        values: Item = {"lease_until": now + LEASE_SECONDS, "lease_by": OWNER}
        return self._update(
            due.image_id,
            _set(values),
            "review_due = :due AND finished_at = :finish AND "
            "(attribute_not_exists(lease_until) OR lease_until < :now OR lease_by = :owner)",
            {":due": due.due, ":finish": due.finished_at, ":now": now, ":owner": OWNER},
            values,
        )

    def finish(self, entry: Entry, announced: Sight | None, *, at: str) -> bool:
        """Remember that everybody knows of a decision, and give the lease back.

        `announced` is what the image is now; None where there was nothing to announce. Returns
        False when another did, or when the pipeline has the image.
        """
        values: Item = {"lease_until": 0}
        if announced is not None:
            # All of it: a new analysis may have ended since the transaction.
            values |= _summary(announced, entry.image_id)
            values |= {"announced": str(announced.status), "announced_at": at}
        return self._update(
            entry.image_id,
            f"{_set(values)} REMOVE review_due",
            "review_due = :due AND lease_by = :owner",
            {":due": entry.number, ":owner": OWNER},
            values,
        )

    def _update(
        self, image_id: str, update: str, condition: str, expected: Item, values: Item
    ) -> bool:
        refused = refused_update(
            self._dynamodb,
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": RECORD}),
            UpdateExpression=update,
            ConditionExpression=condition,
            ExpressionAttributeNames=_names(values),
            ExpressionAttributeValues={**to_item(expected), **_values(values)},
        )
        return refused is None

    def _get(self, image_id: str, item: str) -> Item | None:
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": item}),
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None


def _summary(seen: Sight, image_id: str) -> Item:
    """Return what a record has of what people see."""
    document = seen.to_document()
    return {
        **status_values(seen.status, image_id),
        "labels": document["labels"],
        "text": document["text"],
        "reason": seen.reason,
    }


def _set(values: Item) -> str:
    return "SET " + ", ".join(f"#{number} = :{number}" for number in range(len(values)))


def _names(values: Item) -> dict[str, str]:
    return {f"#{number}": name for number, name in enumerate(values)}


def _values(values: Item) -> Item:
    return {f":{number}": to_attribute(value) for number, value in enumerate(values.values())}


def _entry_key(number: int) -> str:
    return f"{ENTRY}{number:06d}"


def _is_refused(error: ClientError) -> bool:
    """Return whether a transaction was cancelled because something is not as it was seen."""
    response: Any = error.response
    if response["Error"]["Code"] != "TransactionCanceledException":
        return False
    codes = {reason.get("Code") or "None" for reason in response.get("CancellationReasons", [])}
    return bool(codes) and codes <= _REFUSED

"""Batches in the record table: every write is conditional on what it changes."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.batches.batch import (
    BATCH,
    REGISTRY,
    Batch,
    State,
    batch_key,
    node_key,
)
from lambdas.common.batches.control import Work
from lambdas.common.records.items import Item, from_item, refused_item, to_attribute, to_item

Values = Mapping[str, object]

_CHANGE = "change_id"
"""The attribute that tells our own change, whose answer was lost and which the SDK then made a
second time, from that of another message: without it a batch would stop there, and say nothing."""


def attempt_attributes(work: Work) -> tuple[str, str]:
    """Return where a batch keeps the attempts at a work since it got ahead, and the last failure.

    A set of receives of messages, and a map; neither is there when there is nothing to keep.
    """
    return f"{work}_attempts", f"{work}_failure"


class BatchTable:
    """The items of batches: one for each batch, one for each node of its counting tree."""

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table = table_name

    def create(self, batch: Batch) -> bool:
        """Create a batch; False, and nothing is changed, when there is one with its id."""
        key = {"image_id": batch_key(batch.id), "item": BATCH}
        change = secrets.token_hex(8)
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=to_item({**batch.to_item(), **key, _CHANGE: change}),
                ConditionExpression="attribute_not_exists(image_id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            refused = refused_item(error)
            if refused is None:
                raise
            if refused.get(_CHANGE) != change:
                return False
        # Second: an entry of the list never leads to nothing. Without it a batch works all the
        # same, and is found by its id.
        entry = {"image_id": REGISTRY, "item": f"{batch.created_at}#{batch.id}", "id": batch.id}
        self._dynamodb.put_item(TableName=self._table, Item=to_item(entry))
        return True

    def get(self, batch_id: str) -> Batch | None:
        """Return a batch as it is now; None when there is none."""
        item = self._item(batch_id, BATCH)
        return None if item is None else Batch.from_item(item)

    def newest(self) -> Iterator[Batch]:
        """Yield all batches, newest first."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="image_id = :batches",
            ExpressionAttributeValues={":batches": {"S": REGISTRY}},
            ScanIndexForward=False,
        )
        for page in pages:
            for entry in page["Items"]:
                batch = self.get(entry["id"]["S"])
                if batch is not None:
                    yield batch

    def add_page(
        self, batch: Batch, *, images: int, size: int, token: tuple[str, str], is_last: bool
    ) -> Batch | None:
        """Count a page of the listing, `size` in bytes; None when another one was faster.

        `token` is the last key that was looked at, and its version. After the last page the batch
        is listed.
        """
        return self.change(
            batch.id,
            {
                "state": State.LISTED if is_last else State.LISTING,
                "pages": batch.pages + 1,
                "images": batch.images + images,
                "bytes": batch.bytes + size,
                "token": token[0],
                "token_version": token[1],
                "unsigned": batch.unsigned,
            },
            states=[State.LISTING],
            where={"pages": batch.pages},
            remove=attempt_attributes(Work.LIST),
            mark="list_change_id",
        )

    def approve(self, batch_id: str) -> Batch | None:
        """Let a batch run once it is listed; None when it is neither listing nor listed."""
        return self.change(batch_id, {"approved": True}, states=[State.LISTING, State.LISTED])

    def run(self, batch_id: str, *, at: str) -> Batch | None:
        """Begin to run a batch that is listed; None when it is in another state."""
        return self.change(
            batch_id, {"state": State.RUNNING, "started_at": at}, states=[State.LISTED]
        )

    def list_again(self, batch_id: str) -> Batch | None:
        """Go on with the listing of a batch that failed; None when it is in another state."""
        return self.change(
            batch_id,
            {"state": State.LISTING},
            states=[State.FAILED],
            remove=["reason", "closed_at", "announced_at"],
        )

    def add_fed(self, batch: Batch, *, images: int) -> Batch | None:
        """Count a page that was sent; None when another one was faster, or it was cancelled."""
        return self.change(
            batch.id,
            {"fed_pages": batch.fed_pages + 1, "fed": batch.fed + images},
            states=[State.RUNNING],
            where={"fed_pages": batch.fed_pages},
            remove=attempt_attributes(Work.FEED),
            mark="feed_change_id",
        )

    def cancel(self, batch_id: str, *, at: str) -> Batch | None:
        """Cancel a batch; None when it is over already."""
        return self.change(
            batch_id,
            {"state": State.CANCELLED, "closed_at": at},
            states=[State.LISTING, State.LISTED, State.RUNNING],
        )

    def fail(self, batch_id: str, reason: str, *, at: str) -> Batch | None:
        """Record that a batch cannot be listed; None when it is not listing."""
        return self.change(
            batch_id,
            {"state": State.FAILED, "reason": reason, "closed_at": at},
            states=[State.LISTING],
        )

    def want_report(self, batch_id: str, token: str) -> Batch | None:
        """Note that a message is about to ask for a report.

        None when one has been sent that was not begun: it will see all that is recorded by now.
        """
        # Only after the sending is a request taken for sent, so a crash in between loses nothing.
        return self.change(
            batch_id,
            {"report_wanted": token},
            unless="attribute_exists(report_wanted) AND report_wanted = report_sent",
        )

    def sent_report(self, batch_id: str, token: str) -> None:
        """Note that the message was sent, unless it has been begun meanwhile."""
        self.change(batch_id, {"report_sent": token}, where={"report_wanted": token})

    def begin_report(self, batch: Batch) -> Batch | None:
        """Begin a new round of the report; None when another one began at the same time."""
        return self.change(
            batch.id,
            {"round": batch.round + 1},
            where={"round": batch.round},
            remove=["report_wanted", "report_sent"],
        )

    def change(  # noqa: PLR0913
        self,
        batch_id: str,
        values: Values,
        *,
        states: Iterable[State] = State,
        where: Values | None = None,
        unless: str = "",
        remove: Iterable[str] = (),
        mark: str = _CHANGE,
    ) -> Batch | None:
        """Set attributes of a batch that is in one of the states and has what `where` says.

        `unless` is a condition that must not hold. `mark` is the attribute that tells this change
        from others'; with one of its own it is known even when another change came in between.
        Returns the batch as it is then; None, and nothing is changed, when it is another way.
        """
        where = where or {}
        change = secrets.token_hex(8)
        values = {**values, mark: change}
        names = {name: f"#{name}" for name in ("state", *values, *where, *remove)}
        allowed = {f":in_{state}": str(state) for state in states}
        conditions = [f"#state IN ({', '.join(allowed)})"]
        conditions += [f"#{name} = :if_{name}" for name in where]
        conditions += [f"NOT ({unless})"] if unless else []
        bound = {
            **{f":{name}": value for name, value in values.items()},
            **{f":if_{name}": value for name, value in where.items()},
            **allowed,
        }
        update = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
        removed = ", ".join(f"#{name}" for name in remove)
        try:
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=to_item({"image_id": batch_key(batch_id), "item": BATCH}),
                UpdateExpression=f"{update} REMOVE {removed}" if removed else update,
                ConditionExpression=" AND ".join(conditions),
                ExpressionAttributeNames={short: name for name, short in names.items()},
                ExpressionAttributeValues={
                    name: to_attribute(str(value) if isinstance(value, State) else value)
                    for name, value in bound.items()
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            refused = refused_item(error)
            if refused is None:
                raise
            return Batch.from_item(refused) if refused.get(mark) == change else None
        return Batch.from_item(from_item(answer["Attributes"]))

    def add_ended(self, batch_id: str, level: int, node: int, place: int) -> int:
        """Add a child to a node's set of those that have ended; return how many it has now."""
        answer = self._dynamodb.update_item(
            TableName=self._table,
            Key=to_item({"image_id": batch_key(batch_id), "item": node_key(level, node)}),
            UpdateExpression="ADD ended :place",
            ExpressionAttributeValues={":place": {"NS": [str(place)]}},
            ReturnValues="ALL_NEW",
        )
        return len(answer["Attributes"]["ended"]["NS"])

    def ended_at(self, batch_id: str, level: int) -> Iterator[tuple[int, list[int]]]:
        """Yield the nodes of a level that has any: the node's number and its ended children."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="image_id = :batch AND begins_with(#item, :level)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_item(
                {":batch": batch_key(batch_id), ":level": node_key(level, "")}
            ),
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                number = int(item["item"]["S"].rpartition("#")[2])
                yield number, [int(place) for place in item["ended"]["NS"]]

    def ended_of(self, batch_id: str, level: int, node: int) -> int:
        """Return how many children of a node have ended."""
        item = self._item(batch_id, node_key(level, node))
        return 0 if item is None else len(item["ended"])

    def _item(self, batch_id: str, item: str) -> Item | None:
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key=to_item({"image_id": batch_key(batch_id), "item": item}),
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None

"""Deletion: an image, its copies and everything that was found in it, for good.

The record is marked first, so that the pipeline and everybody else leave the image alone; then its
objects and items go, the deletion is announced, and what stays of the record is that it was
deleted, until every message about the image has run out. Whatever stopped half-way is finished by
asking again: every step may be repeated.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.clock import iso
from lambdas.common.errors import RetryableError
from lambdas.common.finish import Announcer
from lambdas.common.image import (
    ObjectReference,
    Upload,
    processed_key,
    rekognition_key,
    result_key,
    thumbnail_key,
)
from lambdas.common.image import image_id as id_of
from lambdas.common.message import announcement
from lambdas.common.records.batch_writes import delete_all
from lambdas.common.records.items import Item, from_item, refused_item, to_item
from lambdas.common.records.table import RECORD, status_values
from lambdas.common.result import Result
from lambdas.common.review.decisions import ConflictError, UnknownImageError
from lambdas.common.status import Status
from lambdas.common.tasks import Tasks

OWNER = "deletion"
"""Who holds an image's lease while it is being deleted."""
LEASE_SECONDS = 60.0
TOMBSTONE_SECONDS = 30 * 86_400
"""How long it is known that an image was deleted: messages about it live for 28 days at most, 14 in
a queue and 14 in its dead-letter queue."""
_KEPT = ("image_id", "item", "owner", "task_id", "deleted_at", "deleted_by")


class Deletions:
    """Deletes images; `now` is in seconds since the epoch."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        s3: Any,
        dynamodb: Any,
        table: str,
        input_bucket: str,
        processed_bucket: str,
        announce: Announcer,
        now: Callable[[], float],
    ) -> None:
        self._s3 = s3
        self._dynamodb = dynamodb
        self._table = table
        self._input_bucket = input_bucket
        self._processed_bucket = processed_bucket
        self._announce = announce
        self._now = now
        self._tasks = Tasks(dynamodb, table)

    def delete(self, image_id: str, *, by: str, unwanted: bool = False) -> None:
        """Delete an image; of one that has been deleted, what somebody has written since.

        One that is `unwanted` stays among its like (lambdas/common/unwanted.py) if this fails.
        An original in a bucket that is not the input bucket stays: it is somebody else's. Raises
        UnknownImageError, and ConflictError while the pipeline or a decision has the image.
        """
        record = self._mark(image_id, by, unwanted=unwanted)
        if record is None:
            # Nobody writes about a deleted image but who began before, and took very long.
            self._delete_copies(image_id)
            self._delete_items(image_id)
            return
        self._finish(record)

    def delete_upload(self, upload: Upload, original: ObjectReference | None, *, by: str) -> None:
        """Delete an upload of which there is no record yet; `original` is its file, if it has come.

        What comes later by its form leads to nothing, nor do other files that have come by it: the
        pipeline leaves them to be deleted (lambdas/common/unwanted.py). Raises ConflictError when
        it has begun with one meanwhile.
        """
        # First: from here on no file of it is analysed, whatever becomes of this deletion.
        if not self._tasks.end(upload.task_id, now=self._now()):
            raise ConflictError("the upload is being worked on; ask again in a few seconds")
        if original is not None:
            now, named = self._now(), id_of(original)
            record: Item = {
                "image_id": named,
                "item": RECORD,
                "bucket": original.bucket,
                "key": original.key,
                "version": original.version,
                "owner": upload.owner,
                "task_id": upload.task_id,
                "received_at": iso(now),
                "deleted_at": iso(now),
                "deleted_by": by,
                **deletion_marks(named, now + LEASE_SECONDS),
            }
            try:
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=to_item(record),
                    ConditionExpression="attribute_not_exists(image_id)",
                )
            except ClientError as error:
                if refused_item(error) is None:
                    raise
                # The pipeline has begun meanwhile, or this very write was made twice. Where the
                # pipeline has it still, it finds the task ended, and leaves the file to be deleted.
                with suppress(ConflictError):
                    self.delete(named, by=by)
            else:
                self._finish({name: value for name, value in record.items() if value is not None})

    def _finish(self, record: Item) -> None:
        """Do what is to be done once a record is marked."""
        self._delete_objects(record)
        self._delete_answers(record)
        self._delete_items(str(record["image_id"]))
        if "task_id" in record:
            # Not that of another file, which came by the same form and stays.
            self._tasks.end(record["task_id"], image_id=str(record["image_id"]), now=self._now())
        if "unwanted" not in record:  # of which nobody has heard
            self._announce(self._announcement(record))
        self._bury(record)

    def _mark(self, image_id: str, by: str, *, unwanted: bool) -> Item | None:
        """Mark a record, and return it; None when all is done already."""
        now = self._now()
        values = deletion_marks(image_id, now + LEASE_SECONDS, unwanted=unwanted)
        sets = [f"#{number} = :{number}" for number in range(len(values))]
        # Who deleted it, and when, is who asked first.
        sets += [
            "deleted_at = if_not_exists(deleted_at, :at)",
            "deleted_by = if_not_exists(deleted_by, :by)",
            # For `finish_deletions`, which tries more seldom what fails again and again.
            "deletion_tries = if_not_exists(deletion_tries, :zero) + :one",
        ]
        try:
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(image_id),
                UpdateExpression=f"SET {', '.join(sets)} REMOVE day_shard, owner_key, review_due",
                ConditionExpression="attribute_exists(image_id) AND "
                "(attribute_not_exists(deleted_at) OR deletion_due = :true) AND "
                "(attribute_not_exists(lease_until) OR lease_until < :now OR lease_by = :owner)",
                ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(values)},
                ExpressionAttributeValues=to_item(
                    {
                        **{f":{n}": value for n, value in enumerate(values.values())},
                        ":now": now,
                        ":at": iso(now),
                        ":by": by,
                        ":owner": OWNER,
                        ":true": True,
                        ":zero": 0,
                        ":one": 1,
                    }
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            refused = refused_item(error)
            if refused is None:
                raise
            if not refused:
                raise UnknownImageError(f"there is no image {image_id}") from error
            if refused["status"] == Status.DELETED and "deletion_due" not in refused:
                return None
            raise ConflictError(
                f"image {image_id} is being worked on; ask again in a few seconds"
            ) from error
        return from_item(answer["Attributes"])

    def _delete_objects(self, record: Item) -> None:
        image_id = str(record["image_id"])
        if record["bucket"] == self._input_bucket:
            self._s3.delete_object(
                Bucket=record["bucket"],
                Key=record["key"],
                # This version for good: without one S3 would only write a marker above it.
                # `null` is what it calls a version from before there were versions.
                VersionId=record.get("version", "null"),
            )
        self._delete_copies(image_id, record.get("processed_key"))

    def _delete_copies(self, image_id: str, processed: str | None = None) -> None:
        """Delete what lies in the processed bucket; `processed` is the copy that is known of."""
        keys = [
            result_key(image_id),
            thumbnail_key(image_id),
            *(processed_key(image_id, suffix) for suffix in ("jpg", "png")),
            *(rekognition_key(image_id, suffix) for suffix in ("jpg", "png")),
        ]
        if processed is not None and processed not in keys:
            keys.append(processed)
        answer = self._s3.delete_objects(
            Bucket=self._processed_bucket,
            Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
        )
        if errors := answer.get("Errors"):
            first = errors[0]
            raise RetryableError(
                f"S3 did not delete {first['Key']}: {first['Code']}; ask again to go on"
            )

    def _delete_answers(self, record: Item) -> None:
        """Forget what this image paid for; a copy of the picture that paid itself keeps its own."""
        if "content" in record:
            keys = self._items(
                f"content#{record['content']}",
                # Or a batch that had it analysed again: `payer` in recognition.py.
                FilterExpression="(payer = :payer OR begins_with(payer, :runs)) "
                "AND attribute_exists(answer)",
                values={":payer": record["image_id"], ":runs": f"{record['image_id']}#"},
            )
            delete_all(self._dynamodb, self._table, keys)

    def _delete_items(self, image_id: str) -> None:
        keys = [key for key in self._items(image_id) if key["item"]["S"] != RECORD]
        delete_all(self._dynamodb, self._table, keys)

    def _announcement(self, record: Item) -> Item:
        image_id = str(record["image_id"])
        deleted = Result(
            image_id=image_id,
            source=ObjectReference(
                record["bucket"], record["key"], record.get("version"), record.get("etag")
            ),
            status=Status.DELETED,
            received_at=record["received_at"],
            finished_at=record["deleted_at"],
        )
        reference = ObjectReference(self._processed_bucket, result_key(image_id))
        return announcement(deleted, reference)

    def _bury(self, record: Item) -> None:
        """Leave of the record that the image was deleted, and nothing that was in it."""
        kept = {name: record[name] for name in _KEPT if name in record}
        tombstone = {
            **kept,
            "status": str(Status.DELETED),
            "announced": str(Status.DELETED),
            "received_at": record["received_at"],
            "expires_at": int(self._now()) + TOMBSTONE_SECONDS,
        }
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=to_item(tombstone),
                ConditionExpression="deletion_due = :true",
                ExpressionAttributeValues=to_item({":true": True}),
            )
        except ClientError as error:
            if refused_item(error) is None:
                raise
            # Buried by another who asked, or by this very write, whose answer was lost.

    def _items(
        self, partition: str, *, values: Item | None = None, **narrowed: str
    ) -> Iterable[Item]:
        """Yield the keys of a partition's items."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="image_id = :id",
            ExpressionAttributeValues=to_item({":id": partition, **(values or {})}),
            **narrowed,
            ProjectionExpression="image_id, #item",
            ExpressionAttributeNames={"#item": "item"},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def _key(image_id: str) -> Item:
    return to_item({"image_id": image_id, "item": RECORD})


def deletion_marks(image_id: str, lease_until: float, *, unwanted: bool = False) -> Item:
    """Return what makes a record that of an image, or unwanted file, whose deletion is due."""
    return {
        **status_values(Status.DELETED, image_id, unwanted=unwanted),
        "deletion_due": True,
        "announced": str(Status.DELETED),
        "lease_until": lease_until,
        "lease_by": OWNER,
    }

"""Tasks: what an upload through the API is called, before and after it has an image.

An item `task#ID` of the record table for each upload that was asked for. It names the object that
is to come; the pipeline writes down which image came of it, the first one, and takes no other.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lambdas.common.image import ID_LENGTH, Upload, upload_in
from lambdas.common.records.items import Item, from_item, refused_update, to_item

_ITEM = "task"
_ANOTHER_UPLOAD = "ask for an upload for each file"
_ANOTHER_KEY = "what is put back into the bucket has to have a key outside uploads/"
KEPT_SECONDS = 30 * 86_400
"""How long a task is known of which nothing came, or which was deleted: longer than the event of an
upload lives, 14 days in a queue and 14 in its dead-letter queue."""
_LATE_SECONDS = 3600
"""How long after the end of a form's time a file may still come by it: S3 looks at the time when a
request begins, and one that is sent slowly arrives later."""


@dataclass(frozen=True)
class Task:
    """An upload that was asked for; times are in seconds since the epoch."""

    upload: Upload
    created_at: float
    link_until: float
    image_id: str | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.upload.task_id


@dataclass(frozen=True)
class Refusal:
    """Why a file under an upload's key is not wanted; `by_form` if it came by the upload's form.

    One that came when the form had long ended was put there by somebody who may write to the
    bucket, and is theirs to delete.
    """

    reason: str
    by_form: bool


def new_task_id() -> str:
    """Return an id that nobody can guess: 128 random bits."""
    return secrets.token_hex(ID_LENGTH // 2)


class Tasks:
    """The tasks in the record table."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def add(self, task: Task) -> None:
        """Keep a new task."""
        self._dynamodb.put_item(
            TableName=self._table,
            # No condition: nobody else has this id, and the SDK may write it twice.
            Item=to_item(
                {
                    **_key(task.id),
                    "upload_key": task.upload.key,
                    "created_at": task.created_at,
                    "link_until": task.link_until,
                    "expires_at": int(task.created_at) + KEPT_SECONDS,
                }
            ),
        )

    def get(self, task_id: str) -> Task | None:
        """Return a task; None when there is none, or no longer."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=to_item(_key(task_id)), ConsistentRead=True
        )
        item = from_item(answer.get("Item", {}))
        if "upload_key" not in item:
            return None
        upload = upload_in(item["upload_key"])
        if upload is None:
            raise ValueError(f"the key of task {task_id} is no upload's")
        return Task(
            upload, float(item["created_at"]), float(item["link_until"]), item.get("of_image")
        )

    def take(
        self, upload: Upload, image_id: str, *, arrived_at: str, expires_at: int | None
    ) -> Refusal | None:
        """Note which image came of an upload; return why it is not wanted, None if it is.

        A form works more than once: only what came first counts. An object without a task was put
        there by other means, and counts. `arrived_at` is ISO 8601.
        """
        keep = " REMOVE expires_at" if expires_at is None else ", expires_at = :expires"
        refused = self._change(
            upload.task_id,
            UpdateExpression=f"SET of_image = :image{keep}",
            ConditionExpression="attribute_exists(upload_key) AND "
            "(attribute_not_exists(of_image) OR of_image = :image)",
            ExpressionAttributeValues=to_item({":image": image_id, ":expires": expires_at}),
        )
        if not refused:
            return None
        arrived = datetime.fromisoformat(arrived_at).timestamp()
        by_form = arrived <= float(refused.get("link_until", 0)) + _LATE_SECONDS
        if "upload_key" not in refused:
            reason = "the upload was deleted before its file was analysed"
        elif by_form:
            reason = "another file was sent with the same form before"
        else:
            reason = "another image has come of the upload that this key is of"
        return Refusal(f"{reason}; {_ANOTHER_UPLOAD if by_form else _ANOTHER_KEY}", by_form)

    def end(self, task_id: str, *, image_id: str | None = None, now: float) -> bool:
        """Forget a task but for that it was deleted, so that its form leads to nothing any more.

        Returns False, and changes nothing, when another image than this one has come of it, or any
        where none is named.
        """
        refused = self._change(
            task_id,
            UpdateExpression="SET expires_at = :expires "
            # `link_until` stays: whatever comes of the form is still to be told from other files.
            "REMOVE upload_key, of_image, created_at",
            ConditionExpression="attribute_exists(image_id) AND "
            "(attribute_not_exists(of_image)"
            + (")" if image_id is None else " OR of_image = :image)"),
            ExpressionAttributeValues=to_item(
                {":expires": int(now) + KEPT_SECONDS, ":image": image_id}
            ),
        )
        return not refused

    def _change(self, task_id: str, **update: Any) -> Item | None:
        """Change a task; return the one that stands against it, empty if there is none."""
        key = to_item(_key(task_id))
        return refused_update(self._dynamodb, TableName=self._table, Key=key, **update)


def _key(task_id: str) -> dict[str, str]:
    return {"image_id": f"task#{task_id}", "item": _ITEM}

"""Tasks: what an upload is called before its image has an id.

An item `task#ID` of the record table for each upload that was asked for. It names the object that
is to come, and, once somebody has asked for it, the image that came of it.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from lambdas.common.image import ID_LENGTH, Upload, upload_in
from lambdas.common.records.items import from_item, to_item

_ITEM = "task"
KEPT_SECONDS = 30 * 86_400
"""How long a task is known whose image nobody asked for: longer than an event can wait."""


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
            Item=to_item(
                {
                    **_key(task.id),
                    "upload_key": task.upload.key,
                    "created_at": task.created_at,
                    "link_until": task.link_until,
                    "expires_at": int(task.created_at) + KEPT_SECONDS,
                }
            ),
            ConditionExpression="attribute_not_exists(image_id)",
        )

    def get(self, task_id: str) -> Task | None:
        """Return a task; None when there is none."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key=to_item(_key(task_id)), ConsistentRead=True
        )
        if "Item" not in answer:
            return None
        item = from_item(answer["Item"])
        upload = upload_in(item["upload_key"])
        if upload is None:
            raise ValueError(f"the key of task {task_id} is no upload's")
        return Task(
            upload, float(item["created_at"]), float(item["link_until"]), item.get("of_image")
        )

    def found(self, task: Task, image_id: str, expires_at: int | None) -> None:
        """Remember which image came of a task, for as long as its record is kept."""
        keep = "REMOVE expires_at" if expires_at is None else ", expires_at = :expires"
        self._dynamodb.update_item(
            TableName=self._table,
            Key=to_item(_key(task.id)),
            UpdateExpression=f"SET of_image = :image {keep}",
            # A task that was deleted meanwhile stays deleted.
            ConditionExpression="attribute_exists(image_id)",
            ExpressionAttributeValues=to_item({":image": image_id, ":expires": expires_at}),
        )

    def forget(self, task_id: str) -> None:
        """Delete a task."""
        self._dynamodb.delete_item(TableName=self._table, Key=to_item(_key(task_id)))


def _key(task_id: str) -> dict[str, str]:
    return {"image_id": f"task#{task_id}", "item": _ITEM}

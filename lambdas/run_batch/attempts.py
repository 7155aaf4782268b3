"""Attempts at a batch's work, counted in its item, where a killed function cannot forget them.

SQS counts every receive, also those for which Lambda had no room. So each work (list, feed, report)
has a set of the receives that began an attempt. A receive is in a set once, however often the SDK
makes the request. `BatchTable` takes a set away when the work gets ahead.
"""

from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.batches.batch import BATCH, batch_key
from lambdas.common.batches.control import Control
from lambdas.common.batches.table import attempt_attributes
from lambdas.common.queue.failure import Failure
from lambdas.common.queue.messages import Message, receives
from lambdas.common.records.attempts import Attempt
from lambdas.common.records.items import Item, from_item, refused_item, refused_update, to_item
from lambdas.common.status import Status


class BatchAttempts:
    """Begins and ends attempts, which are counted for each message by itself.

    A message that is sent again, by the step before or by a redrive, has another id and so begins
    anew.
    """

    def __init__(self, dynamodb: Any, table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table = table_name

    def begin(self, control: Control, message: Message) -> Attempt:
        """Count an attempt, whose owner is this receive of the message.

        For a batch that is not there SQS's own count will do: nothing can help its message.
        """
        number = receives(message)
        owner = _receive(message["messageId"], number)
        attempts, failure = attempt_attributes(control.do)
        try:
            answer = self._dynamodb.update_item(
                **self._where(control),
                UpdateExpression="ADD #attempts :attempt",
                ConditionExpression="attribute_exists(image_id)",
                ExpressionAttributeNames={"#attempts": attempts},
                ExpressionAttributeValues=to_item({":attempt": {owner}}),
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if refused_item(error) is None:
                raise
            return Attempt(number, owner, Status.RECEIVED)
        item = from_item(answer["Attributes"])
        own = [receive for receive in _receives(owner) if receive in item[attempts]]
        return Attempt(len(own), owner, Status.RECEIVED, _failure_in(item.get(failure), own[:-1]))

    def failed(self, control: Control, attempt: Attempt, failure: Failure) -> bool:
        """Keep why an attempt failed; False when it no longer counts, since the work got ahead."""
        attempts, failed = attempt_attributes(control.do)
        kept = {"attempt": attempt.owner, "cause": failure.cause, "reason": failure.reason}
        refused = refused_update(
            self._dynamodb,
            **self._where(control),
            UpdateExpression="SET #failure = :failure",
            ConditionExpression="contains(#attempts, :attempt)",
            ExpressionAttributeNames={"#attempts": attempts, "#failure": failed},
            ExpressionAttributeValues=to_item({":attempt": attempt.owner, ":failure": kept}),
        )
        return not refused  # a batch that is not there has nothing to get ahead with

    def put_off(self, control: Control, attempt: Attempt) -> None:
        """End an attempt that does not count."""
        self._forget(control, {attempt.owner})

    def done(self, control: Control, attempt: Attempt) -> None:
        """End the attempts of a message whose part of the work is done."""
        self._forget(control, set(_receives(attempt.owner)))

    def _forget(self, control: Control, ended: set[str]) -> None:
        attempts, _ = attempt_attributes(control.do)
        self._dynamodb.update_item(
            **self._where(control),
            UpdateExpression="DELETE #attempts :ended",
            ConditionExpression="attribute_exists(image_id)",
            ExpressionAttributeNames={"#attempts": attempts},
            ExpressionAttributeValues=to_item({":ended": ended}),
        )

    def _where(self, control: Control) -> dict[str, Any]:
        key = to_item({"image_id": batch_key(control.batch_id), "item": BATCH})
        return {"TableName": self._table, "Key": key}


def _receive(message_id: str, number: int) -> str:
    return f"{message_id}#{number}"


def _receives(owner: str) -> list[str]:
    """Return what a message's receives are called, up to this one, of which any may be missing."""
    message_id, _, last = owner.rpartition("#")
    return [_receive(message_id, number) for number in range(1, int(last) + 1)]


def _failure_in(kept: Item | None, before: list[str]) -> Failure | None:
    """Return the failure that is kept if it is that of the attempt before."""
    if kept is None or before[-1:] != [kept["attempt"]]:
        return None
    return Failure(kept["cause"], kept["reason"])

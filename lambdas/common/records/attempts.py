"""Attempts at an image: one at a time, counted where a killed function cannot forget them.

The count and the lease lie in the image's record. A lease ends by itself, so nothing has to be
given back by a function that was killed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from lambdas.common.errors import NotYetError
from lambdas.common.queue.failure import Failure
from lambdas.common.records.attempt import Attempt
from lambdas.common.records.items import Item, from_item, refused_item, refused_update, to_item
from lambdas.common.records.sent_again import NOT_SENT_AGAIN, SentAgain
from lambdas.common.records.table import (
    RECORD,
    Progress,
    first_values,
    progress_in,
    status_values,
)
from lambdas.common.result import Result
from lambdas.common.review.decisions import decision_in
from lambdas.common.status import ON_THE_WAY, Status

__all__ = ["MAX_PAUSE_SECONDS", "MIN_PAUSE_SECONDS", "Attempt", "Attempts"]

MIN_PAUSE_SECONDS = 1.0
MAX_PAUSE_SECONDS = 15.0
"""How long a message waits for an image that another one is working on, at least and at most: that
other is mostly done within seconds, and its lease is long only for when it was killed."""

_UNFINISHED = frozenset({*ON_THE_WAY, Status.FAILED})


@dataclass(frozen=True)
class _Delivery:
    stage: Status
    owner: str
    run: str | None
    sent_again: SentAgain


class Attempts:
    """Begins and ends attempts; `lease_seconds` must outlast the function's timeout.

    `now` is in seconds since the epoch, `record_days` is how long a record is kept (0: for ever).
    """

    def __init__(
        self,
        dynamodb: Any,
        table_name: str,
        *,
        lease_seconds: float,
        now: Callable[[], float],
        record_days: int = 0,
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table_name
        self._lease_seconds = lease_seconds
        self._now = now
        self._record_days = record_days

    def begin(
        self,
        result: Result,
        *,
        stage: Status,
        owner: str,
        run: str | None = None,
        sent_again: SentAgain = NOT_SENT_AGAIN,
    ) -> Attempt | Progress:
        """Lease the image and count the attempt; its record is made if there is none.

        `stage` is the status that the stage starts from. Returns the image's progress when it has
        ended; with `run`, the name of a new analysis, that one is begun instead. An image that
        failed is tried again only for a message that was sent again since. Raises NotYetError while
        another message works on the image.
        """
        now = self._now()
        new = {**first_values(result), "expires_at": self.expiry(result.received_at)}
        values: Item = {
            ":zero": 0,
            ":one": 1,
            ":now": now,
            ":until": now + self._lease_seconds,
            ":owner": owner,
            **{f":new_{name}": value for name, value in new.items() if value is not None},
        }
        statuses = {f":status_{status}": str(status) for status in _UNFINISHED}
        unfinished = f"#status IN ({', '.join(sorted(statuses))})"
        may_begin = unfinished
        if run is not None:
            values[":run"] = run
            may_begin = (
                f"({unfinished} OR "
                "(#status <> :deleted AND (attribute_not_exists(#run) OR #run <> :run)))"
            )
            values[":deleted"] = str(Status.DELETED)
        names = {"#status": "status", **({} if run is None else {"#run": "run"})}
        kept = [name for name in new if f":new_{name}" in values]
        try:
            answer = self._dynamodb.update_item(
                TableName=self._table,
                Key=to_item({"image_id": result.image_id, "item": RECORD}),
                UpdateExpression="SET attempts = if_not_exists(attempts, :zero) + :one, "
                "lease_until = :until, lease_by = :owner, "
                + ", ".join(
                    f"#new_{name} = if_not_exists(#new_{name}, :new_{name})" for name in kept
                ),
                ConditionExpression="attribute_not_exists(image_id) OR "
                f"({may_begin} AND (attribute_not_exists(lease_until) OR lease_until < :now))",
                ExpressionAttributeNames={**names, **{f"#new_{name}": name for name in kept}},
                ExpressionAttributeValues=to_item({**values, **statuses}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            refused = refused_item(error)
            if refused is None:
                raise
            if refused.get("lease_by") != owner:
                return self._refused(refused, result.image_id, now, run)
            # Our own lease: the answer was lost, and the SDK asked a second time.
            item = refused
        else:
            item = from_item(answer["Attributes"])
        return self._begun(result, item, _Delivery(stage, owner, run, sent_again))

    def failed(self, image_id: str, attempt: Attempt, failure: Failure) -> None:
        """End an attempt that failed, so that the next can begin at once."""
        self._end(
            image_id,
            attempt.owner,
            "SET lease_until = :zero, failed_attempt = :number, cause = :cause, failure = :failure "
            "REMOVE lease_by",
            {
                ":number": attempt.number,
                ":cause": failure.cause,
                ":failure": failure.reason,
            },
        )

    def buried(self, image_id: str) -> None:
        """Note that a failed image's message is in the dead-letter queue.

        From now on a message that arrives for it was brought back from there, and is tried again.
        """
        self._dynamodb.update_item(
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": RECORD}),
            UpdateExpression="SET buried = :true",
            ConditionExpression="attribute_exists(image_id)",
            ExpressionAttributeValues=to_item({":true": True}),
        )

    def put_off(self, image_id: str, attempt: Attempt) -> None:
        """End an attempt that does not count."""
        self._end(
            image_id,
            attempt.owner,
            # Without the lease's owner a second request of the SDK does not count down again.
            "SET lease_until = :zero, attempts = attempts - :one REMOVE lease_by",
            {":one": 1},
        )

    def handed_on(self, image_id: str, attempt: Attempt) -> None:
        """End an attempt that sent an image on to the next stage, which counts its own attempts."""
        self._end(
            image_id,
            attempt.owner,
            "SET lease_until = :zero, attempts = :zero REMOVE lease_by, failed_attempt",
            {},
        )

    def _refused(self, item: Item, image_id: str, now: float, run: str | None) -> Progress:
        status = Status(item["status"])
        left = float(item.get("lease_until", 0)) - now
        progress = progress_in(item)
        if status is Status.DELETED:
            return progress
        being_announced = left > 0 and not progress.announced
        if status in _UNFINISHED or being_announced or (run is not None and item.get("run") != run):
            raise NotYetError(
                f"another message is at work on image {image_id}",
                seconds=min(max(left, MIN_PAUSE_SECONDS), MAX_PAUSE_SECONDS),
            )
        return progress

    def _begun(self, result: Result, item: Item, delivery: _Delivery) -> Attempt | Progress:
        owner, run = delivery.owner, delivery.run
        status, number = Status(item["status"]), int(item["attempts"])
        anew = run is not None and item.get("run") == run
        review, received_at = decision_in(item.get("review")), str(item["received_at"])
        copies_at = item.get("copies_at")
        if copies_at is not None and run is not None and copies_at < result.received_at:
            copies_at = None  # of an analysis before the batch asked for a new one
        is_unburied = status is Status.FAILED and not item.get("buried") and (run is None or anew)
        if is_unburied and not delivery.sent_again.is_since(item):
            # Its message could not be sent to the dead-letter queue: that is all there is to do.
            return Attempt(number, owner, status, _failure_in(item), received_at=received_at)
        if status in ON_THE_WAY:
            if run is not None and not anew:
                self._end(
                    result.image_id,
                    owner,
                    "SET #run = :run",
                    {":run": run},
                    names={"#run": "run"},
                )
            failure = None
            if item.get("failed_attempt") == number - 1:
                failure = _failure_in(item)
            # One that failed and was brought back may have been put off since: then it is no
            # longer counted, and still not the first.
            is_new = status is Status.RECEIVED and "failed_at" not in item and not anew
            is_first = number == 1 and is_new
            return Attempt(
                number, owner, status, failure, is_first, anew, review, received_at, copies_at
            )
        is_same = run is None or anew
        if status is Status.FAILED and is_same and not delivery.sent_again.is_since(item):
            # A repeat of the message that failed: its image has had its attempts.
            self.put_off(result.image_id, Attempt(number, owner, status))
            return progress_in(item)
        # It has failed, and its message was brought back; or it is to be analysed again.
        start = delivery.stage if status is Status.FAILED else Status.RECEIVED
        moved = status_values(start, result.image_id)
        named = "" if run is None else ", #run = :run"
        self._end(
            result.image_id,
            owner,
            f"SET #status = :status, status_shard = :status_shard, attempts = :one{named} "
            "REMOVE cause, failure, failed_attempt, buried, announced, announced_at",
            {
                ":one": 1,
                **{f":{name}": value for name, value in moved.items()},
                **({} if run is None else {":run": run}),
            },
            names={"#status": "status", **({} if run is None else {"#run": "run"})},
        )
        return Attempt(
            1,
            owner,
            start,
            anew=run is not None,
            review=review,
            received_at=received_at,
            copies_at=copies_at,
        )

    def _end(
        self,
        image_id: str,
        owner: str,
        update: str,
        values: Mapping[str, object],
        names: Mapping[str, str] | None = None,
    ) -> None:
        bound = {":owner": owner, **values}
        if ":zero" in update:
            bound[":zero"] = 0
        # Refused when the lease ran out and another message has the image now: then nothing is ours
        # to end.
        refused_update(
            self._dynamodb,
            TableName=self._table,
            Key=to_item({"image_id": image_id, "item": RECORD}),
            UpdateExpression=update,
            ConditionExpression="lease_by = :owner",
            **({"ExpressionAttributeNames": dict(names)} if names else {}),
            ExpressionAttributeValues=to_item(bound),
        )

    def expiry(self, received_at: str) -> int | None:
        """Return when the items of an image expire, seconds since the epoch; None for never."""
        if not self._record_days:
            return None
        expires = datetime.fromisoformat(received_at) + timedelta(days=self._record_days)
        return int(expires.timestamp())


def _failure_in(item: Item) -> Failure:
    return Failure(str(item.get("cause")), str(item.get("failure") or item.get("reason")))

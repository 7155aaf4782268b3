"""SQS's own way to empty a dead-letter queue: a message move task."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.queues import WorkQueue, arn_of
from lambdas.common.errors import SightlineError

_POLL_SECONDS = 1.0
_LISTED_WITHIN_SECONDS = 60.0
_ACTIVE = frozenset({"RUNNING", "CANCELLING"})


@dataclass(frozen=True)
class Moved:
    """How a task ended: how many messages went back, and why not all, if so."""

    messages: int
    failure: str | None


class MoveTask:
    """Moves all dead letters of one queue back to it, in AWS."""

    def __init__(self, sqs: Any, queue: WorkQueue) -> None:
        self._sqs = sqs
        self._queue = queue
        self._source = arn_of(sqs, queue.dead_letter_url)

    def require_none_running(self) -> None:
        """Raise SightlineError while a task of this queue is at work: SQS allows one."""
        newest = self._newest()
        if newest is None or newest["Status"] not in _ACTIVE:
            return
        began = datetime.fromtimestamp(newest["StartedTimestamp"] / 1000, UTC)
        moved = newest.get("ApproximateNumberOfMessagesMoved", 0)
        raise SightlineError(
            f"the dead letters of the {self._queue.name} queue are being moved already, since "
            f"{began:%Y-%m-%d %H:%M:%S} UTC ({moved:,} so far); wait until that is done, or stop "
            "it with `aws sqs cancel-message-move-task --task-handle "
            f"{newest.get('TaskHandle', '...')}`"
        )

    def run(self, *, max_per_second: int | None, watch: Callable[[int], None]) -> Moved:
        """Start the task and wait for its end; `watch` is told how many have been moved.

        An interrupt stops the waiting, not the task.
        """
        self.require_none_running()
        before = self._newest()
        rate = {} if max_per_second is None else {"MaxNumberOfMessagesPerSecond": max_per_second}
        self._sqs.start_message_move_task(
            SourceArn=self._source,
            # SQS knows where a message came from only if it moved it itself. Ours are sent to the
            # dead-letter queue by the functions.
            DestinationArn=arn_of(self._sqs, self._queue.url),
            **rate,
        )
        deadline = time.monotonic() + _LISTED_WITHIN_SECONDS
        while True:
            task = self._newest()
            if task is not None and task != before:
                moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
                watch(moved)
                if task["Status"] not in _ACTIVE:
                    return Moved(moved, _failure(task))
            elif time.monotonic() > deadline:
                raise SightlineError(
                    f"SQS took a task for the {self._queue.name} queue and does not list it; "
                    f"look with `aws sqs list-message-move-tasks --source-arn {self._source}`"
                )
            time.sleep(_POLL_SECONDS)

    def _newest(self) -> dict[str, Any] | None:
        answer = self._sqs.list_message_move_tasks(SourceArn=self._source, MaxResults=1)
        tasks: list[dict[str, Any]] = answer.get("Results", [])
        return tasks[0] if tasks else None


def _failure(task: dict[str, Any]) -> str | None:
    if task["Status"] == "COMPLETED":
        return None
    return f"the task ended as {task['Status']}: {task.get('FailureReason') or 'no reason given'}"

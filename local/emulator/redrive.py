"""`StartMessageMoveTask`: a dead-letter queue's messages go back to where they came from.

The emulator has no such API. Here a task is done when the call returns.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import base64
import time
import uuid
from typing import Any

from local.emulator.internals import require, sqs

Answer = dict[str, Any]
Message = dict[str, Any]


def offer_message_moves() -> None:
    """Add the three calls about message move tasks to SQS."""
    require(sqs, "_HANDLERS", "_queue_by_arn", "_Err", "esm_wake", "queue_delay")
    tasks: list[Answer] = []

    def start(data: dict[str, Any], _url: str) -> Answer:
        source_arn = data["SourceArn"]
        source = _queue(source_arn)
        movable: list[Message] = []
        kept: list[Message] = []
        now = time.time()
        for message in source["messages"]:
            target = data.get("DestinationArn") or _origin(message)
            ready = bool(target) and message["visible_at"] <= now
            (movable if ready else kept).append(message)
        for message in movable:
            _move(message, _queue(data.get("DestinationArn") or _origin(message)), now)
        source["messages"] = kept
        sqs.esm_wake.set()
        handle = base64.b64encode(f"{uuid.uuid4()}:{source_arn}".encode()).decode()
        # As SQS does: what a producer sent there itself has no source to go back to.
        lost = any(not data.get("DestinationArn") and not _origin(message) for message in kept)
        tasks.insert(0, _task(data, len(movable), int(now * 1000), lost=lost))
        return {"TaskHandle": handle}

    def list_tasks(data: dict[str, Any], _url: str) -> Answer:
        of_source = [task for task in tasks if task["SourceArn"] == data["SourceArn"]]
        return {"Results": of_source[: int(data.get("MaxResults") or 1)]}

    def cancel(_data: dict[str, Any], _url: str) -> Answer:
        raise sqs._Err("ResourceNotFoundException", "The task is already done.", 404)

    sqs._HANDLERS["StartMessageMoveTask"] = start
    sqs._HANDLERS["ListMessageMoveTasks"] = list_tasks
    sqs._HANDLERS["CancelMessageMoveTask"] = cancel


def _task(data: dict[str, Any], moved: int, started: int, *, lost: bool) -> Answer:
    destination = data.get("DestinationArn")
    return {
        "Status": "FAILED" if lost else "COMPLETED",
        **({"FailureReason": "CouldNotDetermineMessageSource"} if lost else {}),
        "SourceArn": data["SourceArn"],
        **({"DestinationArn": destination} if destination else {}),
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": moved,
        "StartedTimestamp": started,
    }


def _origin(message: dict[str, Any]) -> str:
    arn: str = (message.get("sys") or {}).get("DeadLetterQueueSourceArn", "")
    return arn


def _queue(arn: str) -> Any:
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        raise sqs._Err("ResourceNotFoundException", f"The queue {arn} does not exist.", 404)
    return queue


def _move(message: dict[str, Any], target: Any, now: float) -> None:
    """A moved message is a new one: its age and its receives start again."""
    moved = {**message, "receive_count": 0, "receipt_handle": None, "first_receive_at": None}
    moved.update(id=str(uuid.uuid4()), sent_at=now, visible_at=now + sqs.queue_delay(target))
    moved.pop("redriven_at", None)
    moved["sys"] = {k: v for k, v in moved["sys"].items() if k != "DeadLetterQueueSourceArn"}
    target["messages"].append(moved)

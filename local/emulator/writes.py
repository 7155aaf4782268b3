"""Where the emulator writes items and messages: what is written there is noted."""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

from collections.abc import Callable
from typing import Any

from local.emulator.captured import Items, Messages
from local.emulator.internals import dynamodb, require, sqs
from local.emulator.queue_lock import QUEUES

Message = dict[str, Any]


def note_items(items: Items) -> None:
    """Note every item that is written or deleted."""
    require(dynamodb, "_set_item", "_remove_item")
    set_item, remove_item = dynamodb._set_item, dynamodb._remove_item

    def set_and_note(table: Any, partition: Any, sort: Any, item: Any) -> Any:
        old = set_item(table, partition, sort, item)
        items.written(table, partition, sort)
        return old

    def remove_and_note(table: Any, partition: Any, sort: Any) -> Any:
        old = remove_item(table, partition, sort)
        items.written(table, partition, sort)
        return old

    dynamodb._set_item, dynamodb._remove_item = set_and_note, remove_and_note


def note_messages(messages: Messages) -> None:
    """Note which messages are changed where they are: those that are received or put off."""
    require(sqs, "_collect_msgs", "_HANDLERS", "_get_q")
    collect = sqs._collect_msgs

    def collect_and_note(queue: Any, *args: Any) -> list[Message]:
        with QUEUES:
            collected: list[Message] = collect(queue, *args)
            messages.changed(queue, collected)
        return collected

    def noted(change: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        def change_and_note(data: Any, url: str) -> Any:
            with QUEUES:
                answer = change(data, url)
                asked = [data, *data.get("Entries", [])]
                handles = {entry.get("ReceiptHandle") for entry in asked} - {None}
                queue = sqs._get_q(data.get("QueueUrl") or url)
                put_off = [m for m in queue["messages"] if m["receipt_handle"] in handles]
                messages.changed(queue, put_off)
            return answer

        return change_and_note

    sqs._collect_msgs = collect_and_note
    for action in ("ChangeMessageVisibility", "ChangeMessageVisibilityBatch"):
        sqs._HANDLERS[action] = noted(sqs._HANDLERS[action])


def mark_held_messages() -> None:
    """Say of a message that a function holds it, and not its sender or its own pause."""
    require(sqs, "_receive_messages_for_esm")
    receive = sqs._receive_messages_for_esm

    def receive_and_mark(queue_url: str, most: int) -> list[Message]:
        with QUEUES:
            received: list[Message] = receive(queue_url, most)
            for message in received:
                message["held_until"] = message["visible_at"]
        return received

    sqs._receive_messages_for_esm = receive_and_mark

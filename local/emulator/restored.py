"""What was written down, in the shape in which the emulator's services take their state back."""

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from local.emulator.captured import entries
from local.emulator.rows import Key, thaw

Stores = dict[str, dict[Any, Any]]


class Restored:
    """The rows of the database, by service and store."""

    def __init__(self, rows: Iterable[tuple[Key, bytes]]) -> None:
        self._services: defaultdict[str, Stores] = defaultdict(lambda: defaultdict(dict))
        for (service, store, key), value in rows:
            self._services[service][store][key] = thaw(value)
        self.found = bool(self._services)

    def ended_in_order(self, row: Key) -> bool:
        """Did the emulator have the time to say that it ended?"""
        service, store, key = row
        return key in self._services[service][store]

    def state(self, service: str, module: Any) -> dict[str, Any] | None:
        """One service's state, as its `get_state` gave it; None if nothing is kept of it."""
        stores = self._services.pop(service, None)
        if stores is None:
            return None
        if service == "sqs":
            _put_messages_back(stores)
        elif service == "dynamodb":
            _put_items_back(stores)
        elif service == "cloudwatch_logs":
            _put_streams_back(stores)
        elif service == "cloudformation":
            for stack in stores["stacks"].values():
                settle(stack)
        # Empty as it is now, and with every store that the service expects to find.
        state: dict[str, Any] = module.get_state()
        for store, found in stores.items():
            for (kind, key), entry in found.items():
                if kind == "whole":
                    state[store] = entry
                else:
                    entries(state[store])[1][key] = entry  # type: ignore[index]
        return state


def _put_messages_back(stores: Stores) -> None:
    queues = stores["queues"]
    for queue in queues.values():
        queue["messages"] = []
    # In the order in which they were written first, which is that of their arrival.
    for (queue, _identity), message in stores.pop("messages", {}).items():
        release(message, time.time())
        queues["region", queue]["messages"].append(message)


def release(message: dict[str, Any], now: float) -> None:
    """Make a message visible that a function held: its worker has ended with the emulator.

    A message that the function itself put off keeps its pause.
    """
    if message.get("held_until") == message["visible_at"] and message["visible_at"] > now:
        message["visible_at"] = now


def _put_items_back(stores: Stores) -> None:
    tables = stores["tables"]
    for table in tables.values():
        table["items"] = defaultdict(dict)
    for (table, partition, sort), item in stores.pop("items", {}).items():
        tables["region", table]["items"][partition][sort] = item


def _put_streams_back(stores: Stores) -> None:
    groups = stores["log_groups"]
    for group in groups.values():
        group["streams"] = {}
    for (group, name), stream in stores.pop("streams", {}).items():
        if ("region", group) in groups:
            groups["region", group]["streams"][name] = stream


def settle(stack: dict[str, Any]) -> None:
    """Give a stack whose deployment was killed a state from which it can be deployed again.

    The next deployment deletes one that was never complete, and brings another up to date.
    """
    status: str = stack["StackStatus"]
    if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
        return
    if status.startswith("DELETE"):
        stack["StackStatus"] = "DELETE_FAILED"
    elif status.startswith("UPDATE"):
        stack["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE"
        # Not the one that it was to have: the CDK deploys nothing that is there already.
        stack["_template_body"] = "{}"
    else:
        stack["StackStatus"] = "ROLLBACK_COMPLETE"

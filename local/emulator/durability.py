"""State that outlives `kill -9`: nothing is answered before what it says is written down.

The emulator writes its state when it ends in an orderly way. Here, when state is kept, the start of
every response waits until whatever changed until then is in the database (`rows.py`), in one
transaction for all services. So a client never saw something that is gone after a restart, and a
message is never gone whose effects are not there: these were answered, and written, before.
Objects are written by the emulator itself, before it answers (`object_files.py`).
"""

# ruff: noqa: SLF001 -- a supplement replaces what the emulator keeps to itself

import asyncio
import itertools
import logging
import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from local.emulator import object_files
from local.emulator.captured import Changes, Entries, Items, Messages, Streams
from local.emulator.code_blobs import CodeBlobs
from local.emulator.deliveries import begin_request, follow_deliveries
from local.emulator.holdings import NO_OTHER, changed_by, check_holdings, signed_for
from local.emulator.internals import (
    cloudwatch_logs,
    dynamodb,
    emulator,
    persistence,
    require,
    sqs,
)
from local.emulator.queue_lock import QUEUES
from local.emulator.restored import Restored
from local.emulator.rows import Rows, freeze
from local.emulator.writes import mark_held_messages, note_items, note_messages

log = logging.getLogger(__name__)

# Of what changes without a request, such as messages that workers are done with; of the services
# that hold little, such as alarms; of logs and metrics.
LOOK_EVERY_SECONDS = 1.0
LOOK_AT_ALL_EVERY_SECONDS = 5.0
LOOK_AT_LOGS_EVERY_SECONDS = 30.0
ENDED = ("durability", "ended", None)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Durability:
    """Keeps the emulator's state in a database. Used in the event loop's thread only."""

    def __init__(self, directory: Path, objects: Path) -> None:
        self._rows = Rows(directory / "state.sqlite")
        self._entries, self._messages = Entries(), Messages()
        self._items, self._streams = Items(), Streams()
        self._changes: Changes = {}
        self._code = CodeBlobs()
        self._restored = Restored(self._rows.load())
        if self._restored.found and not self._restored.ended_in_order(ENDED):
            object_files.repair(objects)
        self._rows.change({ENDED: None})
        self._task: asyncio.Task[None] | None = None
        require(emulator, "_state_map", "load_state", "_get_module")
        check_holdings()
        emulator.load_state = self._load
        note_items(self._items)
        note_messages(self._messages)
        mark_held_messages()
        follow_deliveries()

    def _load(self, service: str) -> Any:
        if not self._restored.found:
            # State that was kept before there was a database.
            return persistence.load_state(service)
        return self._restored.state(service, emulator._get_module(emulator._state_map[service]))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer as the emulator does, once that is written down."""
        if scope["type"] == "lifespan":
            self._task = asyncio.create_task(self._look_now_and_then())
            self._task.add_done_callback(asyncio.Task.result)
        if scope["type"] != "http":
            await emulator.app(scope, receive, send)
            return
        deliveries = begin_request()

        async def send_when_durable(message: Message) -> None:
            if message["type"] == "http.response.start":
                for delivery in deliveries:
                    await asyncio.wrap_future(delivery)
                self.commit(signed_for(scope))
            await send(message)

        await emulator.app(scope, receive, send_when_durable)

    def commit(self, service: str = "", *, slow: bool = False, end: bool = False) -> None:
        """Write down what has changed: all of it but logs and metrics, which are `slow`.

        Of services that grow with the work, that is all; of others, what a request that was signed
        for `service` can have changed.
        """
        # What was noted stays noted until it is written, should something fail in between.
        changes = self._changes
        for name, stores in changed_by(service):
            self._entries.note(changes, name, stores, slow=slow, end=end)
        self._items.note(changes, dict(dynamodb._tables._data))
        with QUEUES:
            self._messages.note(changes, dict(sqs._queues._data), thorough=slow)
        if slow:
            self._streams.note(changes, cloudwatch_logs._log_groups._data)
        if end:
            changes[ENDED] = freeze("in order")
        self._rows.change(changes)
        changes.clear()
        self._code.prune()
        if end:
            self._rows.close()

    async def _look_now_and_then(self) -> None:
        """Write down what changes without a request: deployments, alarms, workers' successes."""
        for turn in itertools.count(1):
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            all_services = turn % (LOOK_AT_ALL_EVERY_SECONDS // LOOK_EVERY_SECONDS) == 0
            logs = turn % (LOOK_AT_LOGS_EVERY_SECONDS // LOOK_EVERY_SECONDS) == 0
            try:
                self.commit("" if all_services else NO_OTHER, slow=logs)
            except (sqlite3.Error, RuntimeError):
                # Whoever is answered meanwhile is told; this tries again.
                log.exception("The state could not be written down.")

"""Serve the emulator with its supplements: `python -m local.emulator.serve`, in its environment.

It listens on the loopback interface only, with TLS only.
"""

import argparse
import asyncio
import logging
import os
import signal
from importlib import import_module
from pathlib import Path
from typing import Any

from local.emulator.alarms import evaluate_alarms
from local.emulator.batching import honour_batching_windows
from local.emulator.internals import persistence
from local.emulator.outbox import keep_emails
from local.emulator.provided import observe
from local.emulator.queue_metrics import publish_queue_metrics
from local.emulator.redrive import offer_message_moves
from local.emulator.root_user import check_root_signatures
from local.emulator.tables import apply_table_settings
from local.emulator.topic_metrics import publish_topic_metrics
from local.guard import Guard

# The emulator asks nobody there for a signature, and can be emptied and reconfigured there.
ADMINISTRATION = ("/_ministack", "/_localstack")
HEALTH = "/_ministack/health"


def main() -> None:
    """Serve until SIGTERM; the emulator then saves its state if it was asked to keep it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in ("--certfile", "--keyfile", "--outbox", "--types", "--observations"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args()

    check_root_signatures()
    apply_table_settings()
    observe(options.types, options.observations)
    keep_emails(options.outbox)
    honour_batching_windows()
    offer_message_moves()
    publish_queue_metrics()
    publish_topic_metrics()
    evaluate_alarms()
    asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    # Not installed where this file is type-checked.
    hypercorn: Any = import_module("hypercorn.asyncio")
    config: Any = import_module("hypercorn.config").Config()
    config.bind = [f"127.0.0.1:{options.port}"]
    config.certfile, config.keyfile = str(options.certfile), str(options.keyfile)
    config.keep_alive_timeout = 75
    config.accesslog = None
    emulator = import_module("ministack.app")
    guarded = Guard(emulator.app, closed=ADMINISTRATION, open_paths=frozenset({HEALTH}))
    await hypercorn.serve(guarded, config, shutdown_trigger=lambda: _end_when_asked(emulator))


async def _end_when_asked(emulator: Any) -> None:
    """Save the state, if it is kept, and end at once.

    An orderly shutdown would wait for every open TLS connection of a client, half a minute each.
    """
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()
    if persistence.PERSIST_STATE:
        persistence.save_all(emulator._build_persistence_save_dict())  # noqa: SLF001
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()

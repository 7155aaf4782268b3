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

from local.console.outputs import Outputs
from local.emulator.actions import check_batches_as_single_actions
from local.emulator.alarms import evaluate_alarms
from local.emulator.batching import honour_batching_windows
from local.emulator.callers import know_functions, name_function
from local.emulator.cold_starts import start_few_workers_at_once
from local.emulator.durability import Durability
from local.emulator.internals import emulator, persistence
from local.emulator.outbox import keep_emails
from local.emulator.poll_gate import poll_once_listening
from local.emulator.provided import observe
from local.emulator.queue_lock import lock_queues
from local.emulator.queue_metrics import publish_queue_metrics
from local.emulator.recognition_metrics import publish_recognition_metrics
from local.emulator.redrive import offer_message_moves
from local.emulator.request_validators import validate_requests
from local.emulator.root_user import check_root_signatures
from local.emulator.sign_in import check_sign_in
from local.emulator.sign_in_emails import ConsoleAddress, keep_sign_in_emails
from local.emulator.tables import apply_table_settings
from local.emulator.token_keys import read_token_keys
from local.emulator.topic_metrics import publish_topic_metrics
from local.emulator.workers import keep_workers_apart
from local.faults.file import FaultFile
from local.faults.injector import FaultInjector
from local.guard import Guard

# The emulator asks nobody there for a signature, and can be emptied and reconfigured there.
ADMINISTRATION = ("/_ministack", "/_localstack")
HEALTH = "/_ministack/health"


def main() -> None:
    """Serve until SIGTERM; state that is kept is written down all the time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in ("--certfile", "--keyfile", "--outbox", "--types", "--observations", "--faults"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--polls-once-listening", type=int, metavar="PORT")
    parser.add_argument("--recognition-calls", type=Path)
    parser.add_argument("--outputs", type=Path, help="of the CDK, as JSON")
    parser.add_argument("--console-origin", help="where the console is on this machine")
    options = parser.parse_args()

    # First: what it restores is read when the emulator's services are loaded.
    durability = _keep_state() if persistence.PERSIST_STATE else None
    if durability and options.polls_once_listening:
        poll_once_listening(options.polls_once_listening)
    check_root_signatures()
    check_batches_as_single_actions()
    apply_table_settings()
    validate_requests()
    observe(options.types, options.observations)
    keep_emails(options.outbox)
    keep_sign_in_emails(options.outbox, _console(options))
    check_sign_in()
    read_token_keys()
    honour_batching_windows()
    offer_message_moves()
    publish_queue_metrics()
    publish_topic_metrics()
    if options.recognition_calls:
        publish_recognition_metrics(options.recognition_calls)
    evaluate_alarms()
    know_functions()
    keep_workers_apart()
    start_few_workers_at_once()
    lock_queues()
    asyncio.run(_serve(options, durability))


def _console(options: argparse.Namespace) -> ConsoleAddress | None:
    if not options.console_origin:
        return None
    return ConsoleAddress(Outputs(options.outputs).read, options.console_origin)


def _keep_state() -> Durability:
    return Durability(Path(os.environ["STATE_DIR"]), Path(os.environ["S3_DATA_DIR"]))


async def _serve(options: argparse.Namespace, durability: Durability | None) -> None:
    # Not installed where this file is type-checked.
    hypercorn: Any = import_module("hypercorn.asyncio")
    config: Any = import_module("hypercorn.config").Config()
    config.bind = [f"127.0.0.1:{options.port}"]
    config.certfile, config.keyfile = str(options.certfile), str(options.keyfile)
    config.keep_alive_timeout = 75
    config.accesslog = None
    app = FaultInjector(
        durability or emulator.app, faults=FaultFile(options.faults), name_caller=name_function
    )
    guarded = Guard(app, closed=ADMINISTRATION, open_paths=frozenset({HEALTH}))
    await hypercorn.serve(guarded, config, shutdown_trigger=lambda: _end_when_asked(durability))


async def _end_when_asked(durability: Durability | None) -> None:
    """Write down the rest of the state, if it is kept, and end at once.

    An orderly shutdown would wait for every open TLS connection of a client, half a minute each.
    """
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()
    if durability:
        durability.commit(slow=True, end=True)
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
